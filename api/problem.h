#pragma once
// Every failure as RFC 9457 application/problem+json. One table: code -> status, slug, title and page.

#include <string>

#include "api/http.h"
#include "events/json.h"
#include "events/result.h"

namespace acta {

// What only HTTP knows to go wrong; all else is a Code.
enum class Fault : std::uint8_t {
  framing,             // not a request of RFC 9112
  no_actor,            // below /v1 without Acta-Actor
  no_page,             // no such path
  wrong_method,
  not_acceptable,
  timed_out,           // the header took too long
  body_too_large,
  target_too_long,
  wrong_media_type,
  expectation,         // an Expect that nobody knows
  misdirected,         // a Host that is not ours
  no_if_match,
  header_too_large,
  internal,            // an exception: its text stays here
};

// What a problem says of the request it answers.
struct Trail {
  std::string instance;  // the path, without its query
  std::string trace_id;  // 32 hex digits
};

// How the page of a fault is named, as `timed-out`: fixed, and fit to be a metric's label.
std::string_view slug_of(Fault fault);
Response problem(const Trail& trail, const Error& failure);
Response problem(const Trail& trail, Fault fault, std::string detail);
// The body alone, for answers that hold problems as items.
Json problem_json(const Trail& trail, const Error& failure);

// What the page under /problems/{slug} tells people. Nothing when there is no such slug.
struct ProblemMeaning {
  int status;
  std::string_view code, title, meaning;
};
std::optional<ProblemMeaning> problem_meaning(std::string_view slug);

}  // namespace acta
