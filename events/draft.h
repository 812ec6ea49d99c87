#pragma once
// From JSON to the bytes of an event: check against the event's table, split off what is personal, build the payload.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "events/catalogue.h"
#include "events/json.h"

namespace acta {

// Event data that passed its table's rules. Person fields may still hold `@handle`.
class Draft {
 public:
  const EventType& type() const { return *type_; }
  // The data without its personal members, members sorted, no white space: what request digests are made of.
  const std::string& public_json() const { return public_json_; }

 private:
  friend Result<Draft> check(const EventType&, const Json&);
  friend struct DraftReader;
  const EventType* type_ = nullptr;
  std::shared_ptr<const Json> data_;
  std::string public_json_;
};

// Error: invalid with one FieldError per fault (pointer relative to `data`): unknown member, wrong type, missing or
// empty `must`, out of range, misspelt enumeration value, pattern, length. Never quotes a personal value.
Result<Draft> check(const EventType& type, const Json& data);

// Who is meant: the engine answers from the key store.
struct People {
  std::function<Result<PersonId>(std::string_view handle)> by_handle;
  // A personal field's `of` field was left out: whose id goes there.
  std::function<Result<PersonId>(std::string_view of_field)> unnamed;
};

// The personal fields of one person and retention class: a FlatBuffer of the same table with only those fields.
struct PersonalPart {
  PersonId person;
  std::string retention;
  std::string of_field;
  Bytes plaintext;
};

struct BuiltEvent {
  Bytes payload;                       // FlatBuffer of the table without personal fields, person ids filled in
  std::vector<PersonalPart> personal;  // ordered by of_field, then retention
};

Result<BuiltEvent> build(const Draft& draft, const People& people);

}  // namespace acta
