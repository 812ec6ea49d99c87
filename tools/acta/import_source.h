#pragma once
// A file to import. It is read twice, once for its digest and once for its lines: what cannot be read twice (a pipe) is
// first copied to a temporary file without a name.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "events/result.h"

namespace acta::cli {

inline constexpr std::size_t import_line_bytes_max = 1'000'000;  // with its neighbours' room it fits a body of 1 MiB

class ImportSource {
 public:
  // "-" is standard input. Error: not_found, unavailable.
  static Result<ImportSource> open(const std::string& path);

  const std::string& name() const { return name_; }      // the path, or "standard input"
  const std::string& digest() const { return digest_; }  // SHA-256 of the whole, 64 hex digits
  std::uint64_t lines() const { return lines_; }         // how many there are in all
  // The next line without its end; nothing after the last. Error: too_large, unavailable.
  Result<std::optional<std::string>> next();
  std::uint64_t number() const { return number_; }       // of the line that next() gave, from 1

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;
  ImportSource(std::string name, File file) : name_(std::move(name)), file_(std::move(file)) {}
  Result<void> make_readable_twice();
  Result<void> look_through();
  Result<bool> read_more();

  std::string name_;
  File file_;
  std::string digest_;
  std::uint64_t lines_ = 0, number_ = 0;
  std::string pending_;       // read, not yet given
  bool ended_ = false;
};

}  // namespace acta::cli
