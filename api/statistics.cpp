// GET /v1/statistics and, for each of its numbers, GET /v1/statistics/cases.

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "api/known_values.h"
#include "api/resource.h"
#include "api/uri.h"
#include "projections/counts.h"

namespace acta {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Question {
  CountFilter filter;
  std::optional<Dimension> by;
  std::optional<std::uint64_t> position;
  Parameters asked;                      // what links repeat: the filters, as given
};

Error bad(std::string_view name, std::string_view what) { return error(Code::malformed, "query parameter `" + std::string(name) + "`: " + std::string(what)); }

bool is_country(std::string_view text) { return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }); }
bool is_year(std::string_view text) { return text.size() == 4 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }); }

// An empty value is a question too: the cases that have none.
Result<void> check_value(const Engine& engine, Dimension dimension, const std::string& value) {
  const auto name = name_of(dimension);
  const auto known = [&](const std::set<std::string>& values) { return value.empty() || values.contains(value) ? Result<void>() : unknown_value(name, value, values); };
  switch (dimension) {
    case Dimension::country: return value.empty() || is_country(value) ? Result<void>() : bad(name, "two capital letters, as MU (ISO 3166-1)");
    case Dimension::year: return is_year(value) ? Result<void>() : bad(name, "four digits, as 2021");
    case Dimension::state: return known(known_stages(engine));
    case Dimension::process: return known(known_processes(engine));
    case Dimension::theme:
    case Dimension::region: return known(known_values(engine, name));
  }
  return {};
}

Result<std::optional<Date>> day_of(const Query& query, std::string_view name) {
  const auto given = query.text(name);
  if (!given) return std::optional<Date>();
  const auto date = parse_date(*given);
  if (!date) return bad(name, "a day is YYYY-MM-DD");
  return std::optional(*date);
}

Result<void> take_filters(const Call& call, Question& question) {
  for (const auto dimension : dimensions) {
    const auto value = call.query.text(name_of(dimension));
    if (!value) continue;
    ACTA_CHECK(check_value(call.engine(), dimension, std::string(*value)));
    question.filter.values.emplace(dimension, *value);
    question.asked.emplace_back(name_of(dimension), *value);
  }
  ACTA_TRY(question.filter.from, day_of(call.query, "from"));
  ACTA_TRY(question.filter.to, day_of(call.query, "to"));
  for (const auto* name : {"from", "to"})
    if (const auto day = call.query.text(name)) question.asked.emplace_back(name, *day);
  return {};
}

Result<Question> question_of(const Call& call) {
  Question question;
  ACTA_CHECK(take_filters(call, question));
  ACTA_TRY(question.position, call.query.number("position"));
  if (const auto by = call.query.text("by")) {
    question.by = parse_dimension(*by);
    if (!question.by) return bad("by", "one of theme, region, country, state, year, process");
  }
  const auto size = call.engine().ledger().head().size;
  if (question.position && *question.position >= size) return bad("position", "the ledger ends at position " + std::to_string(size - 1));
  return question;
}

Result<CountedCases> cases_for(const Call& call, const Question& question) {
  ACTA_CHECK(wait_for_view(call, counts_view));
  const auto seen = call.server.views->position(counts_view);
  if (question.position && *question.position >= seen) return error(Code::busy, "position " + std::to_string(*question.position) + " is not to be seen yet");
  ACTA_TRY(auto counted, call.server.views->counts().as_of(question.position));
  if (!question.position && seen > 0) counted.position = std::max(counted.position, seen - 1);
  return counted;
}

// --- links and numbers

// Where the cases behind one number are listed: the same question, of the same position.
class Linker {
 public:
  Linker(const Question& question, std::uint64_t position) : question_(question), position_(position) {}
  // `row` is the value of the dimension, absent for the total.
  std::string link(std::string_view what, std::string_view name, const std::optional<std::string>& row) const {
    std::string out = "/v1/statistics/cases?" + std::string(what) + "=" + std::string(name);
    for (const auto& [parameter, value] : question_.asked)
      if (!row || parameter != name_of(*question_.by)) add(out, parameter, value);
    if (row) add(out, name_of(*question_.by), *row);
    add(out, "position", std::to_string(position_));
    return out;
  }

 private:
  static void add(std::string& out, std::string_view name, std::string_view value) { out += "&" + std::string(name) + "=" + percent_encoded(value); }

  const Question& question_;
  std::uint64_t position_;
};

std::size_t index_of(std::string_view measure) {
  const auto found = std::find_if(measures().begin(), measures().end(), [&](const Measure& one) { return one.name == measure; });
  return static_cast<std::size_t>(found - measures().begin());
}

Json wait_json(const std::vector<std::int64_t>& days, const std::string& link) {
  const auto value = [&](int percent) { return days.empty() ? Json() : Json(percentile(days, percent)); };
  return {{"count", days.size()}, {"median_days", value(50)}, {"p90_days", value(90)}, {"longest_days", value(100)}, {"cases", link}};
}

