#pragma once
// From checked JSON to a FlatBuffer of a table that C++ has no accessors for. Internal to events/.

#include <functional>

#include "events/catalogue.h"
#include "events/json.h"

namespace acta {

// A finished FlatBuffer of `table` with the members of `data` that `wanted` lets pass. `data` has passed check(), and
// every person in it is a UUID.
Bytes write_table(const Table& table, const Json& data, const std::function<bool(const Field&)>& wanted);

}  // namespace acta
