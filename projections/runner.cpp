#include "projections/runner.h"

#include <algorithm>
#include <chrono>

#include "events/assert.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr std::uint64_t batch_entries_max = 1'000;
constexpr int look_for_stop_every_ms = 100;
constexpr auto breath = std::chrono::milliseconds(25);

// One view's share of a batch.
struct Share {
  std::size_t unit = 0;
  std::uint64_t from = 0;
  std::unique_ptr<ViewBatch> batch;
  Result<void> folded = {};
};

// Gives what the reading itself met; what a view met stays in its share.
Result<void> fold(const Engine& engine, const std::vector<const View*>& views, std::vector<Share>& shares, std::uint64_t from, std::uint64_t to) {
  Result<void> read;
  ACTA_CHECK(engine.ledger().scan(Position{from}, Position{to}, [&](Position position, ByteView stored) {
    const auto entry = decode(stored);
    if (!entry) read = entry.error();
    else
      for (std::size_t i = 0; i < shares.size(); ++i)
        if (shares[i].folded && shares[i].from <= position.value) shares[i].folded = views[i]->fold(engine, *entry, shares[i].batch->writer());
    return static_cast<bool>(read);
  }));
  return read;
}

}  // namespace

struct Runner::Unit {
  const View* view;
  std::atomic<std::uint64_t> folded = 0;
  std::atomic<std::int64_t> folding_micros = 0;
  std::atomic<bool> rebuilding = false;
  std::optional<Error> failure;        // under waiting_
};

Runner::Runner(const Engine& engine, std::vector<const View*> views, std::unique_ptr<ViewStore> store)
    : engine_(engine), store_(std::move(store)) {
  for (const auto* view : views) units_.push_back(std::make_unique<Unit>(view));
}
Runner::~Runner() = default;

std::size_t Runner::index_of(const View& view) const {
  const auto found = std::find_if(units_.begin(), units_.end(), [&](const auto& unit) { return unit->view == &view; });
  ACTA_ASSERT(found != units_.end());
  return static_cast<std::size_t>(found - units_.begin());
}

std::uint64_t Runner::slowest() const {
  auto slowest = position(0);
  for (std::size_t i = 1; i < units_.size(); ++i) slowest = std::min(slowest, position(i));
  return slowest;
}

std::optional<Error> Runner::failure(std::size_t view) const {
  const std::lock_guard lock(waiting_);
  return units_[view]->failure;
}

void Runner::tell_waiting() {
  const std::lock_guard lock(waiting_);
  moved_.notify_all();
}

void Runner::stop(Unit& unit, Error why) {
  const auto at = position(index_of(*unit.view));
  spdlog::error("view_stopped view={} position={} reason=\"{}\"", unit.view->name, at, why.message);
  const std::lock_guard lock(waiting_);
  unit.failure = std::move(why);
  moved_.notify_all();
}

Result<void> Runner::fold_batch(std::uint64_t from, std::uint64_t to) {
  std::vector<Share> shares;
  std::vector<const View*> views;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (failure(i) || position(i) >= to) continue;
    shares.push_back({.unit = i, .from = position(i), .batch = store_->begin(i)});
    views.push_back(units_[i]->view);
  }
  const auto started = engine_.clock().steady_micros();
  const auto read = fold(engine_, views, shares, from, to);
  for (auto& share : shares) {
    auto& unit = *units_[share.unit];
    if (share.folded) share.folded = read ? share.batch->commit(to) : read;
    if (!share.folded) stop(unit, share.folded.error());
    else unit.folded += to - share.from;
    unit.folding_micros += engine_.clock().steady_micros() - started;
  }
  tell_waiting();
  return read;
}

std::optional<std::uint64_t> Runner::slowest_going(std::uint64_t size) const {
  std::optional<std::uint64_t> slowest;
  for (std::size_t i = 0; i < units_.size(); ++i)
    if (!failure(i) && position(i) < std::min(size, slowest.value_or(size))) slowest = position(i);
  return slowest;
}

Result<void> Runner::fold_all() {
  const auto size = engine_.ledger().head().size;
  while (const auto from = slowest_going(size)) ACTA_CHECK(fold_batch(*from, std::min(size, *from + batch_entries_max)));
  return {};
}

Result<void> Runner::first_failure() const {
  for (std::size_t i = 0; i < units_.size(); ++i)
    if (auto why = failure(i)) return *std::move(why);
  return {};
}

