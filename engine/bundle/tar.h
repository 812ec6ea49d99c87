#pragma once
// The archive of a bundle: POSIX ustar, written in one way only, so that every byte of it is determined by the names and the
// contents of its members. Any tar program reads it (docs/FORMAT.md "Bundle").

#include <optional>
#include <string>
#include <vector>

#include "events/bytes.h"

namespace acta {

inline constexpr std::size_t tar_block = 512;

struct TarMember {
  std::string name;            // up to 100 bytes
  Bytes content;
};

// One member: header, content, padding.
std::string tar_member(std::string_view name, ByteView content);
std::string tar_end();         // two blocks of zeros

struct TarWalk {
  std::vector<TarMember> members;
  std::string fault;           // empty: all of it is as tar_member and tar_end write it
  bool cut_short = false;      // the fault is that the file ends too early
};
TarWalk walk_tar(ByteView archive);

}  // namespace acta
