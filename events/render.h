#pragma once
// From the bytes of an event back to JSON and to values. Only bytes that the ledger's hashes cover, or that `build`
// made, come here: reflection is never run on bytes from outside.

#include <string_view>

#include "events/catalogue.h"
#include "events/envelope.h"
#include "events/json.h"

namespace acta {

// Members as in the request; absent ones left out. Works on payloads and on the plaintext of a box alike.
Json render(const EventType& type, ByteView payload);
// A Value as JSON: text, number, {"amount","currency"}, true, uuid text, array.
Json render(const Value& value);
std::string render_amount(const Money& money);  // 125000 EUR -> "1250.00"; minor units per ISO 4217
Result<Money> parse_amount(std::string_view amount, std::string_view currency);

// A path names a field, or a field of a table field, as `budget` or `seats.body`; through a list it gives a list.
// Error: invalid when the type has no such field or it is personal. Gives the kind of the field it ends at.
Result<FieldKind> check_path(const EventType& type, std::string_view path);
// The value at a path that check_path accepted; nothing when the field is absent. Dates, digests and enumeration
// values are text.
std::optional<Value> read_path(const EventType& type, ByteView payload, std::string_view path);

}  // namespace acta
