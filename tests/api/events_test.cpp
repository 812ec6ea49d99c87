#include <doctest/doctest.h>

#include <sstream>

#include "feed_client.h"
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
  const std::string ledger = "https://acta.example/test", schema_uri = event["dataschema"];
  REQUIRE(schema_uri.starts_with(ledger + "/v1/schemas/"));
  const auto response = api.get(schema_uri.substr(ledger.size()));
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
  for (const auto* target : {"/v1/events?from=x", "/v1/events?from=1&after=1", "/v1/events?limit=0", "/v1/events?follow=yes", "/v1/events?after=18446744073709551616"})
    check_problem(api.get(target), 400, "malformed");
  check_problem(api.get("/v1/events", {{"Last-Event-ID", "x"}}), 400, "malformed");
}

TEST_CASE("feed: several values of one filter are alternatives, several filters all hold") {
  ApiFixture api;
  const auto first = api.open_case("k1"), second = api.open_case("k2");
  const auto count = [&](const std::string& query) { return lines_of(all_of(api.get("/v1/events?" + query))).size() - 1; };
  const auto cases = "case=" + to_text(first.case_id) + "&case=" + to_text(second.case_id);
  CHECK(count(cases) == 2);
  CHECK(count("process=action") == 2);
  CHECK(count("type=RequestReceived&type=LedgerOpened") == 3);
  CHECK(count("role=project_officer") == 2);
  CHECK(count("role=steering_chair") == 0);
  CHECK(count(cases + "&role=steering_chair") == 0);
}

TEST_CASE("feed: what cannot exist is not waited for: the error names what there is") {
  const ApiFixture api;
  const auto unknown = api.get("/v1/events?type=RequestRecieved");
  check_problem(unknown, 422, "invalid");
  CHECK(json_of(unknown)["detail"].get<std::string>().find("RequestReceived") != std::string::npos);
  CHECK(json_of(unknown)["errors"][0]["pointer"] == "/type/0");
  check_problem(api.get("/v1/events?process=travel"), 422, "invalid");
  check_problem(api.get("/v1/events?role=%20"), 422, "invalid");
  check_problem(api.get("/v1/events?case=ACT-1999-001"), 404, "not_found");
  std::string many = "/v1/events?role=r";
  for (int i = 0; i < 32; ++i) many += "&role=r" + std::to_string(i);
  check_problem(api.get(many), 422, "invalid");
}

TEST_CASE("feed: after an entry that is not there is an error, from a position that is not yet there a wait") {
  ApiFixture api;
  const auto size = api.engine->ledger().head().size;
  check_problem(api.get("/v1/events?after=" + std::to_string(size)), 422, "invalid");
  check_problem(api.get("/v1/events", {{"Last-Event-ID", std::to_string(size)}}), 422, "invalid");
  const auto response = api.get("/v1/events?follow=true&from=" + std::to_string(size + 1));
  REQUIRE(response.feed);
  CHECK(lines_of(drain(*response.feed).text).back()["caught-up"]["next"] == size);   // not what was asked for: it is not committed
  api.open_case("k1");
  const auto second = api.open_case("k2");
  const auto lines = lines_of(drain_until(*response.feed, to_text(second.case_id)));
  CHECK(sequence_of(lines[0]) == size + 1);
}

TEST_CASE("feed: a page beyond the head passes no position that was not committed") {
  const ApiFixture api;
  const auto size = api.engine->ledger().head().size;
  CHECK(lines_of(all_of(api.get("/v1/events?from=" + std::to_string(size + 7))))[0]["progress"]["next"] == size);
  const auto batch = api.get("/v1/events?from=" + std::to_string(size + 7), {{"Accept", "application/cloudevents-batch+json"}});
  CHECK(header_of(batch, "Acta-Next") == std::to_string(size));
  CHECK(batch.body == "[]");
}

TEST_CASE("feed: the pages of a batch, by their links, are the whole feed, filtered as the first") {
  ApiFixture api;
  for (int i = 0; i < 5; ++i) api.open_case("k" + std::to_string(i));
  std::string target = "/v1/events?limit=2&type=RequestReceived&role=project_officer";
  std::size_t events = 0, pages = 0;
  while (!target.empty()) {
    const auto response = api.get(target, {{"Accept", "application/cloudevents-batch+json"}});
    REQUIRE(response.status == 200);
    for (const auto& event : json_of(response)) CHECK(event["type"] == "org.acta.request.RequestReceived.v1");
    events += json_of(response).size();
    ++pages;
    const auto link = header_of(response, "Link");
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  CHECK(events == 5);
  CHECK(pages == 3);
}

TEST_CASE("feed: server-sent events carry the position as id and go on with the ledger") {
  ApiFixture api;
  const auto response = api.get("/v1/events", {{"Accept", "text/event-stream"}});
  REQUIRE(response.feed);
  const auto first = drain(*response.feed).text;
  CHECK(first.starts_with("retry: 3000\n\n"));
  CHECK(first.find("id: 0\ndata: {") != std::string::npos);
  CHECK(first.find("event: caught-up\n") != std::string::npos);
  const auto recorded = api.open_case("k1");
  const auto more = drain_until(*response.feed, "\n\n");
  CHECK(more.starts_with("id: " + std::to_string(recorded.first.value) + "\ndata: {"));
  CHECK(more.find("caught-up") == std::string::npos);
  CHECK(response.feed->farewell().starts_with("event: shutdown\n"));
}

TEST_CASE("feed: NDJSON follows when asked, and marks the head once") {
  ApiFixture api;
  const auto response = api.get("/v1/events?follow=true");
  REQUIRE(response.feed);
  const auto lines = lines_of(drain(*response.feed).text);
  CHECK(lines.back()["caught-up"]["next"] == api.engine->ledger().head().size);
  api.open_case("k1");
  CHECK(lines_of(drain_until(*response.feed, "\n")).size() == 1);
  CHECK(lines_of(response.feed->farewell())[0]["shutdown"]["next"] == api.engine->ledger().head().size);
}

TEST_CASE("feed: one with a limit ends by itself") {
  const ApiFixture api;
  const auto response = api.get("/v1/events?follow=true&limit=1");
  REQUIRE(response.feed);
  const auto all = drain(*response.feed);
  CHECK(lines_of(all.text).size() == 1);
  CHECK(all.ended);
}
