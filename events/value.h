#pragma once
// The canonical bytes of a Value (docs/FORMAT.md "State digest"): what digests and stored states are made of.

#include "events/envelope.h"

namespace acta {

// Type byte (1 text, 2 number, 3 money, 4 flag, 5 id, 6 list), then: UTF-8 | 8-byte big-endian | 8-byte big-endian and
// the currency | one byte 0 or 1 | 16 bytes | each element length-prefixed.
void put_value(Bytes& out, const Value& value);
Result<Value> read_value(ByteView bytes);  // exactly one value; else damaged

inline Value text(std::string value) { return Value{std::move(value)}; }
inline Value number(std::int64_t value) { return Value{value}; }
inline Value flag(bool value) { return Value{value}; }
template <class Tag>
Value id(const Id<Tag>& value) { return Value{id_cast<AnyId>(value)}; }
inline Value list(List values) { return Value{std::move(values)}; }

}  // namespace acta
