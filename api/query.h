#pragma once
// The query of a request, read strictly: a parameter nobody knows is an error, not a silent default.

#include <initializer_list>
#include <map>
#include <optional>

#include "events/ids.h"
#include "events/time.h"

namespace acta {

class Query {
 public:
  Query() = default;
  explicit Query(std::multimap<std::string, std::string> given) : given_(std::move(given)) {}

  // Error (all): malformed, naming the parameter.
  Result<void> only(std::initializer_list<std::string_view> known) const;  // no others, none twice
  Result<void> only(std::initializer_list<std::string_view> once, std::initializer_list<std::string_view> repeated) const;
  std::optional<std::string_view> text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;             // as often as it was given
  Result<std::optional<std::uint64_t>> number(std::string_view name) const;
  Result<std::optional<Instant>> instant(std::string_view name) const;
  Result<bool> flag(std::string_view name) const;  // true, false; absent is false
  // `limit`, 1 to 500, 50 when absent.
  Result<std::size_t> page_limit() const;

 private:
  std::multimap<std::string, std::string> given_;
};

// Decimal digits alone, in range. Error: malformed.
Result<std::uint64_t> parse_number(std::string_view text);

}  // namespace acta
