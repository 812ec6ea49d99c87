#include "api/feed_reader.h"

#include <algorithm>

#include "events/assert.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr std::string_view sse_beginning = "retry: 3000\n\n", sse_heartbeat = ": hb\n";
constexpr PieceBounds bounds{};

std::size_t bytes_of(const FeedPiece& piece) {
  std::size_t bytes = 0;
  for (const auto& frame : piece.frames) bytes += frame.text.size();
  return bytes;
}

void add_text(std::string text, FeedPiece& piece) {
  const auto held = std::make_shared<const std::string>(std::move(text));
  piece.frames.push_back({held, *held});
}

}  // namespace

FeedReader::FeedReader(std::shared_ptr<FeedHall> hall, FollowOptions options)
    : hall_(std::move(hall)), options_(std::move(options)), at_(options_.from), rest_(options_.events_max), progress_due_(std::chrono::steady_clock::now() + hall_->limits.progress_every) {
  const std::lock_guard lock(hall_->mutex);
  hall_->following.insert(this);
}

FeedReader::~FeedReader() {
  const std::lock_guard lock(hall_->mutex);
  if (woken_) unpark();
  hall_->following.erase(this);
  if (--hall_->per_person[options_.actor] == 0) hall_->per_person.erase(options_.actor);
  if (--hall_->readers == 0) hall_->ring.restart(hall_->ring.end());
}

// What a client may safely go on from: a `from` beyond the head is not reached before the ledger is.
Position FeedReader::told() const { return std::min(at_, Position{hall_->engine.ledger().head().size}); }

void FeedReader::add_control(std::string_view name, FeedPiece& piece) {
  add_text(control_frame(options_.frames, name, told()), piece);
  progress_due_ = std::chrono::steady_clock::now() + hall_->limits.progress_every;
}

void FeedReader::add_beginning(FeedPiece& piece) {
  if (!std::exchange(begun_, true) && options_.frames == Frames::sse) piece.frames.push_back({nullptr, sse_beginning});
}

// By time, whatever the filter lets pass: what a filter hides must not look like silence.
void FeedReader::add_progress(FeedPiece& piece) {
  if (std::chrono::steady_clock::now() < progress_due_) return;
  if (options_.frames == Frames::sse) piece.frames.push_back({nullptr, sse_heartbeat});
  add_control("progress", piece);
}

void FeedReader::add_entry(const SharedFeedEntry& entry, FeedPiece& piece) {
  piece.frames.push_back({entry, entry->text(options_.frames)});
  if (rest_) --*rest_;
}

// Who wants everything shares one text with all others who do.
bool FeedReader::take_tail(FeedPiece& piece) {
  if (!options_.filter.empty() || rest_ || at_ >= hall_->ring.end()) return false;
  auto tail = hall_->ring.tail(at_, options_.frames, bounds);
  if (!tail) return false;
  piece.frames.push_back(*std::move(tail));
  at_ = hall_->ring.end();
  return true;
}

void FeedReader::take_chosen(FeedPiece& piece) {
  const auto& ring = hall_->ring;
  std::size_t bytes = bytes_of(piece);
  while (at_ < ring.end() && rest_ != 0 && piece.frames.size() < bounds.entries && bytes < bounds.bytes) {
    const auto& entry = ring.at(at_);
    at_ = next(at_);
    if (!options_.filter.lets_pass(entry->face())) continue;
    bytes += entry->bytes();
    add_entry(entry, piece);
  }
}

void FeedReader::take_from_ring(FeedPiece& piece) {
  if (!take_tail(piece)) take_chosen(piece);
  if (!caught_up_ && at_.value >= hall_->engine.ledger().head().size) {
    caught_up_ = true;
    add_control("caught-up", piece);
  }
}

void FeedReader::fall_behind(FeedPiece& piece) {
  piece.behind = true;
  if (std::exchange(caught_up_, false)) add_control("fell-behind", piece);
}

FeedPiece FeedReader::recent() {
  FeedPiece piece;
  add_beginning(piece);
  const std::lock_guard lock(hall_->mutex);
  if (at_ < hall_->ring.begin()) fall_behind(piece);
  else take_from_ring(piece);
  add_progress(piece);
  piece.ended = rest_ == 0 || hall_->failed;
  return piece;
}

void FeedReader::go_to(Position position) {
  const std::lock_guard lock(hall_->mutex);
  at_ = position;
}

FeedPiece FeedReader::stored() {
  FeedPiece piece;
  const auto read = read_feed(hall_->engine, {at_, options_.filter, rest_}, Position{hall_->engine.ledger().head().size}, bounds);
  if (!read) {
    spdlog::error("feed_ended position={} reason=\"{}\"", at_.value, read.error().message);
    piece.ended = true;
    return piece;
  }
  for (const auto& entry : read->entries) add_entry(entry, piece);
  go_to(read->next);
  add_progress(piece);
  piece.ended = rest_ == 0;
  return piece;
}

bool FeedReader::to_be_woken(Time now) {
  const auto& ring = hall_->ring;
  if (hall_->failed || hall_->stopped || at_ < ring.begin() || !caught_up_ || now >= progress_due_) return true;
  for (; at_ < ring.end(); at_ = next(at_))
    if (options_.filter.lets_pass(ring.at(at_)->face())) return true;
  return false;
}

bool FeedReader::nothing_to_wait_for() const {
  return early_ || hall_->stopped || hall_->failed || at_ < hall_->ring.end();
}

bool FeedReader::wait(std::function<void()> woken) {
  const std::lock_guard lock(hall_->mutex);
  ACTA_ASSERT(!woken_);
  if (nothing_to_wait_for()) {
    early_ = false;
    return false;
  }
  woken_ = std::move(woken);
  place_ = hall_->parked.size();
  hall_->parked.push_back(this);
  return true;
}

void FeedReader::wake() {
  std::function<void()> woken;
  {
    const std::lock_guard lock(hall_->mutex);
    if (woken_) woken = unpark();
    else early_ = true;
  }
  if (woken) woken();
}

std::function<void()> FeedReader::unpark() {
  auto* last = hall_->parked.back();
  hall_->parked[place_] = last;
  last->set_place(place_);
  hall_->parked.pop_back();
  return std::exchange(woken_, nullptr);
}

std::string FeedReader::farewell() { return control_frame(options_.frames, "shutdown", told()); }

}  // namespace acta
