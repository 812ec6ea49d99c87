// `acta audit` and `acta refusals` over the sample, against a walk over its ledger.

#include <doctest/doctest.h>

#include <functional>

#include "projections/audit.h"
#include "tests/tools/demo_sample.h"
#include "tests/tools/desk.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The sample as `acta demo` writes it; nothing here changes it.
const Desk& sample_desk() {
  static const Desk desk;
  static const bool told = desk.run({"demo", "--no-serve"}).exit == 0;
  REQUIRE(told);
  return desk;
}

std::vector<std::uint64_t> walked(const std::function<bool(const Entry&)>& wanted) {
  std::vector<std::uint64_t> positions;
  const auto& ledger = Sample::told().engine().ledger();
  REQUIRE(ledger.scan(Position{0}, Position{ledger.head().size}, [&](Position, ByteView bytes) {
    const Entry entry = *decode(bytes);
    if (wanted(entry)) positions.push_back(entry.position.value);
    return true;
  }));
  REQUIRE_FALSE(positions.empty());   // or the comparison would say nothing
  return positions;
}

// Every page, oldest first.
std::vector<std::uint64_t> listed(Words words) {
  words.insert(words.end(), {"--oldest", "--limit", "500", "--json"});
  std::vector<std::uint64_t> positions;
  for (std::string after;;) {
    Words page_words = words;
    if (!after.empty()) page_words.insert(page_words.end(), {"--after", after});
    const auto answer = sample_desk().run(page_words);
    REQUIRE_MESSAGE(answer.exit == 0, answer.err);
    const json page = answer.json();
    for (const json& item : page["items"]) positions.push_back(item["position"]);
    if (page["next"].is_null()) return positions;
    after = page["next"];
  }
}

}  // namespace

TEST_CASE("audit: the verb's filters find what a walk over the sample's ledger finds, over all pages") {
  const SampleCase& some = Sample::told().cases().front();
  CHECK(listed({"audit"}) == walked([](const Entry&) { return true; }));
  CHECK(listed({"audit", "--role", "steering_chair"}) == walked([](const Entry& entry) { return entry.actor.role == "steering_chair"; }));
  CHECK(listed({"audit", "--kind", "event", "--type", "ActionApproved"}) == walked([](const Entry& entry) { return entry.kind == Kind::event && entry.type == "ActionApproved"; }));
  CHECK(listed({"audit", "--case", some.state.reference}) == walked([&](const Entry& entry) { return entry.case_id == some.state.id; }));
  CHECK(listed({"audit", "--occurred-from", "2016-01-01", "--occurred-before", "2017-01-01"}) ==
        walked([](const Entry& entry) { return to_text(entry.occurred_at).starts_with("2016-"); }));
  CHECK(listed({"audit", "--late-days", "5"}) == walked([](const Entry& entry) { return days_late(entry) >= 5; }));
}

TEST_CASE("audit: the table is the newest page, and says how to go on") {
  const auto answer = sample_desk().run({"audit", "--limit", "2"});
  REQUIRE_MESSAGE(answer.exit == 0, answer.err);
  const auto size = Sample::told().engine().ledger().head().size;
  CHECK(holds(answer.out, "recorded"));
  CHECK(holds(answer.out, std::to_string(size - 1) + " "));
  CHECK(holds(answer.out, std::to_string(size - 2) + " "));
  CHECK_FALSE(holds(answer.out, std::to_string(size - 3) + " "));
  const auto more = answer.out.find("More: the same with --after ");
  REQUIRE(more != std::string::npos);
  const auto cursor = answer.out.substr(more + 28, answer.out.find('\n', more) - more - 28);
  CHECK(holds(sample_desk().run({"audit", "--limit", "2", "--after", cursor}).out, std::to_string(size - 3) + " "));
  CHECK(sample_desk().run({"audit", "--recorded-before", "1999-01-01"}).out == "Nothing fits.\n");
}

TEST_CASE("refusals: the verb lists each refused attempt of the sample with its rule, and a rule alone") {
  const auto refusals = walked([](const Entry& entry) { return entry.kind == Kind::refusal; });
  REQUIRE(refusals.size() == 6);
  CHECK(listed({"refusals"}) == refusals);
  const auto table = sample_desk().run({"refusals"});
  for (const auto position : refusals) {
    const Entry entry = *Sample::told().engine().ledger().read(Position{position});
    CHECK(holds(table.out, entry.rule));
    CHECK(holds(table.out, entry.type));
    CHECK(listed({"refusals", "--rule", entry.rule}) == walked([&](const Entry& other) { return other.kind == Kind::refusal && other.rule == entry.rule; }));
  }
}

TEST_CASE("audit: what cannot be asked is told with the way out") {
  const Desk& desk = sample_desk();
  CHECK(desk.run({"audit", "--recorded-from", "noon"}).exit == 2);
  CHECK(desk.run({"refusals", "--kind", "event"}).exit == 2);
  CHECK(holds(desk.run({"audit", "--kind", "letter"}).err, "event, refusal, notice or ledger"));
  const auto nobody = desk.run({"audit", "--person", "no.one"});
  CHECK(nobody.exit == 5);
  CHECK(holds(nobody.err, "nobody called `no.one`"));
}
