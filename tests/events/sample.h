#pragma once
// The shipped event types, and drafts of them that are known to be right.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "events/draft.h"

namespace acta {

inline const Catalogue& shipped() {
  static const std::shared_ptr<const Catalogue> catalogue = [] {
    std::vector<Bytes> schemas;
    for (const ShippedSchema& schema : shipped_schemas()) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
    auto made = Catalogue::from(std::move(schemas));
    if (!made) FAIL(made.error().message);
    return *made;
  }();
  return *catalogue;
}

inline const EventType& event_type(std::string_view name) {
  const EventType* found = shipped().find(name);
  if (found == nullptr) FAIL("no event type " << name);
  return *found;
}

inline Json a_request() {
  return {{"title", "Examplia II"}, {"channel", "letter_to_team"}, {"received_on", "2021-03-02"}, {"authority", "Ministry of Examples"}, {"region", "other"}, {"theme", "MD"},
          {"countries", {"ZZ", "YY"}}, {"requesters", {{{"name", "Office of Samples"}, {"kind", "administration"}}}}, {"support", {"workshop", "training"}},
          {"summary", "Officers ask for a course"}, {"signatory", "@ada.invented"}, {"signatory_name", "Ada Invented"}};
}

inline Draft drafted(std::string_view type, const Json& data) {
  auto draft = check(event_type(type), data);
  if (!draft) FAIL(draft.error().message);
  return *std::move(draft);
}

// Everybody of that handle is person 7; whoever is not named is person 9.
inline People two_people() {
  const auto person = [](std::uint8_t number) {
    PersonId id;
    id.bytes.fill(number);
    return id;
  };
  return {.by_handle = [person](std::string_view) { return Result<PersonId>(person(7)); }, .unnamed = [person](std::string_view) { return Result<PersonId>(person(9)); }};
}

inline BuiltEvent built(std::string_view type, const Json& data) {
  auto made = build(drafted(type, data), two_people());
  if (!made) FAIL(made.error().message);
  return *std::move(made);
}

}  // namespace acta
