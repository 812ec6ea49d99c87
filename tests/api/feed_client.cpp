#include "feed_client.h"

#include <doctest/doctest.h>

#include <future>

namespace acta::test {
namespace {

constexpr auto patience = std::chrono::seconds(10);

void add(const FeedPiece& piece, Drained& out) {
  for (const auto& frame : piece.frames) out.text += frame.text;
  out.ended = out.ended || piece.ended;
}

}  // namespace

Drained drain(Feed& feed) {
  Drained out;
  while (!out.ended) {
    const auto piece = feed.recent();
    add(piece, out);
    if (piece.behind) add(feed.stored(), out);
    else if (piece.frames.empty()) break;
  }
  return out;
}

std::string drain_until(Feed& feed, std::string_view text) {
  std::string out;
  while (out.find(text) == std::string::npos) {
    const auto woken = std::make_shared<std::promise<void>>();
    const bool waits = feed.wait([woken] { woken->set_value(); });
    if (waits && woken->get_future().wait_for(patience) == std::future_status::timeout) FAIL("nothing came; until then: ", out);
    out += drain(feed).text;
  }
  return out;
}

}  // namespace acta::test
