#include "tools/bench/load/delivery.h"

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <stdexcept>

#include "tools/bench/load/wire.h"

namespace acta::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;
using std::chrono::microseconds;

constexpr auto settle_limit = std::chrono::seconds(30), tail_limit = std::chrono::seconds(10);
constexpr std::size_t ready_max = 512;

std::uint32_t micros_between(Moment from, Moment to) { return static_cast<std::uint32_t>(std::chrono::duration_cast<microseconds>(to - from).count()); }

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

enum class Part { publisher, subscriber, probe };

struct Line {
  Part part;
  std::unique_ptr<Wire> wire;
  Moment asked{};      // publisher: when its event was due; probe: when it asked
  bool counted = false;
};

class Run {
 public:
  Run(const Plan& plan, const Course& course);
  ~Run();
  void to_its_end();
  Outcome outcome;

 private:
  void connect(Part part, std::unique_ptr<Conversation> conversation);
  void wait_until_ready(Part part);
  void start_ticking();
  void start_at_once();
  bool poll_once(Moment now, int wait_ms);
  void take(Line& line);
  void take_answer(Line& line, Moment now);
  void take_events(const Line& line, const Taken& taken, Moment now);
  void ask_view(std::uint64_t position, Moment now);
  void hand_out(Moment now);
  bool is_due(Moment now);
  bool counts(Moment due) const { return due >= counted_from_ && due < counted_to_; }
  std::uint64_t received_bytes() const;

  const Plan& plan_;
  const Course& course_;
  int poll_ = epoll_create1(EPOLL_CLOEXEC), tick_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  std::deque<Line> lines_;
  std::vector<Line*> idle_, idle_probes_;
  std::vector<Moment> due_;               // by the event's number
  std::size_t handed_out_ = 0, answered_ = 0;
  Moment start_{}, counted_from_{}, counted_to_{};
  std::uint64_t counted_answers_ = 0;
};

Run::Run(const Plan& plan, const Course& course) : plan_(plan), course_(course) {
  for (int i = 0; i < course.publishers; ++i) connect(Part::publisher, publisher(plan, i));
  wait_until_ready(Part::publisher);
  std::uint64_t head = 0;
  for (auto& line : lines_) head = std::max(head, line.wire->conversation().position());
  for (int i = 0; i < course.subscribers; ++i) connect(Part::subscriber, subscriber(plan, head));
  for (int i = 0; i < course.probes; ++i) connect(Part::probe, view_probe(plan));
  wait_until_ready(Part::subscriber);
  for (auto& line : lines_) {
    if (line.part == Part::publisher) idle_.push_back(&line);
    if (line.part == Part::probe) idle_probes_.push_back(&line);
  }
}

Run::~Run() {
  ::close(poll_);
  ::close(tick_);
}

void Run::connect(Part part, std::unique_ptr<Conversation> conversation) {
  lines_.push_back({part, std::make_unique<Wire>(course_.address, std::move(conversation)), {}, false});
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.ptr = &lines_.back();
  epoll_ctl(poll_, EPOLL_CTL_ADD, lines_.back().wire->socket(), &wanted);
}

void Run::wait_until_ready(Part part) {
  const auto deadline = Clock::now() + settle_limit;
  const auto unready = [&](Line& line) { return line.part == part && !line.wire->conversation().ready(); };
  while (std::any_of(lines_.begin(), lines_.end(), unready)) {
    if (Clock::now() > deadline) throw std::runtime_error("the peer did not get ready");
    std::array<epoll_event, ready_max> ready{};
    const int count = epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), 100);
    for (int i = 0; i < count; ++i) static_cast<Line*>(ready[static_cast<std::size_t>(i)].data.ptr)->wire->receive();
  }
}

// Numbers are due at even distances from the start; the timer only wakes. Without a rate each is due when a publisher is free.
void Run::start_ticking() {
  if (course_.rate == 0) return start_at_once();
  const auto step = microseconds(1'000'000 / course_.rate);
  const auto count = static_cast<std::size_t>((course_.warm_up + course_.seconds) * course_.rate);
  start_ = Clock::now();
  for (std::size_t i = 0; i < count; ++i) due_.push_back(start_ + step * (i + 1));
  counted_from_ = start_ + microseconds(static_cast<long>(course_.warm_up * 1e6));
  counted_to_ = due_.back() + step;
  const timespec every{0, std::chrono::nanoseconds(step).count()};
  const itimerspec ticks{every, every};
  timerfd_settime(tick_, 0, &ticks, nullptr);
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.ptr = nullptr;
  epoll_ctl(poll_, EPOLL_CTL_ADD, tick_, &wanted);
}

