#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "feed_client.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;

namespace {

// A strict reader of the Prometheus text format 0.0.4: every sample belongs to a family that was announced, whose name
// follows the conventions, and no sample comes twice.
struct Scrape {
  std::map<std::string, double> samples;      // name with its labels, as written
  std::map<std::string, std::string> types;
  double at(const std::string& name) const {
    const auto found = samples.find(name);
    REQUIRE_MESSAGE(found != samples.end(), name);
    return found->second;
  }
};

std::string family_of(const Scrape& scrape, const std::string& name) {
  if (scrape.types.contains(name)) return name;
  for (const std::string suffix : {"_bucket", "_sum", "_count"})
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  return name;
}

void check_name(const std::string& name, const std::string& type) {
  static const std::regex form("[a-z][a-z0-9_]*");
  CHECK_MESSAGE(std::regex_match(name, form), name);
  CHECK_MESSAGE((type == "counter") == name.ends_with("_total"), name);
  for (const auto* unit : {"_milliseconds", "_micros", "_ms", "_kib", "_mib", "_megabytes"}) CHECK_MESSAGE(name.find(unit) == std::string::npos, name);
}

void read_line(const std::string& line, Scrape& out) {
  static const std::regex help("# HELP ([a-z0-9_]+) (.+)"), type("# TYPE ([a-z0-9_]+) (counter|gauge|histogram)");
  static const std::regex sample(R"re(([a-z0-9_]+)(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? ([0-9.e+\-]+|\+Inf))re");
  std::smatch found;
  if (std::regex_match(line, found, help)) return;
  if (std::regex_match(line, found, type)) {
    CHECK_MESSAGE(out.types.emplace(found[1], found[2]).second, line);
    return check_name(found[1], found[2]);
  }
  REQUIRE_MESSAGE(std::regex_match(line, found, sample), line);
  CHECK_MESSAGE(out.types.contains(family_of(out, found[1])), line);
  CHECK_MESSAGE(out.samples.emplace(found[1].str() + found[2].str(), std::stod(found[4])).second, line);
}

Scrape scrape(const ApiFixture& api) {
  const auto response = api.get("/metrics", {}, {"", ""});
  REQUIRE(response.status == 200);
  CHECK(header_of(response, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  Scrape out;
  std::istringstream in(response.body);
  for (std::string line; std::getline(in, line);) read_line(line, out);
  return out;
}

}  // namespace

TEST_CASE("metrics: every sample has a family with help and type, a name by the conventions, and comes once") {
  const ApiFixture api;
  api.get("/v1/cases");
  const auto seen = scrape(api);
  for (const auto* name : {"acta_command_duration_seconds", "acta_commit_sync_duration_seconds", "acta_commit_batch_entries", "acta_http_request_duration_seconds"})
    CHECK(seen.types.at(name) == "histogram");
  for (const auto* name : {"acta_sequencer_queue_commands", "acta_ledger_unsigned_entries", "acta_ledger_unsigned_age_seconds", "acta_disk_free_bytes", "acta_feeds_open", "acta_store_wal_bytes",
                           "acta_store_compaction_pending_bytes", "process_resident_memory_bytes", "process_threads", "process_open_fds", "acta_uptime_seconds"})
    CHECK(seen.samples.contains(name));
  CHECK(seen.at("acta_writes_open") == 1);
  CHECK(seen.at("process_resident_memory_bytes") > 1e6);
  CHECK(seen.at("process_threads") > 2);
  CHECK(seen.at("acta_view_lag_entries{view=\"case_list\"}") >= 0);
}

TEST_CASE("metrics: what was recorded, refused by the rules and repeated is counted, and so is each batch") {
  const ApiFixture api;
  const auto before = scrape(api);
  const auto body = opening_body();
  CHECK(api.post("/v1/cases", body, {{"Idempotency-Key", "k1"}}).status == 201);
  CHECK(api.post("/v1/cases", body, {{"Idempotency-Key", "k1"}}).status == 201);
  CHECK(api.post("/v1/cases", {{"type", "NoSuchType"}, {"data", Json::object()}}, {{"Idempotency-Key", "k2"}}).status == 422);
  const auto reference = json_of(api.get("/v1/cases"))["items"][0]["reference"].get<std::string>();
  CHECK(api.post("/v1/cases/" + reference + "/events", {{"type", "ActionLaunched"}, {"data", Json::object()}}, {{"Idempotency-Key", "k3"}, {"If-Match", "\"1\""}}).status == 409);
  const auto after = scrape(api);
  const auto grew = [&](const std::string& name) { return after.at(name) - before.at(name); };
  CHECK(grew("acta_commands_total{outcome=\"recorded\"}") == 1);
  CHECK(grew("acta_commands_total{outcome=\"replayed\"}") == 1);
  CHECK(grew("acta_commands_total{outcome=\"turned_away\"}") == 1);
  CHECK(grew("acta_commands_total{outcome=\"refused\"}") == 0);
  CHECK(grew("acta_ledger_entries") == 1);
  CHECK(grew("acta_commit_batch_entries_sum") == 1);
  CHECK(grew("acta_commit_sync_duration_seconds_count") == 1);
  CHECK(grew("acta_command_duration_seconds_count") == 3);
  CHECK(after.at("acta_command_duration_seconds_bucket{le=\"+Inf\"}") == after.at("acta_command_duration_seconds_count"));
}

TEST_CASE("metrics: requests are counted by route and status, never by path") {
  const ApiFixture api;
  for (int i = 0; i < 3; ++i) CHECK(api.get("/v1/cases/ACT-2099-00" + std::to_string(i)).status == 404);
  CHECK(api.get("/nowhere/secret").status == 404);
  const auto text = api.get("/metrics", {}, {"", ""}).body;
  const auto seen = scrape(api);
  CHECK(seen.at("acta_http_requests_total{method=\"GET\",route=\"/v1/cases/{case}\",status=\"404\"}") == 3);
  CHECK(seen.at("acta_http_requests_total{method=\"any\",route=\"none\",status=\"404\"}") == 1);
  CHECK(text.find("ACT-2099") == std::string::npos);
  CHECK(text.find("secret") == std::string::npos);
}

TEST_CASE("metrics: a feed is counted as long as somebody follows it") {
  const ApiFixture api;
  auto following = api.get("/v1/events?follow=true", {{"Accept", "application/x-ndjson"}});
  REQUIRE(following.feed);
  CHECK(scrape(api).at("acta_feeds_open") == 1);
  following.feed.reset();
  CHECK(scrape(api).at("acta_feeds_open") == 0);
}

TEST_CASE("metrics: the open feed furthest behind and each named subscription show how far they lag, and status says the same") {
  const ApiFixture api;
  const auto size = static_cast<double>(api.engine->ledger().head().size);
  REQUIRE(api.put("/v1/subscriptions/warehouse", nlohmann::json::object()).status == 201);
  CHECK(scrape(api).at("acta_feed_lag_entries") == 0);
  auto slow = api.get("/v1/events?follow=true", {{"Accept", "application/x-ndjson"}});
  auto quick = api.get("/v1/events?follow=true", {{"Accept", "application/x-ndjson"}});
  drain(*quick.feed);
  const auto before = scrape(api);
  CHECK(before.at("acta_feeds_open") == 2);
  CHECK(before.at("acta_feed_lag_entries") == size);
  CHECK(before.samples.contains("acta_feed_lag_seconds"));
  CHECK(before.at("acta_subscription_lag_entries{subscription=\"warehouse\"}") == size);
  CHECK(before.samples.contains("acta_subscription_lag_seconds{subscription=\"warehouse\"}"));
  const auto status = json_of(api.get("/v1/status"));
  CHECK(status["feeds"]["open"] == 2);
  CHECK(status["feeds"]["lag"]["entries"] == size);
  CHECK(status["subscriptions"][0]["name"] == "warehouse");
  CHECK(status["subscriptions"][0]["lag"]["entries"] == size);
  drain(*slow.feed);
  REQUIRE(api.put("/v1/subscriptions/warehouse/position", {{"position", api.engine->ledger().head().size - 1}}).status == 200);
  CHECK(scrape(api).at("acta_feed_lag_entries") == 0);
  CHECK(scrape(api).at("acta_subscription_lag_entries{subscription=\"warehouse\"}") == 0);
}

TEST_CASE("trace: an answer carries the trace id of the request, or one of its own, and how long it took") {
  const ApiFixture api;
  const auto given = api.get("/livez", {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}, {"", ""});
  CHECK(header_of(given, "traceparent").starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
  CHECK(given.trace_id == "0af7651916cd43dd8448eb211c80319c");
  CHECK(given.route == "/livez");
  const auto own = header_of(api.get("/livez", {}, {"", ""}), "traceparent");
  CHECK(own.size() == 55);
  CHECK(header_of(given, "Server-Timing").starts_with("app;dur="));
}
