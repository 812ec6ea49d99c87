#pragma once
// What a submission must look like before anything is looked up. Codes and categories stand in the ledger in clear and
// for ever, so free text is kept out of them.

#include "engine/command.h"

namespace acta {

// Error: malformed (idempotency key, actor), invalid with pointers (reason, evidence).
Result<void> check_form(const Submission& submission);

// W3C Trace Context: an identifier that is not one is ignored, so that no text gets in this way.
bool is_traceparent(std::string_view text);

}  // namespace acta
