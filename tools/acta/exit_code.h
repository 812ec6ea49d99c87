#pragma once
// What a failure is called outside: exit code and way out for each error code, and the error a problem document tells.

#include <string_view>

#include "api/http.h"
#include "events/result.h"

namespace acta::cli {

// Of the process. Scripts rely on them: never renumber.
enum Exit : int { ok = 0, failed = 1, usage = 2, tampered = 3, refused = 4, not_found = 5, denied = 6, incomplete = 7, untrusted_key = 8, split_view = 9, revoked_key = 10 };

int exit_code(Code code);
std::string_view name_of(Code code);     // as in a problem's `code`
std::string_view way_out(Code code);     // one sentence: what to do about it
// From an RFC 9457 answer: its `code` where it has one we know, else by status.
Error error_of(const Response& problem);

}  // namespace acta::cli
