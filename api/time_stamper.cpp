#include "api/time_stamper.h"

#include <algorithm>
#include <cstdlib>

#include "api/outgoing.h"
#include "engine/anchor/anchors.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr std::string_view trial_text = "acta doctor asks for a time stamp over this line, which stands for nothing\n";

std::string in_minutes(std::int64_t micros) { return std::to_string(std::abs(micros) / 60'000'000) + " minutes"; }

Result<void> check_time(const TimeStamp& stamp, Instant now, std::int64_t skew_max_micros) {
  const std::int64_t apart = stamp.at.micros - now.micros;
  if (std::abs(apart) <= skew_max_micros) return {};
  return error(Code::damaged, "it is " + in_minutes(apart) + (apart < 0 ? " behind" : " ahead of") + " this machine's clock: one of the two clocks is wrong");
}

// Over the network, judged.
Result<GrantedReceipt> ask(const TimeStamperOptions& options, std::string stamped, Instant now) {
  ACTA_TRY(const TimeStampTrust trust, TimeStampTrust::load(options.trusted));
  const auto randomness = system_randomness();
  ACTA_TRY(const TimeStampQuery query, TimeStampQuery::make(std::move(stamped), options.policy, *randomness));
  ACTA_TRY(const OutgoingAnswer answer, post_outgoing({.url = options.url, .media_type = std::string(time_stamp_query_type), .body = query.body(), .ca_file = options.ca_file, .timeout_ms = options.timeout_ms, .answer_max = receipt_bytes_max}));
  if (answer.status != 200) return error(Code::unavailable, "the time-stamp server answered with status " + std::to_string(answer.status));
  auto receipt = query.judge(answer.body, trust);
  if (!receipt) return error(receipt.error().code, "the time stamp was not believed: " + receipt.error().message);
  ACTA_CHECK(check_time(receipt->stamp(), now, options.skew_max_micros));
  return receipt;
}

// Entries that an older process had stamped count for the interval too.
std::int64_t rest_of_interval(const Engine& engine, int every_ms) {
  const auto newest = newest_anchor(engine.ledger());
  const auto entry = newest ? engine.ledger().read(*newest) : Result<Entry>(Entry{});
  if (!newest || !entry) return 0;
  const std::int64_t every = std::int64_t{every_ms} * 1'000;
  return std::clamp<std::int64_t>(entry->recorded_at.micros + every - engine.clock().now().micros, 0, every);
}

}  // namespace

Result<void> check_time_stamping(const TimeStamperOptions& options) {
  if (const auto url = check_outgoing_url(options.url); !url) return error(Code::invalid, "timestamp-url: " + url.error().message);
  if (options.trusted.empty()) return error(Code::invalid, "timestamp-url needs timestamp-ca: the authorities of the time-stamp server, in PEM; what others signed is not recorded");
  ACTA_CHECK(TimeStampTrust::load(options.trusted));
  const auto randomness = system_randomness();
  if (const auto query = TimeStampQuery::make("", options.policy, *randomness); !query) return error(Code::invalid, "timestamp-policy: " + query.error().message);
  return {};
}

Result<TimeStamp> try_time_stamp(const TimeStamperOptions& options, Instant now) {
  ACTA_CHECK(check_time_stamping(options));
  ACTA_TRY(const GrantedReceipt receipt, ask(options, std::string(trial_text), now));
  return receipt.stamp();
}

Result<std::unique_ptr<TimeStamper>> TimeStamper::start(Engine& engine, TimeStamperOptions options) {
  ACTA_CHECK(check_time_stamping(options));
  return std::unique_ptr<TimeStamper>(new TimeStamper(engine, std::move(options)));
}

TimeStamper::TimeStamper(Engine& engine, TimeStamperOptions options) : engine_(engine), options_(std::move(options)) {
  state_.url = options_.url;
  next_micros_ = engine_.clock().steady_micros() + rest_of_interval(engine_, options_.every_ms);
  thread_ = std::thread([this] { run(); });
}

TimeStamper::~TimeStamper() {
  stop();
  thread_.join();
}

void TimeStamper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
}

TimeStamperState TimeStamper::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Result<std::optional<Position>> TimeStamper::stamp_now() {
  std::unique_lock lock(mutex_);
  if (stopping_) return error(Code::busy, "shutting down: try again");
  if (wanted_) return error(Code::busy, "somebody else asked for a time stamp just now, and waits for it: try again");
  wanted_ = true;
  outcome_.reset();
  woken_.notify_all();
  woken_.wait(lock, [this] { return stopping_ || outcome_; });
  wanted_ = false;
  return outcome_ ? *std::exchange(outcome_, std::nullopt) : error(Code::busy, "shutting down: try again");
}

void TimeStamper::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool wanted = wanted_ && !outcome_;
    lock.unlock();
    if (wanted || due()) {
      const auto outcome = attempt(wanted);
      lock.lock();
      take(outcome);
      if (wanted) outcome_ = outcome;
      woken_.notify_all();
    } else {
      lock.lock();
    }
    woken_.wait_for(lock, std::chrono::milliseconds(options_.look_ms), [this] { return stopping_ || (wanted_ && !outcome_); });
  }
}

// A checkpoint that covers nothing but earlier anchors is no reason.
bool TimeStamper::due() const {
  if (engine_.clock().steady_micros() < next_micros_) return false;
  const Unanchored left = unanchored(engine_.ledger());
  const auto note = left.oldest ? engine_.published_checkpoint() : std::nullopt;
  const auto head = note ? engine_.log_keys().open(*note) : Result<Checkpoint>(Checkpoint{});
  return head && left.oldest && head->size > left.oldest->value;
}

Result<std::optional<Position>> TimeStamper::attempt(bool wanted) {
  if (wanted && !unanchored(engine_.ledger()).oldest) return std::optional<Position>();
  ACTA_TRY(const std::string note, engine_.checkpoint());
  ACTA_TRY(const Position position, stamp(note));
  return std::optional(position);
}

Result<Position> TimeStamper::stamp(const std::string& note) {
  ACTA_TRY(const GrantedReceipt receipt, ask(options_, note, engine_.clock().now()));
  ACTA_TRY(const Position position, engine_.record_anchor(receipt));
  spdlog::info("anchored position={} stamped_at={} serial={}", position.value, to_text(receipt.stamp().at), receipt.stamp().serial);
  return position;
}

void TimeStamper::take(const Result<std::optional<Position>>& outcome) {
  const std::int64_t now = engine_.clock().steady_micros();
  if (outcome) {
    if (!state_.failure.empty()) spdlog::info("time_stamp_server_answers_again");
    state_.granted += *outcome ? 1 : 0;
    state_.failure.clear();
    pause_ms_ = 0;
    if (*outcome) next_micros_ = now + std::int64_t{options_.every_ms} * 1'000;
    return;
  }
  if (state_.failure != outcome.error().message) spdlog::warn("anchoring_failed reason=\"{}\"", outcome.error().message);
  ++state_.failed;
  state_.failure = outcome.error().message;
  pause_ms_ = std::min(std::max(pause_ms_ * 2, options_.look_ms), options_.pause_max_ms);
  next_micros_ = now + std::int64_t{pause_ms_} * 1'000;
}

}  // namespace acta
