#pragma once
// Prints the lines of an NDJSON feed, and knows from where it would go on.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/json.h"

namespace acta::cli {

class EventPrinter {
 public:
  explicit EventPrinter(bool json);

  // Pieces need not end where lines do. False when nobody reads any more.
  bool take(std::string_view piece);
  // What an end in the middle left over comes again.
  void forget_rest() { rest_.clear(); }
  // The first position of which nothing is known yet; nothing before the first line.
  std::optional<std::uint64_t> next() const { return next_; }
  std::uint64_t printed() const { return printed_; }

 private:
  void take_line(std::string_view line);
  void take_control(const Json& frame);
  void print(const Json& event, std::string_view line);

  bool json_;
  std::size_t width_;
  std::string rest_;
  std::optional<std::uint64_t> next_;
  std::uint64_t printed_ = 0;
};

}  // namespace acta::cli