Result<void> Runner::catch_up() {
  const std::lock_guard turn(folding_);
  ACTA_CHECK(fold_all());
  return first_failure();
}

// A commit of each view for every entry would take more of the machine than the entries did: what comes meanwhile is folded
// together, unless somebody waits for it.
void Runner::breathe(std::uint64_t size) const {
  std::unique_lock lock(waiting_);
  asked_.wait_for(lock, breath, [&] { return wanted_ > size; });
}

// Waits beyond what the views that go on have seen: one that is stopped must not make it spin.
void Runner::follow(const std::atomic<bool>& stop) {
  while (!stop) {
    const auto size = engine_.ledger().head().size;
    static_cast<void>(catch_up());   // whoever asks a view that stands still is told why
    breathe(size);
    engine_.ledger().wait_beyond(size, look_for_stop_every_ms);
  }
}

bool Runner::wait_for(std::size_t view, std::uint64_t size, int timeout_ms) const {
  std::unique_lock lock(waiting_);
  if (position(view) < size && size > wanted_) {
    wanted_ = size;
    asked_.notify_one();
  }
  moved_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return position(view) >= size || units_[view]->failure; });
  return position(view) >= size;
}

std::vector<ViewProgress> Runner::progress() const {
  const auto size = engine_.ledger().head().size;
  std::vector<ViewProgress> all;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const auto& unit = *units_[i];
    ViewProgress at;
    at.name = unit.view->name;
    at.version = unit.view->version;
    at.position = position(i);
    at.behind = size - std::min(size, at.position);
    at.folded = unit.folded;
    at.folding_micros = unit.folding_micros;
    at.rebuilding = unit.rebuilding;
    const auto why = failure(i);
    if (why) at.reason = why->message;
    at.state = why ? ViewState::stopped : store_->building(i) ? ViewState::building : at.behind > 0 ? ViewState::behind : ViewState::following;
    all.push_back(std::move(at));
  }
  return all;
}

const char* name_of(ViewState state) {
  switch (state) {
    case ViewState::following: return "following";
    case ViewState::behind: return "behind";
    case ViewState::stopped: return "stopped";
    case ViewState::building: return "building";
  }
  return "";
}

// --- building anew

class Runner::Rebuild final : public Rebuilding {
 public:
  Rebuild(Runner& runner, std::size_t view, std::unique_ptr<ViewRebuild> build) : runner_(runner), view_(view), build_(std::move(build)) {}
  ~Rebuild() override { runner_.units_[view_]->rebuilding = false; }
  Result<Step> step() override;

 private:
  Result<void> fold_to(std::uint64_t to);
  Result<Step> finish();

  Runner& runner_;
  std::size_t view_;
  std::unique_ptr<ViewRebuild> build_;
};

Result<void> Runner::Rebuild::fold_to(std::uint64_t to) {
  std::vector<Share> shares;
  shares.push_back({.unit = view_, .from = build_->position(), .batch = build_->begin()});
  ACTA_CHECK(fold(runner_.engine_, {runner_.units_[view_]->view}, shares, shares[0].from, to));
  ACTA_CHECK(shares[0].folded);
  return shares[0].batch->commit(to);
}

// The rest under the runner's own turn, so that nobody sees the view go back.
Result<Rebuilding::Step> Runner::Rebuild::finish() {
  const std::lock_guard turn(runner_.folding_);
  const auto size = runner_.engine_.ledger().head().size;
  if (build_->position() < size) ACTA_CHECK(fold_to(size));
  ACTA_CHECK(build_->take_over());
  {
    const std::lock_guard lock(runner_.waiting_);
    runner_.units_[view_]->failure.reset();
    runner_.moved_.notify_all();
  }
  return Step{size, size, true};
}

Result<Rebuilding::Step> Runner::Rebuild::step() {
  const auto size = runner_.engine_.ledger().head().size, done = build_->position();
  if (size - std::min(size, done) <= batch_entries_max) return finish();
  ACTA_CHECK(fold_to(done + batch_entries_max));
  return Step{build_->position(), size, false};
}

Result<std::unique_ptr<Rebuilding>> Runner::rebuild(std::size_t view) {
  if (units_[view]->rebuilding.exchange(true)) return error(Code::in_use, "view " + std::string(units_[view]->view->name) + " is being rebuilt already");
  auto build = store_->rebuild(view);
  if (build) return std::unique_ptr<Rebuilding>(std::make_unique<Rebuild>(*this, view, *std::move(build)));
  units_[view]->rebuilding = false;
  return build.error();
}

}  // namespace acta
