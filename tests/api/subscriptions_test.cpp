#include "projections/subscriptions.h"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "fixture.h"
#include "projections/subscription_file.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

const std::string place = "/v1/subscriptions/warehouse";

Response acknowledge(const ApiFixture& api, std::uint64_t position, const Caller& caller = {}) { return api.put(place + "/position", {{"position", position}}, {}, caller); }

// As after kill -9: what is on the disk, read by a new process.
void restart(ApiFixture& api) {
  auto opened = Subscriptions::open(*api.engine, {.folder = api.folders.data + "/subscriptions"});
  REQUIRE(opened);
  api.router.reset();
  api.subscriptions = *std::move(opened);
  api.router = std::make_unique<Router>(RouterOptions{api.engine.get(), api.views.get(), {}, "", api.feeds.get(), api.subscriptions.get()});
}

// Its file, as a ledger that held `position` left it.
void acknowledged_elsewhere(ApiFixture& api, std::uint64_t position) {
  auto subscription = *api.subscriptions->find("warehouse");
  subscription.next = next(Position{position});
  std::ofstream(api.folders.data + "/subscriptions/warehouse") << subscription_text(subscription, api.engine->genesis().ledger);
  restart(api);
}

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

}  // namespace

TEST_CASE("subscriptions: one is made, read, acknowledged and deleted") {
  ApiFixture api;
  const auto made = api.put(place, {{"filter", {{"type", {"RequestReceived"}}}}, {"from", 1}});
  REQUIRE_MESSAGE(made.status == 201, made.body);
  CHECK(header_of(made, "Location") == place);
  CHECK(json_of(made)["acknowledged"].is_null());
  CHECK(json_of(made)["next"] == 1);
  CHECK(json_of(made)["filter"] == json{{"type", {"RequestReceived"}}});
  CHECK(json_of(acknowledge(api, 2))["acknowledged"] == 2);
  CHECK(json_of(api.get(place))["next"] == 3);
  CHECK(api.remove(place).status == 204);
  check_problem(api.get(place), 404, "not_found");
}

TEST_CASE("subscriptions: the feed goes on after what was acknowledged, with the filter, and a header wins") {
  ApiFixture api;
  const auto first = api.open_case("k1"), second = api.open_case("k2");
  REQUIRE(api.put(place, {{"filter", {{"type", {"RequestReceived"}}}}}).status == 201);
  const auto sequences = [&](const Response& response) {
    std::vector<std::uint64_t> out;
    for (const auto& line : lines_of(all_of(response)))
      if (line.contains("sequence")) out.push_back(std::stoull(line["sequence"].get<std::string>()));
    return out;
  };
  using Positions = std::vector<std::uint64_t>;
  const std::string feed = "/v1/events?subscription=warehouse";
  CHECK(sequences(api.get(feed)) == Positions{first.first.value, second.first.value});
  REQUIRE(acknowledge(api, first.first.value).status == 200);
  CHECK(sequences(api.get(feed)) == Positions{second.first.value});
  CHECK(sequences(api.get(feed, {{"Last-Event-ID", "0"}})) == Positions{first.first.value, second.first.value});
  check_problem(api.get(feed + "&type=NoteAdded"), 400, "malformed");
  check_problem(api.get(feed + "&from=0"), 400, "malformed");
}

TEST_CASE("subscriptions: an acknowledgement only goes up, and never beyond the ledger") {
  ApiFixture api;
  REQUIRE(api.put(place, json::object()).status == 201);
  const auto size = api.engine->ledger().head().size;
  REQUIRE(acknowledge(api, 3).status == 200);
  CHECK(acknowledge(api, 3).status == 200);
  const auto lower = acknowledge(api, 2), beyond = acknowledge(api, size);
  check_problem(lower, 422, "invalid");
  CHECK(json_of(lower)["detail"].get<std::string>().find("before 3") != std::string::npos);
  check_problem(beyond, 422, "invalid");
  CHECK(json_of(beyond)["errors"][0]["pointer"] == "/position");
  CHECK(json_of(api.get(place))["acknowledged"] == 3);
  CHECK(acknowledge(api, size - 1).status == 200);
}

TEST_CASE("subscriptions: what was acknowledged is there after a restart, and views/ may go") {
  ApiFixture api;
  REQUIRE(api.put(place, {{"filter", {{"role", {"project_officer"}}}}}).status == 201);
  REQUIRE(acknowledge(api, 4).status == 200);
  const auto before = json_of(api.get(place));
  restart(api);
  auto after = json_of(api.get(place));
  after["lag"] = before["lag"];
  CHECK(after == before);
}

TEST_CASE("subscriptions: a lagging one is seen by everybody, by entries and by age") {
  ApiFixture api;
  REQUIRE(api.put(place, json::object()).status == 201);
  const auto size = api.engine->ledger().head().size;
  const auto item = json_of(api.get("/v1/subscriptions", {}, {"ops", ""}))["items"][0];
  CHECK(item["name"] == "warehouse");
  CHECK(item["lag"]["entries"] == size);
  CHECK(item["lag"]["oldest_recorded_at"].is_string());
  CHECK(item["mine"] == false);
  CHECK_FALSE(item.contains("filter"));
  CHECK(item.dump().find("jonna") == std::string::npos);   // handles stand nowhere but among the keys
  REQUIRE(acknowledge(api, size - 1).status == 200);
  CHECK(json_of(api.get(place))["lag"]["entries"] == 0);
}