void Run::start_at_once() {
  start_ = Clock::now();
  counted_from_ = start_ + microseconds(static_cast<long>(course_.warm_up * 1e6));
  counted_to_ = counted_from_ + microseconds(static_cast<long>(course_.seconds * 1e6));
  hand_out(start_);
}

bool Run::is_due(Moment now) {
  if (course_.rate == 0 && now < counted_to_) due_.push_back(now);
  return handed_out_ < due_.size() && due_[handed_out_] <= now;
}

void Run::hand_out(Moment now) {
  while (!idle_.empty() && is_due(now)) {
    Line& line = *idle_.back();
    idle_.pop_back();
    line.asked = due_[handed_out_];
    line.wire->send(line.wire->conversation().append(static_cast<std::uint32_t>(handed_out_++)));
  }
}

void Run::ask_view(std::uint64_t position, Moment now) {
  if (idle_probes_.empty() || position == 0) return;
  Line& probe = *idle_probes_.back();
  idle_probes_.pop_back();
  probe.asked = now;
  probe.wire->send(probe.wire->conversation().append(static_cast<std::uint32_t>(position)));
}

void Run::take_answer(Line& line, Moment now) {
  const bool counted = counts(line.asked);
  if (line.part == Part::probe) {
    if (counted) outcome.view.micros.push_back(micros_between(line.asked, now));
    idle_probes_.push_back(&line);
    return;
  }
  ++answered_;
  if (counted) outcome.append.micros.push_back(micros_between(line.asked, now));
  if (now >= counted_from_ && now < counted_to_) ++counted_answers_;
  idle_.push_back(&line);
  ask_view(line.wire->conversation().position(), now);
}

void Run::take_events(const Line& line, const Taken& taken, Moment now) {
  if (line.part != Part::subscriber) return;
  for (const auto number : taken.numbers) {
    if (number >= due_.size()) throw std::runtime_error("an event that was not sent");
    if (!counts(due_[number])) continue;
    ++outcome.delivered;
    outcome.delivery.micros.push_back(micros_between(due_[number], now));
  }
}

void Run::take(Line& line) {
  const auto taken = line.wire->receive();
  const auto now = Clock::now();
  if (taken.answered) take_answer(line, now);
  take_events(line, taken, now);
}

bool Run::poll_once(Moment now, int wait_ms) {
  std::array<epoll_event, ready_max> ready{};
  const int count = epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), wait_ms);
  for (int i = 0; i < count; ++i) {
    auto* line = static_cast<Line*>(ready[static_cast<std::size_t>(i)].data.ptr);
    std::uint64_t ticks = 0;
    if (line != nullptr) take(*line);
    else if (::read(tick_, &ticks, sizeof ticks) < 0) continue;
    hand_out(Clock::now());
  }
  return answered_ < due_.size() || outcome.delivered < outcome.expected ? Clock::now() < counted_to_ + tail_limit : now < counted_to_;
}

std::uint64_t Run::received_bytes() const {
  std::uint64_t sum = 0;
  for (const auto& line : lines_)
    if (line.part == Part::subscriber) sum += line.wire->received_bytes();
  return sum;
}

void Run::to_its_end() {
  const auto cpu_before = cpu_seconds();
  const auto bytes_before = received_bytes();
  start_ticking();
  const auto counted = static_cast<std::uint64_t>(std::count_if(due_.begin(), due_.end(), [&](Moment due) { return counts(due); }));
  outcome.expected = counted * static_cast<std::uint64_t>(course_.subscribers);
  while (poll_once(Clock::now(), 10)) {
  }
  const auto took = std::chrono::duration<double>(Clock::now() - start_).count();
  outcome.rate_kept = static_cast<double>(counted_answers_) / course_.seconds;
  outcome.delivered_bytes = received_bytes() - bytes_before;
  outcome.generator_cpu = (cpu_seconds() - cpu_before) / took;
}

}  // namespace

double Times::percentile(double share) {
  if (micros.empty()) return 0;
  const auto at = micros.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(micros.size() - 1));
  std::nth_element(micros.begin(), at, micros.end());
  return *at / 1'000.0;
}

Outcome deliver(const Plan& plan, const Course& course) {
  try {
    Run run(plan, course);
    run.to_its_end();
    return std::move(run.outcome);
  } catch (const std::runtime_error& failure) {
    Outcome outcome;
    outcome.fault = failure.what();
    return outcome;
  }
}

}  // namespace acta::bench
