#include "api/problem.h"

#include <array>
#include <nlohmann/json.hpp>

#include "events/assert.h"

namespace acta {
namespace {

struct Row {
  int status;
  std::string_view code, slug, title, page;
};

constexpr std::size_t codes = static_cast<std::size_t>(Code::unsupported) + 1;
constexpr std::size_t faults = static_cast<std::size_t>(Fault::internal) + 1;

// In the order of Code.
constexpr std::array<Row, codes> code_rows = {{
    {400, "malformed", "malformed", "Not understood", "The request could not be read: broken JSON, a missing or ill-formed header or query parameter. `detail` says which. Nothing was recorded."},
    {422, "invalid", "invalid", "Well-formed, but wrong", "The request was read, but what it says does not fit: an unknown type or member, a missing value or piece of evidence, a time in the future. `errors` points at each place."},
    {403, "denied", "denied", "Not in this role", "Somebody in this role may not do this. `detail` names who may. The attempt was not recorded."},
    {404, "not_found", "not-found", "Not found", "There is no such thing in this ledger."},
    {409, "conflict", "conflict", "Not allowed in this state", "The case does not accept this event in its present state. `allowed` lists what it accepts now."},
    {409, "refused", "refused", "Refused by a control", "A control rule forbids it, such as that two steps must be taken by two persons. `rule` names the rule. The attempt was recorded at `position`."},
    {412, "stale", "stale", "The case has moved on", "If-Match names another revision than the present one. Read the case again, look at what happened, then decide."},
    {422, "key_reused", "key-reused", "Idempotency key used before", "This person used this Idempotency-Key for another request. Take a new key for a new request."},
    {409, "in_flight", "in-flight", "The same request is being worked on", "A request with this Idempotency-Key has not been answered yet. Ask again in a moment: you will get its answer."},
    {410, "gone", "gone", "Erased", "What this refers to was erased, and cannot be read or compared any more."},
    {413, "too_large", "too-large", "Too large", "A body may have 1 MiB, an entry of the ledger 65,535 bytes. Longer things are documents."},
    {503, "busy", "busy", "Busy", "The server cannot take this now. Try again after the time in Retry-After."},
    {507, "full", "full", "The disk is nearly full", "Writes are refused before they can fail half way. Reads go on. Free some space."},
    {503, "clock", "clock", "The clock cannot be trusted", "The clock jumped. Reads go on; writes wait until somebody has looked at it and confirmed it with `acta clock confirm`."},
    {503, "in_use", "in-use", "In use", "Another process holds what this needs."},
    {500, "foreign", "foreign", "Not of this ledger", "Files of another ledger were found."},
    {500, "newer", "newer", "Written by a newer version", "The folder was written by a newer version of this program."},
    {500, "damaged", "damaged", "Damaged", "Stored bytes do not say what they should. Run `acta verify`."},
    {500, "rolled_back", "rolled-back", "Rolled back", "The ledger is older than, or different from, what was signed before."},
    {500, "missing_key", "missing-key", "A key is missing", "A key that this needs is not in the key store."},
    {503, "unavailable", "unavailable", "Unavailable", "Reading or writing failed."},
    {501, "unsupported", "unsupported", "Not supported", "This version does not do that."},
}};

// In the order of Fault.
constexpr std::array<Row, faults> fault_rows = {{
    {400, "framing", "framing", "Not a valid request", "The bytes are not a request as RFC 9112 wants it. The connection is closed."},
    {401, "no_actor", "no-actor", "Who is asking?", "Below /v1 each request names its actor: a handle of 1 to 64 characters A-Za-z0-9._- in the header Acta-Actor."},
    {404, "not_found", "no-page", "No such path", "Nothing is served at this path."},
    {405, "wrong_method", "wrong-method", "Not with this method", "The path exists, but not with this method. The header Allow lists those it has."},
    {406, "not_acceptable", "not-acceptable", "No such form", "None of the media types in Accept can be given."},
    {408, "timed_out", "timed-out", "Too slow", "The request did not arrive in time."},
    {413, "too_large", "body-too-large", "Body too large", "A body may have 1 MiB."},
    {414, "target_too_long", "target-too-long", "Address too long", "Path and query may have 8,000 characters."},
    {415, "wrong_media_type", "wrong-media-type", "Wrong media type", "The Content-Type of the body is not the one this resource takes."},
    {417, "expectation", "expectation", "Unknown expectation", "The header Expect may only ask for 100-continue."},
    {421, "misdirected", "misdirected", "Not this server", "The Host header names another server. Use the address that was printed at the start, or localhost with its port."},
    {428, "no_if_match", "no-if-match", "Which revision?", "Recording on a case needs If-Match with the revision it was decided on, as in the ETag of the case: If-Match: \"4\"."},
    {431, "header_too_large", "header-too-large", "Header too large", "The header may have 16 KiB."},
    {500, "internal", "internal", "Failed inside", "The server failed; its log has the same trace_id."},
}};

const Row& row_of(Code code) {
  const auto index = static_cast<std::size_t>(code);
  ACTA_ASSERT(index < code_rows.size());
  return code_rows[index];
}

const Row& row_of(Fault fault) {
  const auto index = static_cast<std::size_t>(fault);
  ACTA_ASSERT(index < fault_rows.size());
  return fault_rows[index];
}

Json base_json(const Row& row, const Trail& trail, std::string_view detail) {
  return {{"type", "/problems/" + std::string(row.slug)}, {"title", row.title}, {"status", row.status}, {"code", row.code},
          {"detail", detail}, {"instance", trail.instance}, {"trace_id", trail.trace_id}};
}

Json fields_json(const std::vector<FieldError>& fields) {
  Json out = Json::array();
  for (const auto& field : fields) out.push_back({{"pointer", field.pointer}, {"detail", field.detail}});
  return out;
}

void add_details(const Error& failure, Json& out) {
  if (!failure.fields.empty()) out["errors"] = fields_json(failure.fields);
  if (failure.code == Code::conflict) out["allowed"] = failure.allowed;
  if (failure.expected_revision) out["expected_revision"] = *failure.expected_revision;
  if (failure.current_revision) out["current_revision"] = *failure.current_revision;
  if (!failure.rule.empty()) out["rule"] = failure.rule;
  if (failure.position) out["position"] = *failure.position;
}

Response problem_response(const Row& row, const Json& body) {
  Response response;
  response.status = row.status;
  response.headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}};
  if (row.status == 503) response.headers.emplace_back("Retry-After", "1");
  if (row.status == 401) response.headers.emplace_back("WWW-Authenticate", "Acta-Actor realm=\"acta\"");
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

ProblemMeaning meaning_of(const Row& row) { return {row.status, row.code, row.title, row.page}; }

}  // namespace

std::string_view slug_of(Fault fault) { return row_of(fault).slug; }

Json problem_json(const Trail& trail, const Error& failure) {
  auto out = base_json(row_of(failure.code), trail, failure.message);
  add_details(failure, out);
  return out;
}

Response problem(const Trail& trail, const Error& failure) { return problem_response(row_of(failure.code), problem_json(trail, failure)); }

Response problem(const Trail& trail, Fault fault, std::string detail) {
  const auto& row = row_of(fault);
  return problem_response(row, base_json(row, trail, detail));
}

std::optional<ProblemMeaning> problem_meaning(std::string_view slug) {
  for (const auto& row : code_rows)
    if (row.slug == slug) return meaning_of(row);
  for (const auto& row : fault_rows)
    if (row.slug == slug) return meaning_of(row);
  return std::nullopt;
}

}  // namespace acta
