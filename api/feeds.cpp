#include "api/feeds.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "api/feed_reader.h"
#include "events/log.h"
#include "events/thread_name.h"

namespace acta {
namespace {

constexpr PieceBounds round_bounds{.looked_at = 256, .entries = 256, .bytes = 256 << 10};
constexpr int ticks_per_progress = 10;
constexpr auto round_share = std::chrono::microseconds(10);       // of a round, for each reader who is served in it
constexpr auto round_max = std::chrono::milliseconds(20);

using Wakes = std::vector<std::function<void()>>;

// From the back: the one that takes an unparked reader's place has been asked already.
void collect(FeedHall& hall, Wakes& wakes) {
  const auto now = std::chrono::steady_clock::now();
  for (auto i = hall.parked.size(); i-- > 0;)
    if (hall.parked[i]->to_be_woken(now)) wakes.push_back(hall.parked[i]->unpark());
}

Error too_many(std::string_view whose, std::size_t most) {
  return error(Code::busy, std::string(whose) + " already " + std::to_string(most) + " feeds open, and no more are served: close one, or try again later");
}

}  // namespace

struct Feeds::Impl {
  Impl(Engine& engine, const FeedLimits& limits, Runs elsewhere) : hall(std::make_shared<FeedHall>(engine, limits)), runs(std::move(elsewhere)) {
    engine.on_commit([signal = hall->signal](std::uint64_t) { signal->give(); });
    thread = std::thread([this] { run(); });
  }
  void run();
  // Encodes what was committed since, and wakes who wants it. False when there was nothing, or nobody to give it to.
  bool feed_round();
  // Where the ring ends. Nothing when nobody reads, or when it was further behind than it is long: then it begins anew at
  // the head, as readers are quicker with the ledger itself.
  std::optional<Position> begin_round(Position head);
  // Many readers are served by few writes: what is committed while they are is given to them together.
  void breathe() const;
  void publish(Position from, const FeedRead& read);
  void fail(const Error& why);
  void tick();
  void wake_all(Wakes wakes);

  std::shared_ptr<FeedHall> hall;
  const Runs runs;
  std::atomic<bool> stopping = false;
  std::thread thread;
};

// Not under the lock: what is woken may take it.
void Feeds::Impl::wake_all(Wakes wakes) {
  if (wakes.empty()) return;
  runs([all = std::move(wakes)] {
    for (const auto& woken : all) woken();
  });
}

void Feeds::Impl::run() {
  name_this_thread("acta-feeds");
  const auto tick_every = hall->limits.progress_every / ticks_per_progress;
  auto next_tick = std::chrono::steady_clock::now() + tick_every;
  while (!stopping) {
    while (!stopping && feed_round()) breathe();
    if (std::chrono::steady_clock::now() >= next_tick) {
      tick();
      next_tick = std::chrono::steady_clock::now() + tick_every;
    }
    hall->signal->wait(tick_every);
  }
}

std::optional<Position> Feeds::Impl::begin_round(Position head) {
  const std::lock_guard lock(hall->mutex);
  if (hall->readers == 0 || hall->failed) return std::nullopt;
  const auto end = hall->ring.end();
  if (end.value + hall->limits.ring.entries >= head.value) return end;
  hall->ring.restart(head);
  return std::nullopt;
}

bool Feeds::Impl::feed_round() {
  const Position head{hall->engine.ledger().head().size};
  const auto began = begin_round(head);
  if (!began) tick();
  if (!began || *began >= head) return false;
  const Position from = *began;
  const auto read = read_feed(hall->engine, {from, {}, {}}, head, round_bounds);
  if (read) publish(from, *read);
  else fail(read.error());
  return static_cast<bool>(read);
}

void Feeds::Impl::breathe() const {
  std::size_t readers = 0;
  {
    const std::lock_guard lock(hall->mutex);
    readers = hall->readers;
  }
  std::this_thread::sleep_for(std::min<std::chrono::microseconds>(round_share * readers, round_max));
}

void Feeds::Impl::publish(Position from, const FeedRead& read) {
  Wakes wakes;
  {
    const std::lock_guard lock(hall->mutex);
    if (hall->ring.end() != from || hall->readers == 0) return;   // it was begun anew meanwhile
    for (const auto& entry : read.entries) hall->ring.append(entry);
    collect(*hall, wakes);
  }
  wake_all(std::move(wakes));
}

void Feeds::Impl::fail(const Error& why) {
  spdlog::error("feeds_ended reason=\"{}\"", why.message);
  Wakes wakes;
  {
    const std::lock_guard lock(hall->mutex);
    hall->failed = true;
    collect(*hall, wakes);
  }
  wake_all(std::move(wakes));
}

void Feeds::Impl::tick() {
  Wakes wakes;
  {
    const std::lock_guard lock(hall->mutex);
    collect(*hall, wakes);
  }
  wake_all(std::move(wakes));
}

Feeds::Feeds(Engine& engine, const FeedLimits& limits, Runs runs) : impl_(std::make_unique<Impl>(engine, limits, std::move(runs))) {}

Feeds::~Feeds() {
  stop();
  impl_->stopping = true;
  impl_->hall->signal->give();
  impl_->thread.join();
}

void Feeds::stop() {
  {
    const std::lock_guard lock(impl_->hall->mutex);
    impl_->hall->stopped = true;
  }
  impl_->tick();
}

Result<std::shared_ptr<Feed>> Feeds::follow(FollowOptions options) {
  auto& hall = *impl_->hall;
  const Position head{hall.engine.ledger().head().size};
  {
    const std::lock_guard lock(hall.mutex);
    const auto mine = hall.per_person.find(options.actor);
    if (hall.readers >= hall.limits.readers_max) return too_many("the server has", hall.limits.readers_max);
    if (mine != hall.per_person.end() && mine->second >= hall.limits.readers_per_person_max) return too_many("this person has", hall.limits.readers_per_person_max);
    if (hall.readers++ == 0) hall.ring.restart(head);
    ++hall.per_person[options.actor];
  }
  return std::shared_ptr<Feed>(std::make_shared<FeedReader>(impl_->hall, std::move(options)));
}

FeedCounts Feeds::counts() const {
  const auto& hall = *impl_->hall;
  const std::lock_guard lock(hall.mutex);
  FeedCounts counts{hall.readers, hall.parked.size(), static_cast<std::size_t>(hall.ring.end().value - hall.ring.begin().value), hall.ring.bytes()};
  for (const auto* reader : hall.following) counts.furthest_behind = std::min(reader->at(), counts.furthest_behind.value_or(reader->at()));
  return counts;
}

}  // namespace acta
