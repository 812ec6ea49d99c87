#pragma once
// A definition's text as a tree of scalars, sequences and maps in the order they stand. Of YAML only what leaves no room
// for guessing: every scalar is text; tags, anchors, aliases, duplicate keys and second documents are faults.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/process/faults.h"
#include "events/bytes.h"

namespace acta {

inline constexpr std::size_t definition_bytes_max = 48 * 1024;
inline constexpr int definition_depth_max = 32;

struct YamlMember;

struct YamlNode {
  enum class Kind { empty, scalar, sequence, map };
  Kind kind = Kind::empty;
  int line = 1;
  std::string text;                  // scalar
  std::vector<YamlNode> items;       // sequence
  std::vector<YamlMember> members;   // map, in the order of the file

  const YamlNode* find(std::string_view key) const;
};

struct YamlMember {
  std::string key;
  int line = 1;
  YamlNode value;
};

// Nothing when the text could not be read to its end; whatever is wrong is in `faults`.
std::optional<YamlNode> read_yaml(ByteView text, Faults& faults);

}  // namespace acta
