#pragma once
// How the audit index and the refusals lay out their keys: `<list>\0<position>`. Every list holds rising positions.

#include <optional>
#include <string>

#include "events/envelope.h"

namespace acta::audit {

// The list of all entries has values: what is looked at match by match.
struct Glance {
  Instant occurred_at;
  std::uint32_t days_late = 0;
};

inline const std::string all_list = "a";
inline const std::string late_list = "l";               // recorded a day late or more

std::string person_list(const PersonId& person);
std::string case_list(const CaseId& id);
std::string kind_list(Kind kind);
std::string role_list(std::string_view role);
std::string type_list(std::string_view type);
std::string rule_list(std::string_view rule);

std::string key_of(const std::string& list, std::uint64_t position);
std::optional<std::uint64_t> position_in(const std::string& list, std::string_view key);

std::string encode(const Glance& glance);
std::optional<Glance> decode_glance(std::string_view stored);

}  // namespace acta::audit