TEST_CASE("subscriptions: only its owner reads, moves, changes or deletes it") {
  ApiFixture api;
  REQUIRE(api.put(place, json::object()).status == 201);
  const Caller other{"ebbe.noor", ""};
  check_problem(api.get(place, {}, other), 403, "denied");
  check_problem(api.get("/v1/events?subscription=warehouse", {}, other), 403, "denied");
  check_problem(acknowledge(api, 1, other), 403, "denied");
  check_problem(api.put(place, json::object(), {}, other), 403, "denied");
  check_problem(api.remove(place, other), 403, "denied");
  CHECK(json_of(api.get(place))["acknowledged"].is_null());
}

TEST_CASE("subscriptions: the same wish again changes nothing, another filter keeps the position, another beginning is a conflict") {
  ApiFixture api;
  REQUIRE(api.put(place, {{"from", 1}}).status == 201);
  REQUIRE(acknowledge(api, 2).status == 200);
  CHECK(api.put(place, {{"from", 1}}).status == 200);
  const auto changed = api.put(place, {{"filter", {{"process", {"action"}}}}});
  CHECK(changed.status == 200);
  CHECK(json_of(changed)["acknowledged"] == 2);
  check_problem(api.put(place, {{"from", 2}}), 409, "conflict");
}

TEST_CASE("subscriptions: what cannot be is refused, and says where") {
  ApiFixture api;
  const auto pointer = [](const Response& response) { return json_of(response)["errors"][0]["pointer"].get<std::string>(); };
  for (const auto* name : {"Warehouse", "1st", "a.b", "x%2Fy"}) check_problem(api.put(std::string("/v1/subscriptions/") + name, json::object()), name == std::string("x%2Fy") ? 404 : 422, name == std::string("x%2Fy") ? "not_found" : "invalid");
  CHECK(pointer(api.put(place, {{"filter", {{"type", {"Nothing"}}}}})) == "/type/0");
  CHECK(pointer(api.put(place, {{"filter", {{"color", {"red"}}}}})) == "/filter/color");
  CHECK(pointer(api.put(place, {{"from", "1"}})) == "/from");
  CHECK(pointer(api.put(place, {{"from", 1'000'000}})) == "/from");
  CHECK(pointer(api.put(place, {{"more", 1}})) == "/more");
  CHECK(json_of(api.get("/v1/subscriptions"))["items"].empty());
}

TEST_CASE("subscriptions: there are bounds to how many") {
  ApiFixture api;
  auto few = Subscriptions::open(*api.engine, {.folder = api.folders.data + "/few", .env = nullptr, .subscriptions_max = 3, .per_person_max = 2});
  REQUIRE(few);
  const PersonId ada{{1}}, ben{{2}};
  const auto put = [&](const char* name, PersonId who) { return (*few)->put({.name = name, .owner = who, .filter = {}, .first = {}, .now = {}}); };
  CHECK(put("a", ada));
  CHECK(put("b", ada));
  CHECK(put("c", ada).error().code == Code::invalid);
  CHECK(put("c", ben));
  CHECK(put("d", ben).error().code == Code::invalid);
  CHECK(put("b", ada));   // it is there already
}

TEST_CASE("subscriptions: one that acknowledged what a restored ledger does not hold is refused, until it is made anew") {
  ApiFixture api;
  REQUIRE(api.put(place, json::object()).status == 201);
  const auto size = api.engine->ledger().head().size;
  REQUIRE(acknowledge(api, size - 1).status == 200);
  CHECK(api.get("/v1/events?subscription=warehouse").status == 200);   // everything acknowledged: there is nothing more
  acknowledged_elsewhere(api, size);                                   // by the ledger that this one is an older copy of
  for (const auto* asked : {"/v1/events?subscription=warehouse", "/v1/events?subscription=warehouse&follow=true"}) {
    const auto answer = api.get(asked);
    check_problem(answer, 409, "conflict");
    const auto detail = json_of(answer)["detail"].get<std::string>();
    CHECK(detail.find("acknowledged entry " + std::to_string(size) + ", but this ledger ends before " + std::to_string(size)) != std::string::npos);
    CHECK(detail.find("delete the subscription and make it anew") != std::string::npos);
  }
  CHECK(json_of(api.get(place))["lag"]["entries"] == 0);
  REQUIRE(api.remove(place).status == 204);
  REQUIRE(api.put(place, {{"from", size}}).status == 201);
  CHECK(api.get("/v1/events?subscription=warehouse").status == 200);
}

TEST_CASE("subscriptions: an altered file stops nobody else, and is named") {
  ApiFixture api;
  REQUIRE(api.put(place, json::object()).status == 201);
  REQUIRE(api.put("/v1/subscriptions/other", json::object()).status == 201);
  const auto path = api.folders.data + "/subscriptions/warehouse";
  std::fstream file(path, std::ios::in | std::ios::out);
  std::string line;
  std::getline(file, line);
  file.seekp(static_cast<std::streamoff>(line.find("\"next\":0") + 7));
  file << '9';
  file.close();
  restart(api);
  const auto answer = api.get(place);
  check_problem(answer, 500, "damaged");
  CHECK(json_of(answer)["detail"].get<std::string>().find(path) != std::string::npos);
  CHECK(api.get("/v1/subscriptions/other").status == 200);
}
