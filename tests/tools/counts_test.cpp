// The sample's numbers against the events themselves, and every number against the cases it leads to.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "api/router.h"
#include "projections/views.h"
#include "tests/tools/demo_sample.h"
#include "tests/tools/desk.h"

namespace acta::test {
namespace {

using nlohmann::json;

// The router over the told sample.
class Reporting {
 public:
  static const Reporting& desk() {
    static const Reporting reporting;
    return reporting;
  }
  json get(const std::string& target) const {
    const auto response = router_->handle(Request{"GET", target, {{"Acta-Actor", "reports"}}, {}});
    REQUIRE_MESSAGE(response.status == 200, target << ": " << response.body);
    return json::parse(response.body);
  }

 private:
  Reporting() {
    auto opened = Views::open(Sample::told().engine(), {.folder = scratch_ / "views", .follow = false});
    REQUIRE(opened);
    views_ = *std::move(opened);
    REQUIRE(views_->catch_up());
    router_ = std::make_unique<Router>(RouterOptions{const_cast<Engine*>(&Sample::told().engine()), views_.get(), {}, "token"});
  }
  Scratch scratch_;
  std::unique_ptr<Views> views_;
  std::unique_ptr<Router> router_;
};

// Counted by the types of a case's events alone: the last one that decides.
std::string outcome_of(const SampleCase& of) {
  static const std::map<std::string, std::string> deciding = {
      {"RequestReceived", "pending"}, {"RequestDeemedInadmissible", "inadmissible"}, {"ActionRejected", "rejected"}, {"ActionApproved", "approved"},
      {"RequestWithdrawn", "withdrawn"}, {"RequestLapsed", "lapsed"}, {"ReviewRequested", "pending"}, {"ReviewUpheld", "pending"}, {"ActionTerminated", "terminated"}};
  std::string outcome, refusal;
  for (const Entry& event : of.events) {
    if (event.type == "ReviewDismissed") outcome = refusal;
    const auto found = deciding.find(event.type);
    if (found == deciding.end()) continue;
    outcome = found->second;
    if (outcome == "inadmissible" || outcome == "rejected") refusal = outcome;
  }
  return outcome;
}

bool happened(const SampleCase& of, std::string_view type) { return of.last(type) != nullptr; }

std::map<std::string, std::size_t> counted_by_events(const std::function<bool(const SampleCase&)>& wanted) {
  std::map<std::string, std::size_t> counts;
  for (const SampleCase& of : Sample::told().cases()) {
    if (!wanted(of)) continue;
    const std::string outcome = outcome_of(of);
    ++counts["received"];
    ++counts[outcome];
    if (outcome == "terminated") ++counts["approved"];
    if (outcome == "inadmissible" || outcome == "rejected") ++counts["refused"];
    for (const auto& [type, measure] : std::map<std::string, std::string>{{"RequestAcknowledged", "acknowledged"}, {"RequestDeemedAdmissible", "admissible"}, {"ActionLaunched", "launched"}})
      if (happened(of, type)) ++counts[measure];
    const Entry *closed = of.last("ActionClosed"), *reopened = of.last("ActionReopened");
    if (closed && (!reopened || reopened->position < closed->position)) ++counts["closed"];
  }
  return counts;
}

std::string data_of(const SampleCase& of, const std::string& name) {
  const auto found = of.state.data.find(name);
  return found == of.state.data.end() ? "" : std::get<std::string>(found->second.held);
}

void check_equal(const json& row, const std::map<std::string, std::size_t>& counted) {
  for (const auto* measure : {"received", "acknowledged", "admissible", "approved", "inadmissible", "rejected", "refused", "withdrawn", "lapsed", "pending", "launched", "closed", "terminated"}) {
    const auto found = counted.find(measure);
    CHECK_MESSAGE(row["counts"][measure]["count"] == (found == counted.end() ? 0 : found->second), measure);
  }
}

std::size_t count_in(const json& row, const char* measure) { return row["counts"][measure]["count"].get<std::size_t>(); }

// Reads all pages behind a link; gives the cases.
std::vector<json> cases_behind(const std::string& link) {
  std::vector<json> all;
  std::string after;
  do {
    const json page = Reporting::desk().get(link + "&limit=500" + (after.empty() ? "" : "&after=" + after));
    for (const json& item : page["items"]) all.push_back(item);
    CHECK(page["count"] >= all.size());
    after = page["next"].is_null() ? "" : page["next"].get<std::string>();
  } while (!after.empty());
  return all;
}

std::size_t follow_links(const json& row) {
  std::size_t followed = 0;
  for (const auto& [name, number] : row["counts"].items()) {
    CHECK_MESSAGE(cases_behind(number["cases"]).size() == number["count"], number["cases"]);
    ++followed;
  }
  for (const auto& [name, wait] : row["waits"].items()) {
    std::vector<std::int64_t> days;
    for (const json& item : cases_behind(wait["cases"])) days.push_back(item["days"]);
    std::sort(days.begin(), days.end());
    REQUIRE(days.size() == wait["count"]);
    if (!days.empty()) CHECK(days[(days.size() + 1) / 2 - 1] == wait["median_days"]);
    if (!days.empty()) CHECK(days[(days.size() * 9 + 9) / 10 - 1] == wait["p90_days"]);
    ++followed;
  }
  return followed;
}

TEST_CASE("counts: the sample's numbers equal those counted over its events, by theme, region and in all") {
  const json themes = Reporting::desk().get("/v1/statistics?by=theme");
  check_equal(themes["total"], counted_by_events([](const SampleCase&) { return true; }));
  CHECK(themes["position"] == Sample::told().engine().ledger().head().size - 1);
  CHECK(themes["items"].size() == 5);
  for (const json& row : themes["items"]) check_equal(row, counted_by_events([&](const SampleCase& of) { return data_of(of, "theme") == row["value"]; }));
  const json regions = Reporting::desk().get("/v1/statistics?by=region");
  for (const json& row : regions["items"]) check_equal(row, counted_by_events([&](const SampleCase& of) { return data_of(of, "region") == row["value"]; }));
}

TEST_CASE("counts: each request has one outcome, so that outcomes add up to requests, and themes and years to all") {
  for (const auto* by : {"theme", "region", "state", "process"}) {
    const json table = Reporting::desk().get(std::string("/v1/statistics?by=") + by);
    std::size_t received = 0;
    for (const json& row : table["items"]) {
      CHECK(count_in(row, "received") == count_in(row, "pending") + count_in(row, "approved") + count_in(row, "refused") + count_in(row, "withdrawn") + count_in(row, "lapsed"));
      CHECK(count_in(row, "approved") == count_in(row, "converted"));
      received += count_in(row, "received");
    }
    CHECK(received == count_in(table["total"], "received"));
  }
  const json years = Reporting::desk().get("/v1/statistics?by=year");
  for (const auto* measure : {"received", "approved", "refused", "closed", "converted"}) {
    std::size_t sum = 0;
    for (const json& row : years["items"]) sum += count_in(row, measure);
    CHECK(sum == count_in(years["total"], measure));
  }
  CHECK(years["total"]["conversion"]["rate"] == 0.735);
}

TEST_CASE("counts: a case of several countries stands under each of them, and once in all") {
  std::map<std::string, std::size_t> expected;
  for (const SampleCase& of : Sample::told().cases()) {
    std::set<std::string> countries;
    if (const auto found = of.state.data.find("countries"); found != of.state.data.end())
      for (const Value& country : std::get<List>(found->second.held)) countries.insert(std::get<std::string>(country.held));
    if (countries.empty()) countries.insert("");
    for (const auto& country : countries) ++expected[country];
  }
  const json table = Reporting::desk().get("/v1/statistics?by=country");
  CHECK(table["items"].size() == expected.size());
  std::size_t sum = 0;
  for (const json& row : table["items"]) {
    CHECK(count_in(row, "received") == expected.at(row["value"].is_null() ? "" : row["value"].get<std::string>()));
    sum += count_in(row, "received");
  }
  CHECK(sum > count_in(table["total"], "received"));
  CHECK(count_in(table["total"], "received") == Sample::told().cases().size());
}

TEST_CASE("counts: every number leads to exactly the cases behind it") {
  std::size_t followed = follow_links(Reporting::desk().get("/v1/statistics")["total"]);
  for (const auto* question : {"by=theme", "by=year&theme=IP", "by=region&from=2012-01-01&to=2016-12-31", "by=country&region=asia"}) {
    const json table = Reporting::desk().get(std::string("/v1/statistics?") + question);
    followed += follow_links(table["total"]);
    for (const json& row : table["items"]) followed += follow_links(row);
  }
  CHECK(followed > 300);
}

TEST_CASE("counts: as of a position they are those of the events up to it, and the link keeps the position") {
  const auto& engine = Sample::told().engine();
  for (const std::uint64_t position : {100ull, 900ull, 1'500ull}) {
    std::size_t received = 0;
    REQUIRE(engine.ledger().scan(Position{0}, Position{position + 1}, [&](Position, ByteView bytes) {
      const Entry entry = *decode(bytes);
      received += entry.kind == Kind::event && entry.type == "RequestReceived";
      return true;
    }));
    const json table = Reporting::desk().get("/v1/statistics?position=" + std::to_string(position));
    CHECK(table["position"] == position);
    CHECK(count_in(table["total"], "received") == received);
    CHECK(cases_behind(table["total"]["counts"]["received"]["cases"]).size() == received);
  }
}

TEST_CASE("worklist: every open case of the sample waits for somebody, and nobody waits for a closed one") {
  std::set<std::string> open, waiting;
  const auto& engine = Sample::told().engine();
  for (const SampleCase& of : Sample::told().cases())
    if (!engine.definition(of.state.definition)->closed(of.state.configuration)) open.insert(of.state.reference);
  const json list = Reporting::desk().get("/v1/worklist?limit=500");
  std::string before;
  for (const json& row : list["items"]) {
    waiting.insert(row["reference"]);
    CHECK(row["waits_since"].get<std::string>() >= before);
    before = row["waits_since"];
  }
  CHECK(waiting == open);
  for (const auto& [role, cases] : list["cases_by_role"].items()) CHECK(Reporting::desk().get("/v1/worklist?limit=500&role=" + role)["items"].size() == cases);
}

// --- the verbs

TEST_CASE("counts: the verb shows a table that fits, its --json is the resource, and a wrong word names the known ones") {
  const Desk desk;
  desk.init();
  desk.open_case();
  const Surroundings narrow{.environment = {{"COLUMNS", "80"}}, .input = {}};
  const auto table = desk.run({"counts", "--by", "region"}, narrow);
  REQUIRE_MESSAGE(table.exit == 0, table.err);
  std::size_t begin = 0;
  for (auto end = table.out.find('\n'); end != std::string::npos && begin < table.out.find("As of"); begin = end + 1, end = table.out.find('\n', begin))
    CHECK(std::count_if(table.out.begin() + static_cast<long>(begin), table.out.begin() + static_cast<long>(end), [](char c) { return (c & 0xc0) != 0x80; }) <= 80);
  const auto whole = desk.run({"counts", "--json"});
  CHECK(whole.json()["total"]["counts"]["received"]["count"] == 1);
  const auto cases = desk.run({"counts", "--cases", "received", "--json"});
  CHECK(cases.json()["items"].size() == 1);
  CHECK(desk.run({"counts", "--cases", "received_to_approved", "--json"}).json()["count"] == 0);
  const auto wrong = desk.run({"counts", "--theme", "XX"});
  CHECK(wrong.exit == 1);
  CHECK(wrong.err.find("known: HO, IMT, IP, LM, MD") != std::string::npos);
  CHECK(desk.run({"counts", "--cases", "received", "--by", "theme"}).exit == 2);
  CHECK(desk.run({"counts", "--cases", "nonsense"}).err.find("known: acknowledged") != std::string::npos);
}

TEST_CASE("worklist: the verb lists what waits for the role, and for nobody it says so") {
  const Desk desk;
  desk.init();
  const auto opened = desk.open_case();
  const auto waits = desk.run({"worklist", "--role", "project_officer"});
  REQUIRE_MESSAGE(waits.exit == 0, waits.err);
  CHECK(waits.out.find(opened["reference"].get<std::string>()) != std::string::npos);
  CHECK(waits.out.find("Request acknowledged") != std::string::npos);
  CHECK(desk.run({"worklist", "--role", "steering_member"}).out == "Nothing waits.\n");
  CHECK(desk.run({"worklist"}).out.find("Cases that wait, by role: project_officer 1\n") != std::string::npos);
  CHECK(desk.run({"worklist", "--as", "jo.example", "--role", "project_officer", "--json"}).json()["items"].size() == 1);
  const auto wrong = desk.run({"worklist", "--role", "nobody"});
  CHECK(wrong.exit == 1);
  CHECK(wrong.err.find("programme_manager") != std::string::npos);
  CHECK(desk.run({"worklist", "--person", "a", "--anyone"}).exit == 2);
}

}  // namespace
}  // namespace acta::test
