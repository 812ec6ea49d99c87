#include <doctest/doctest.h>

#include <sstream>

#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

std::uint64_t sequence_of(const json& event) { return std::stoull(event["sequence"].get<std::string>()); }

// What a following feed sends until it has nothing more.
std::string drain(Feed& feed) {
  std::string out;
  while (const auto text = feed.next()) {
    if (text->empty()) break;
    out += *text;
  }
  return out;
}

}  // namespace

TEST_CASE("api: the feed is every entry in order, as CloudEvents, and says where to go on") {
  ApiFixture api;
  const auto recorded = api.open_case("k1");
  const auto response = api.get("/v1/events");
  REQUIRE(response.status == 200);
  CHECK(header_of(response, "Content-Type") == "application/x-ndjson");
  const auto lines = lines_of(all_of(response));
  const auto size = api.engine->ledger().head().size;
  REQUIRE(lines.size() == size + 1);
  for (std::uint64_t i = 0; i < size; ++i) CHECK(sequence_of(lines[i]) == i);
  CHECK(lines.back()["progress"]["next"] == size);
  const auto& event = lines[recorded.first.value];
  CHECK(event["specversion"] == "1.0");
  CHECK(event["type"] == "org.acta.request.RequestReceived.v1");
  CHECK(event["source"] == "/facilities/Test%20facility");
  CHECK(event["subject"] == "case/" + to_text(recorded.case_id));
  CHECK(event["sequence"].get<std::string>().size() == 20);
  CHECK(event["timeprecision"] == "instant");
  CHECK(event["entrykind"] == "event");
  CHECK(event["actorrole"] == "project_officer");
  CHECK(event["evidence"] == "request_letter:-");
  CHECK(event["leafhash"] == to_text(*api.engine->ledger().leaf(recorded.first)));
  CHECK(event["data"]["title"] == "Harbour statistics");
  CHECK_FALSE(event["data"].contains("summary"));
}

TEST_CASE("api: an event points to the schema of its public data") {
  ApiFixture api;
  const auto recorded = api.open_case("k1");
  const auto event = lines_of(all_of(api.get("/v1/events?from=" + std::to_string(recorded.first.value))))[0];
  const auto response = api.get(event["dataschema"].get<std::string>());
  REQUIRE(response.status == 200);
  const auto schema = json_of(response);
  CHECK(schema["properties"].contains("title"));
  CHECK_FALSE(schema["properties"].contains("summary"));
  check_problem(api.get("/v1/schemas/00/RequestReceived"), 404, "not_found");
}

TEST_CASE("api: from is the first position wanted, after means after it, and Last-Event-ID wins") {
  const ApiFixture api;
  const auto first_of = [](const Response& response) { return sequence_of(lines_of(all_of(response))[0]); };
  CHECK(first_of(api.get("/v1/events?from=2")) == 2);
  CHECK(first_of(api.get("/v1/events?after=2")) == 3);
  CHECK(first_of(api.get("/v1/events?from=2", {{"Last-Event-ID", "0"}})) == 1);
}

TEST_CASE("api: a limited page ends with the position of the next one") {
  const ApiFixture api;
  const auto lines = lines_of(all_of(api.get("/v1/events?from=1&limit=2")));
  REQUIRE(lines.size() == 3);
  CHECK(lines[2]["progress"]["next"] == 3);
}

TEST_CASE("api: a page beyond the head is empty and says so") {
  const ApiFixture api;
  const auto size = api.engine->ledger().head().size;
  const auto lines = lines_of(all_of(api.get("/v1/events?from=" + std::to_string(size))));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["progress"]["next"] == size);
}

TEST_CASE("api: the feed is filtered by type and by case") {
  ApiFixture api;
  api.open_case("k1");
  const auto second = api.open_case("k2");
  CHECK(lines_of(all_of(api.get("/v1/events?type=RequestReceived"))).size() == 3);
  const auto lines = lines_of(all_of(api.get("/v1/events?case=" + to_text(second.case_id))));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["subject"] == "case/" + to_text(second.case_id));
}

TEST_CASE("api: a batch is one array, with a link to what follows") {
  const ApiFixture api;
  const auto response = api.get("/v1/events?limit=2", {{"Accept", "application/cloudevents-batch+json"}});
  REQUIRE(response.status == 200);
  CHECK(json_of(response).size() == 2);
  CHECK(header_of(response, "Link") == "</v1/events?from=2&limit=2>; rel=\"next\"");
  check_problem(api.get("/v1/events?limit=501", {{"Accept", "application/cloudevents-batch+json"}}), 400, "malformed");
}

TEST_CASE("api: a form of the feed that is not there is not acceptable") {
  const ApiFixture api;
  check_problem(api.get("/v1/events", {{"Accept", "application/xml"}}), 406, "not_acceptable");
}

TEST_CASE("api: positions and limits that are none are refused") {
  const ApiFixture api;
  for (const auto* target : {"/v1/events?from=x", "/v1/events?from=1&after=1", "/v1/events?limit=0", "/v1/events?follow=yes", "/v1/events?after=18446744073709551615"})
    check_problem(api.get(target), 400, "malformed");
  check_problem(api.get("/v1/events", {{"Last-Event-ID", "x"}}), 400, "malformed");
}

TEST_CASE("api: server-sent events carry the position as id and go on with the ledger") {
  ApiFixture api;
  const auto response = api.get("/v1/events", {{"Accept", "text/event-stream"}});
  REQUIRE(response.feed);
  const auto first = drain(*response.feed);
  CHECK(first.starts_with("retry: 3000\n\n"));
  CHECK(first.find("id: 0\ndata: {") != std::string::npos);
  CHECK(first.find("event: caught-up\n") != std::string::npos);
  const auto recorded = api.open_case("k1");
  const auto more = drain(*response.feed);
  CHECK(more.starts_with("id: " + std::to_string(recorded.first.value) + "\ndata: {"));
  CHECK(more.find("caught-up") == std::string::npos);
  CHECK(response.feed->heartbeat().starts_with(": hb\nevent: progress\n"));
  CHECK(response.feed->farewell().starts_with("event: shutdown\n"));
}

TEST_CASE("api: NDJSON follows when asked, and marks the head once") {
  ApiFixture api;
  const auto response = api.get("/v1/events?follow=true");
  REQUIRE(response.feed);
  const auto lines = lines_of(drain(*response.feed));
  CHECK(lines.back()["caught-up"]["next"] == api.engine->ledger().head().size);
  api.open_case("k1");
  CHECK(lines_of(drain(*response.feed)).size() == 1);
  CHECK(lines_of(response.feed->farewell())[0]["shutdown"]["next"] == api.engine->ledger().head().size);
}

TEST_CASE("api: a following feed with a limit ends by itself") {
  const ApiFixture api;
  const auto response = api.get("/v1/events?follow=true&limit=1");
  REQUIRE(response.feed);
  const auto first = response.feed->next();
  REQUIRE(first);
  CHECK(lines_of(*first).size() == 1);
  CHECK_FALSE(response.feed->next());
}

TEST_CASE("api: who follows what never happens still learns how far it was looked for") {
  ApiFixture api;
  const auto response = api.get("/v1/events?follow=true&type=NoteAdded");
  REQUIRE(response.feed);
  CHECK(lines_of(drain(*response.feed)).back()["caught-up"]["next"] == api.engine->ledger().head().size);
  api.open_case("k1");
  CHECK(lines_of(drain(*response.feed)).back()["progress"]["next"] == api.engine->ledger().head().size);
}