Json conversion_json(const CountRow& row) {
  const auto received = row.counts[index_of("received")], converted = row.counts[index_of("converted")];
  const auto thousandths = received == 0 ? 0.0 : std::round(1'000.0 * static_cast<double>(converted) / static_cast<double>(received));
  return {{"converted", converted}, {"received", received}, {"rate", received == 0 ? Json() : Json(thousandths / 1'000.0)}};
}

Json row_json(const CountRow& row, const Linker& linker, const std::optional<std::string>& value) {
  Json counts = Json::object(), times = Json::object();
  for (std::size_t i = 0; i < measures().size(); ++i)
    counts[std::string(measures()[i].name)] = {{"count", row.counts[i]}, {"cases", linker.link("measure", measures()[i].name, value)}};
  for (std::size_t i = 0; i < waits().size(); ++i)
    times[std::string(waits()[i].name)] = wait_json(row.days[i], linker.link("wait", waits()[i].name, value));
  Json out = {{"counts", std::move(counts)}, {"conversion", conversion_json(row)}, {"waits", std::move(times)}};
  if (value) out["value"] = value->empty() ? Json() : Json(*value);
  return out;
}

Json meanings_json() {
  Json out = {{"conversion", "converted divided by received: how many of the requests received are actions today"},
              {"median_days", "nearest rank: the smallest number of days that at least half of the cases did not exceed"},
              {"p90_days", "nearest rank: the smallest number of days that at least nine in ten cases did not exceed"},
              {"days", "calendar days between two dates of occurrence, UTC"},
              {"year", "of the day a measure counts on: when it happened, not when it was recorded"},
              {"once", "a case counts by how it stands today: reopened, reviewed or refused twice it counts once; under each of its countries, and once in the total"}};
  for (const auto& measure : measures()) out[std::string(measure.name)] = measure.meaning;
  for (const auto& wait : waits()) out[std::string(wait.name)] = wait.meaning;
  return out;
}

Json asked_json(const Parameters& asked) {
  Json out = Json::object();
  for (const auto& [name, value] : asked) out[name] = value;
  return out;
}

Json table_json(const CountTable& table, const Question& question, std::uint64_t position) {
  const Linker linker(question, position);
  Json items = Json::array();
  for (const auto& row : table.rows) items.push_back(row_json(row, linker, row.value));
  return {{"position", position}, {"by", question.by ? Json(name_of(*question.by)) : Json()}, {"filters", asked_json(question.asked)},
          {"total", row_json(table.total, linker, std::nullopt)}, {"items", std::move(items)}, {"meanings", meanings_json()}};
}

// --- the cases behind a number

struct Number {
  const Measure* measure = nullptr;
  const Wait* wait = nullptr;
};

template <class Things>
std::set<std::string> names_of(const Things& things) {
  std::set<std::string> names;
  for (const auto& thing : things) names.insert(std::string(thing.name));
  return names;
}

Result<Number> number_of(const Query& query) {
  const auto measure = query.text("measure"), wait = query.text("wait");
  if (measure.has_value() == wait.has_value()) return error(Code::malformed, "ask for one of `measure` and `wait`");
  Number number;
  if (measure && !(number.measure = find_measure(*measure))) return unknown_value("measure", *measure, names_of(measures()));
  if (wait && !(number.wait = find_wait(*wait))) return unknown_value("wait", *wait, names_of(waits()));
  return number;
}

Json case_json(const CountedRow& row) {
  const auto& facts = *row.facts;
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json out = {{"id", to_text(facts.id)}, {"reference", facts.reference}, {"process", facts.process}, {"title", facts.title}, {"state", facts.state},
              {"theme", or_null(facts.theme)}, {"region", or_null(facts.region)}, {"countries", facts.countries}, {"at", to_text(row.at)}};
  if (row.days) out["days"] = *row.days;
  return out;
}

Result<std::size_t> start_of_page(const std::vector<CountedRow>& rows, const Query& query) {
  const auto after = query.text("after");
  if (!after) return std::size_t{0};
  const auto id = parse_uuid(*after);
  if (!id) return error(Code::malformed, "`after` is not a cursor of this list: take it from `next` of the page before");
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const CountedRow& row) { return row.facts->id > CaseId{*id}; });
  return static_cast<std::size_t>(found - rows.begin());
}

}  // namespace

Result<Response> show_statistics(const Call& call) {
  ACTA_CHECK(call.query.only({"by", "theme", "region", "country", "state", "year", "process", "from", "to", "position", "min_position"}));
  ACTA_TRY(const auto question, question_of(call));
  ACTA_TRY(const auto counted, cases_for(call, question));
  auto response = json_response(200, table_json(count(counted.cases, question.by, question.filter), question, counted.position));
  response.headers.emplace_back("Acta-Position", std::to_string(counted.position + 1));
  return response;
}

Result<Response> list_counted_cases(const Call& call) {
  ACTA_CHECK(call.query.only({"measure", "wait", "theme", "region", "country", "state", "year", "process", "from", "to", "position", "min_position", "limit", "after"}));
  ACTA_TRY(const auto question, question_of(call));
  ACTA_TRY(const auto number, number_of(call.query));
  ACTA_TRY(const auto limit, call.query.page_limit());
  ACTA_TRY(const auto counted, cases_for(call, question));
  const auto rows = number.measure ? behind(counted.cases, *number.measure, question.filter) : behind(counted.cases, *number.wait, question.filter);
  ACTA_TRY(const auto start, start_of_page(rows, call.query));
  const auto end = std::min(rows.size(), start + limit);
  Json items = Json::array();
  for (auto i = start; i < end; ++i) items.push_back(case_json(rows[i]));
  const auto next = end < rows.size() && end > start ? to_text(rows[end - 1].facts->id) : std::string();
  auto response = json_response(200, {{"position", counted.position}, {"count", rows.size()}, {"items", std::move(items)}, {"next", next.empty() ? Json() : Json(next)}});
  response.headers.emplace_back("Acta-Position", std::to_string(counted.position + 1));
  if (!next.empty()) response.headers.emplace_back("Link", "<" + with_parameter(call.request.target, "after", next) + ">; rel=\"next\"");
  return response;
}

}  // namespace acta
