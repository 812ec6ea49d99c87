#include "tools/acta/exit_code.h"

#include <array>
#include <nlohmann/json.hpp>

#include "tools/acta/json_text.h"

namespace acta::cli {
namespace {

struct Row {
  Code code;
  int exit;
  int status;                // the HTTP status it usually comes with
  std::string_view name;
  std::string_view way_out;
};

// The first row of a status speaks for answers whose `code` is not known.
constexpr std::array rows = {
    Row{Code::malformed, Exit::failed, 400, "malformed", "Correct what was sent and try again."},
    Row{Code::denied, Exit::denied, 403, "denied", "Say who asks with --as HANDLE --role ROLE, in a role that may do this."},
    Row{Code::denied, Exit::denied, 401, "no_actor", "Say who asks with --as HANDLE --role ROLE (or ACTA_AS and ACTA_ROLE)."},
    Row{Code::not_found, Exit::not_found, 404, "not_found", "Check the id; `acta cases` lists what there is."},
    Row{Code::conflict, Exit::refused, 409, "conflict", "Look at the case with `acta case ID` and record what it accepts now."},
    Row{Code::refused, Exit::refused, 409, "refused", "Somebody else has to do this; the attempt itself is recorded."},
    Row{Code::in_flight, Exit::refused, 409, "in_flight", "Wait for the first request with this key, then repeat it."},
    Row{Code::stale, Exit::refused, 412, "stale", "Read the case again and repeat with its current revision."},
    Row{Code::stale, Exit::refused, 428, "no_if_match", "Give the revision you decided on with --if-match N."},
    Row{Code::gone, Exit::failed, 410, "gone", "It was erased and cannot come back."},
    Row{Code::too_large, Exit::failed, 413, "too_large", "Send less at once; large things are documents, named by digest."},
    Row{Code::invalid, Exit::failed, 422, "invalid", "Correct the named members and try again."},
    Row{Code::key_reused, Exit::refused, 422, "key_reused", "Use a new --key for a new event."},
    Row{Code::busy, Exit::failed, 503, "busy", "Try again in a moment."},
    Row{Code::full, Exit::failed, 507, "full", "Free some disk space; reading still works."},
    Row{Code::clock, Exit::failed, 503, "clock", "Check the machine's clock, then run `acta clock confirm`."},
    Row{Code::in_use, Exit::failed, 503, "in_use", "Stop the other process, or ask it with --url."},
    Row{Code::foreign, Exit::failed, 500, "foreign", "Name the right folder with --data, or make a new one with `acta init`."},
    Row{Code::newer, Exit::failed, 500, "newer", "Use the newer version of acta that wrote it."},
    Row{Code::damaged, Exit::tampered, 500, "damaged", "Keep the folder as it is, run `acta verify`, and restore from a backup."},
    Row{Code::rolled_back, Exit::tampered, 500, "rolled_back", "An old copy may have been put in place: find the newest folder, or see what `acta recover` says."},
    Row{Code::missing_key, Exit::failed, 500, "missing_key", "Put the key files back beside the data folder; without them personal data stays sealed."},
    Row{Code::unavailable, Exit::failed, 500, "unavailable", "Check the disk and the permissions; `acta doctor` says more."},
    Row{Code::unsupported, Exit::failed, 501, "unsupported", "This version cannot do it."},
};

const Row& row_of(Code code) {
  for (const Row& row : rows)
    if (row.code == code) return row;
  return rows.front();
}

Code code_of(int status, std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return row.code;
  if (status >= 500 && status != 503 && status != 507) return Code::unavailable;
  for (const Row& row : rows)
    if (row.status == status) return row.code;
  return Code::malformed;
}

std::vector<FieldError> fields_of(const Json& problem) {
  std::vector<FieldError> fields;
  for (const Json& field : member(problem, "errors")) fields.push_back({text_at(field, "pointer"), text_at(field, "detail")});
  return fields;
}

std::optional<std::uint32_t> revision_at(const Json& problem, const char* name) {
  const Json& value = member(problem, name);
  if (!value.is_number_unsigned()) return std::nullopt;
  return value.get<std::uint32_t>();
}

std::string message_of(const Json& problem, int status) {
  if (auto detail = text_at(problem, "detail"); !detail.empty()) return detail;
  if (auto title = text_at(problem, "title"); !title.empty()) return title;
  return "the server answered " + std::to_string(status);
}

}  // namespace

int exit_code(Code code) { return row_of(code).exit; }
std::string_view name_of(Code code) { return row_of(code).name; }
std::string_view way_out(Code code) { return row_of(code).way_out; }

Error error_of(const Response& response) {
  const Json problem = parse_answer(response.body);
  Error failure = error(code_of(response.status, text_at(problem, "code")), message_of(problem, response.status));
  failure.fields = fields_of(problem);
  for (const Json& type : member(problem, "allowed")) failure.allowed.push_back(plain(type));
  failure.expected_revision = revision_at(problem, "expected_revision");
  failure.current_revision = revision_at(problem, "current_revision");
  failure.rule = text_at(problem, "rule");
  return failure;
}

}  // namespace acta::cli
