// POST /v1/imports: lines of NDJSON, recorded one after the other through the same door as every write. Many are under way
// at once (docs/adr/0022), as one series: after a line that is not recorded, none is.
//
// Acta-Source: SHA-256 of the whole file, in hex. Acta-Line: number in that file of the first line of this body. A file may
// be sent in several bodies; a name given with `as` is known within one body, so the sender puts the case ids it was told
// in place of names from earlier ones. The answer has a line for each: {line, position, case, revision, replayed}, or
// {line, problem}, which is then the last.

#include <array>
#include <nlohmann/json.hpp>

#include "api/awaited_lines.h"
#include "api/resource.h"
#include "api/submission_body.h"
#include "projections/case_list.h"

namespace acta {
namespace {

constexpr std::array<std::string_view, 6> line_members = {"case", "as", "actor", "role", "key", "invented"};
constexpr std::size_t key_digits = 16;
// A sync takes as long as deciding some tens of lines does; others who record meanwhile wait for these no more than that.
constexpr std::size_t under_way_max = 128, under_way_few = 64;

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
  // False: this line was not submitted, and nothing after it may be.
  bool take(std::string_view text, std::uint64_t number);
  // A line for each that was recorded, and for the first that was not.
  std::string answer();

 private:
  Result<void> submit(std::string_view text, std::uint64_t number);
  Result<CaseId> record(const Submission& submission, std::uint64_t number);
  Result<std::optional<CaseId>> case_of(const Json& line) const;
  Result<CaseId> case_called(const std::string& id_or_reference) const;
  Result<Submission> submission_of(const Json& line, std::uint64_t number) const;
  Json problem_at(std::uint64_t number, const Error& failure) const;

  const Call& call_;
  const Source& source_;
  const std::shared_ptr<Series> series_ = std::make_shared<Series>();
  std::map<std::string, CaseId> names_;
  std::optional<Json> problem_;   // of the line that was not submitted
  AwaitedLines awaited_;
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
  ACTA_TRY(const auto id, case_called(*named));
  return std::optional(id);
}

// A reference is of one case for ever: where a view knows it, it need not be up to date.
Result<CaseId> Import::case_called(const std::string& id_or_reference) const {
  auto& views = *call_.server.views;
  if (parse_uuid(id_or_reference) || views.building(case_list_view)) return find_case(call_, id_or_reference);
  ACTA_TRY(const auto row, views.cases().by_reference(id_or_reference));
  if (row) return row->id;
  if (const auto seen = views.catch_up(); !seen) return seen.error();
  return find_case(call_, id_or_reference);
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

Result<CaseId> Import::record(const Submission& submission, std::uint64_t number) {
  auto on = call_.server.engine->record(submission, series_, awaited_.add(number));
  if (!on) awaited_.take_back();
  return on;
}

Result<void> Import::submit(std::string_view text, std::uint64_t number) {
  ACTA_TRY(const auto line, parse_json(text));
  ACTA_TRY(const auto submission, submission_of(line, number));
  ACTA_TRY(const auto name, name_of(line));
  ACTA_TRY(const auto on, record(submission, number));
  if (!name.empty()) names_[name] = on;
  return {};
}

// What is wrong with a line may be that those before it are not written yet: it is judged when they are.
bool Import::take(std::string_view text, std::uint64_t number) {
  auto submitted = submit(text, number);
  if (!submitted && awaited_.under_way() > 0) {
    awaited_.wait_for_all();
    if (!awaited_.any_failed()) submitted = submit(text, number);
  }
  if (!submitted) problem_ = problem_at(number, submitted.error());
  else if (awaited_.under_way() >= under_way_max) awaited_.wait_for(under_way_few);
  return submitted && !awaited_.any_failed();
}

Json Import::problem_at(std::uint64_t number, const Error& failure) const { return {{"line", number}, {"problem", problem_json(call_.trail, failure)}}; }

Json recorded_json(std::uint64_t number, const Recorded& recorded) {
  return {{"line", number}, {"position", recorded.first.value}, {"case", to_text(recorded.case_id)}, {"revision", recorded.revision}, {"replayed", recorded.replayed}};
}

std::string Import::answer() {
  awaited_.wait_for_all();
  std::string out;
  for (const auto& line : awaited_.lines()) {
    const auto& result = *line.result;
    if (!result) return out + problem_at(line.number, result.error()).dump() + "\n";
    out += recorded_json(line.number, *result).dump() + "\n";
  }
  return problem_ ? out + problem_->dump() + "\n" : out;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

Result<Response> import_lines(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!has_media_type(call.request, "application/x-ndjson")) return problem(call.trail, Fault::wrong_media_type, "the body is application/x-ndjson");
  ACTA_TRY(const auto source, source_of(call.request));
  Import import(call, source);
  std::string_view rest = call.request.body;
  auto number = source.first_line;
  for (bool going = true; going && !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!is_blank(line)) going = import.take(line, number);
  }
  return text_response("application/x-ndjson", import.answer());
}

}  // namespace acta
