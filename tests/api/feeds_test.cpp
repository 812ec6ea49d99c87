#include "api/feeds.h"

#include <doctest/doctest.h>

#include <sstream>

#include "feed_client.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

std::shared_ptr<Feed> follow(const ApiFixture& api, FollowOptions options) {
  if (options.actor.empty()) options.actor = "reports";
  auto feed = api.feeds->follow(std::move(options));
  REQUIRE_MESSAGE(feed, (feed ? "" : feed.error().message));
  return *feed;
}

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

// Positions of the events among the lines.
std::vector<std::uint64_t> positions_of(const std::string& text) {
  std::vector<std::uint64_t> out;
  for (const auto& line : lines_of(text))
    if (line.contains("sequence")) out.push_back(std::stoull(line["sequence"].get<std::string>()));
  return out;
}

EntryFilter notes_only() {
  EntryFilter filter;
  filter.types = {"NoteAdded"};
  return filter;
}

Position head_of(const ApiFixture& api) { return Position{api.engine->ledger().head().size}; }

}  // namespace

TEST_CASE("feeds: an entry is encoded once, and the same bytes go to every reader and framing") {
  ApiFixture api;
  const auto from = head_of(api);
  const auto one = follow(api, {.from = from}), two = follow(api, {.from = from}), sse = follow(api, {.from = from, .frames = Frames::sse});
  for (const auto& feed : {one, two, sse}) drain(*feed);
  api.open_case("k1");
  const auto first_frame = [](Feed& feed) {
    for (;;) {
      const auto piece = feed.recent();
      if (!piece.frames.empty()) return piece.frames.front();
    }
  };
  const auto a = first_frame(*one), b = first_frame(*two), c = first_frame(*sse);
  CHECK(a.text.data() == b.text.data());
  CHECK(a.held == c.held);
  CHECK(c.text.find(a.text.substr(0, a.text.size() - 1)) != std::string_view::npos);
}

TEST_CASE("feeds: a filter that lets nothing pass still tells its progress, by time and never beyond what is committed") {
  ApiFixture api({}, {.readers_max = 10, .readers_per_person_max = 10, .ring = {}, .progress_every = std::chrono::milliseconds(30)});
  const auto feed = follow(api, {.from = head_of(api), .filter = notes_only(), .frames = Frames::sse});
  drain(*feed);
  api.open_case("k1");
  const auto next = "{\"next\":" + std::to_string(head_of(api).value) + "}";
  const auto text = drain_until(*feed, next);
  CHECK(text.find(": hb\nevent: progress\ndata: " + next) != std::string::npos);
  CHECK(text.find("id:") == std::string::npos);
}

TEST_CASE("feeds: who is not wanted for anything is not woken") {
  ApiFixture api;
  const auto quiet = follow(api, {.from = head_of(api), .filter = notes_only()}), busy = follow(api, {.from = head_of(api)});
  drain(*quiet);
  drain(*busy);
  bool woken = false;
  CHECK(quiet->wait([&woken] { woken = true; }));
  for (int i = 0; i < 3; ++i) drain_until(*busy, to_text(api.open_case("k" + std::to_string(i)).case_id));
  CHECK_FALSE(woken);          // all of these were published to `busy` after `quiet` had been asked
  CHECK(api.feeds->counts().parked == 1);
  quiet->wake();
  CHECK(woken);
}

TEST_CASE("feeds: who drops out of the ring is told, reads the ledger, and is told when it is back, without a gap or a double") {
  ApiFixture api({}, {.readers_max = 10, .readers_per_person_max = 10, .ring = {.entries = 2, .bytes = 1 << 20}, .progress_every = std::chrono::seconds(10)});
  const auto from = head_of(api);
  const auto slow = follow(api, {.from = from}), quick = follow(api, {.from = from});
  drain(*slow);
  drain(*quick);
  for (int i = 0; i < 5; ++i) drain_until(*quick, to_text(api.open_case("k" + std::to_string(i)).case_id));
  const auto text = drain(*slow).text;
  const auto lines = lines_of(text);
  CHECK(lines.front()["fell-behind"]["next"] == from.value);
  CHECK(lines.back()["caught-up"]["next"] == head_of(api).value);
  std::vector<std::uint64_t> expected;
  for (auto at = from; at < head_of(api); at = next(at)) expected.push_back(at.value);
  CHECK(positions_of(text) == expected);
}

TEST_CASE("feeds: the ring is bounded in entries and in bytes, and empty when nobody reads") {
  ApiFixture api({}, {.readers_max = 10, .readers_per_person_max = 10, .ring = {.entries = 100, .bytes = 4'000}, .progress_every = std::chrono::seconds(10)});
  auto feed = follow(api, {.from = head_of(api)});
  drain(*feed);
  for (int i = 0; i < 8; ++i) drain_until(*feed, to_text(api.open_case("k" + std::to_string(i)).case_id));
  CHECK(api.feeds->counts().ring_bytes <= 4'000);
  CHECK(api.feeds->counts().ring_entries > 0);
  CHECK(api.feeds->counts().ring_entries < 8);
  feed.reset();
  CHECK(api.feeds->counts().ring_entries == 0);
  CHECK(api.feeds->counts().readers == 0);
}

TEST_CASE("feeds: a reader takes a bounded piece at a time, from the ledger and from memory") {
  ApiFixture api;
  const auto late = follow(api, {}), held = follow(api, {.from = head_of(api)}), quick = follow(api, {.from = head_of(api)});
  for (const auto& feed : {held, quick}) drain(*feed);
  for (int i = 0; i < 70; ++i) drain_until(*quick, to_text(api.open_case("k" + std::to_string(i)).case_id));   // all in the ring
  const auto bytes_of = [](const FeedPiece& piece) {
    std::size_t bytes = 0;
    for (const auto& frame : piece.frames) bytes += frame.text.size();
    return bytes;
  };
  CHECK(late->recent().behind);
  for (const auto& piece : {late->stored(), held->recent()}) {
    CHECK(piece.frames.size() <= 64);
    CHECK(bytes_of(piece) <= 128 << 10);                 // 64 KiB and the entry that went over
    CHECK(bytes_of(piece) > 32 << 10);
  }
}

TEST_CASE("feeds: beyond so many of one person, and in all, there are no more until one ends") {
  ApiFixture api({}, {.readers_max = 3, .readers_per_person_max = 2, .ring = {}, .progress_every = std::chrono::seconds(10)});
  auto first = follow(api, {.actor = "ada"});
  const auto second = follow(api, {.actor = "ada"});
  const auto third = api.get("/v1/events?follow=true", {}, {"ada", ""});
  check_problem(third, 503, "busy");
  CHECK(header_of(third, "Retry-After") == "1");
  const auto other = follow(api, {.actor = "ben"});
  CHECK(api.get("/v1/events?follow=true", {}, {"cy", ""}).status == 503);
  first.reset();
  CHECK(api.get("/v1/events?follow=true", {}, {"cy", ""}).status == 200);
}

TEST_CASE("feeds: at the end everybody is woken, also who begins to wait afterwards") {
  ApiFixture api;
  const auto feed = follow(api, {.from = head_of(api)});
  drain(*feed);
  bool woken = false, woken_later = false;
  CHECK(feed->wait([&woken] { woken = true; }));
  api.feeds->stop();
  CHECK(woken);
  CHECK_FALSE(feed->wait([&woken_later] { woken_later = true; }));
  CHECK_FALSE(woken_later);
}
