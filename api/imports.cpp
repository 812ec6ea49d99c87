// POST /v1/imports: lines of NDJSON, recorded one after the other through the same door as every write.
//
// Acta-Source: SHA-256 of the whole file, in hex. Acta-Line: number in that file of the first line of this body. A file may
// be sent in several bodies; a name given with `as` is known within one body, so the sender puts the case ids it was told
// in place of names from earlier ones. The answer has a line for each: {line, position, case, revision, replayed}, or
// {line, problem}, which is then the last.

#include <array>
#include <nlohmann/json.hpp>

#include "api/resource.h"
#include "api/submission_body.h"

namespace acta {
namespace {

constexpr std::array<std::string_view, 6> line_members = {"case", "as", "actor", "role", "key", "invented"};
constexpr std::size_t key_digits = 16;

struct Source {
  Hash digest;
  std::uint64_t first_line = 1;
};

Result<Source> source_of(const Request& request) {
  Source source;
  const auto bytes = from_hex(request.header("Acta-Source").value_or(""));
  if (!bytes || bytes->size() != source.digest.bytes.size()) return error(Code::malformed, "the header Acta-Source is the SHA-256 of the whole file, in 64 hex digits");
  std::copy(bytes->begin(), bytes->end(), source.digest.bytes.begin());
  const auto line = parse_number(request.header("Acta-Line").value_or("1"));
  if (!line || *line == 0) return error(Code::malformed, "the header Acta-Line is the number of the first line, from 1");
  source.first_line = *line;
  return source;
}

class Import {
 public:
  Import(const Call& call, const Source& source) : call_(call), source_(source) {}
  // One line of the answer; false in `going` after a bad line.
  Json take(std::string_view text, std::uint64_t number, bool& going);

 private:
  Result<Json> record(std::string_view text, std::uint64_t number);
  Result<std::optional<CaseId>> case_of(const Json& line) const;
  Result<Submission> submission_of(const Json& line, std::uint64_t number) const;

  const Call& call_;
  const Source& source_;
  std::map<std::string, CaseId> names_;
};

Error wrong(std::string pointer, std::string detail) {
  auto failure = error(Code::invalid, "the line is wrong at " + pointer + ": " + detail);
  failure.fields.push_back({std::move(pointer), std::move(detail)});
  return failure;
}

// A line says who recorded it; whoever sends the file is no stand-in.
Result<std::string> text_of(const Json& line, const char* name) {
  ACTA_TRY(auto text, text_member(line, name));
  if (!text) return wrong(std::string("/") + name, "missing");
  return *std::move(text);
}

// The name that later lines may use for this line's case; empty where it gives none.
Result<std::string> name_of(const Json& line) {
  ACTA_TRY(const auto as, text_member(line, "as"));
  if (as && (as->size() < 2 || !as->starts_with('@'))) return wrong("/as", "a name begins with @");
  return as.value_or("");
}

Result<std::vector<std::string>> invented_of(const Json& line) {
  std::vector<std::string> out;
  const auto list = line.find("invented");
  if (list == line.end()) return out;
  const auto no_list = wrong("/invented", "a list of member names is wanted, as occurred_at or data/summary");
  if (!list->is_array()) return no_list;
  for (const auto& item : *list) {
    if (!item.is_string()) return no_list;
    out.push_back(item.get<std::string>());
  }
  return out;
}

Result<std::optional<CaseId>> Import::case_of(const Json& line) const {
  ACTA_TRY(const auto named, text_member(line, "case"));
  if (!named) return std::optional<CaseId>();
  if (named->starts_with('@')) {
    const auto known = names_.find(*named);
    if (known == names_.end()) return wrong("/case", "no earlier line has the name `" + *named + "`");
    return std::optional(known->second);
  }
  ACTA_TRY(const auto id, find_case(call_, *named));
  return std::optional(id);
}

Result<Submission> Import::submission_of(const Json& line, std::uint64_t number) const {
  Submission out;
  ACTA_CHECK(read_submission(call_.engine().catalogue(), line, line_members, out));
  ACTA_TRY(out.case_id, case_of(line));
  ACTA_TRY(out.actor, text_of(line, "actor"));
  ACTA_TRY(out.role, text_of(line, "role"));
  ACTA_TRY(const auto key, text_member(line, "key"));
  ACTA_TRY(out.invented, invented_of(line));
  out.key = key.value_or(to_text(source_.digest).substr(0, key_digits) + ":" + std::to_string(number));
  out.method = "POST";
  out.path = "/v1/imports";
  out.mark = line.contains("invented") ? Mark::synthetic : Mark::imported;
  out.source = source_.digest;
  return out;
}

Result<Json> Import::record(std::string_view text, std::uint64_t number) {
  ACTA_TRY(const auto line, parse_json(text));
  ACTA_TRY(const auto submission, submission_of(line, number));
  ACTA_TRY(const auto name, name_of(line));
  ACTA_TRY(const auto recorded, call_.server.engine->record(submission));
  if (!name.empty()) names_[name] = recorded.case_id;
  return Json{{"line", number}, {"position", recorded.first.value}, {"case", to_text(recorded.case_id)},
              {"revision", recorded.revision}, {"replayed", recorded.replayed}};
}

Json Import::take(std::string_view text, std::uint64_t number, bool& going) {
  auto answer = record(text, number);
  going = static_cast<bool>(answer);
  if (answer) return *std::move(answer);
  return {{"line", number}, {"problem", problem_json(call_.trail, answer.error())}};
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

Result<Response> import_lines(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!has_media_type(call.request, "application/x-ndjson")) return problem(call.trail, Fault::wrong_media_type, "the body is application/x-ndjson");
  ACTA_TRY(const auto source, source_of(call.request));
  Import import(call, source);
  std::string answer;
  std::string_view rest = call.request.body;
  auto number = source.first_line;
  for (bool going = true; going && !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!is_blank(line)) answer += import.take(line, number, going).dump() + "\n";
  }
  return text_response("application/x-ndjson", std::move(answer));
}

}  // namespace acta
