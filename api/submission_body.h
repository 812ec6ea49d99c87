#pragma once
// The body of a write: {type, data, occurred_at?, precision?, evidence?, reason?, correlation?}. Import lines hold the same
// members and some of their own.

#include <span>

#include "engine/engine.h"
#include "events/json.h"

namespace acta {

// Fills in what the body says. `more` names further members that the caller reads. Error: invalid, with a pointer per
// fault: no object, unknown member, unknown type, wrong data, not a time.
Result<void> read_submission(const Catalogue& catalogue, const Json& body, std::span<const std::string_view> more, Submission& out);

// Members of an object that must be texts. Error: invalid with a pointer.
Result<std::optional<std::string>> text_member(const Json& object, const char* name);

}  // namespace acta
