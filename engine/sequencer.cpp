#include "engine/sequencer.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <variant>

#include "engine/decider.h"
#include "events/assert.h"
#include "events/thread_name.h"

namespace acta {
namespace {

using OwnEntries = std::function<std::vector<Entry>(Position first)>;

struct Item {
  std::variant<Command, OwnEntries> what;
  Answered answered;
  std::int64_t came = 0;             // by the steady clock
};

struct Answer {
  Answered answered;
  Result<Recorded> result;
  std::int64_t came = 0;
};

// What one commit makes true, and who is told so.
struct Load {
  Batch batch;
  std::vector<Answer> answers;
  bool empty() const { return batch.empty() && answers.empty(); }
};

Error not_tried() { return error(Code::conflict, "one before it was not recorded: it was not tried"); }

Error unavailable(const Error& why) { return error(Code::unavailable, "nothing more is written: " + why.message); }

}  // namespace

struct Sequencer::Impl {
  SequencerOptions options;
  Decider decider{options};
  Measures own_measures;
  Measures* measures = options.measures != nullptr ? options.measures : &own_measures;

  std::mutex mutex;
  std::condition_variable decider_wanted, committer_wanted;   // each wakes one thread, and only when it has something to do
  bool load_waits = false;           // the decider holds one, for when the committer is idle
  std::deque<Item> queue;
  std::optional<Load> handed_over;   // to the committer; it is idle while there is none
  std::optional<Error> failure;      // for good
  bool stopping = false;
  bool finished = false;             // the last entry of a clean stop is decided
  bool decider_ended = false;
  std::thread decider_thread, committer_thread;

  explicit Impl(SequencerOptions given) : options(std::move(given)) {}

  bool full(const Load& load) const {
    return load.batch.entries() >= options.batch_entries_max || load.answers.size() >= options.batch_entries_max;
  }

  void submit(Item item) {
    item.came = options.clock->steady_micros();
    if (const Result<void> taken = take(item); !taken) {
      end_series(item);
      item.answered(taken.error());
    }
  }

  static void end_series(const Item& item) {
    const auto* command = std::get_if<Command>(&item.what);
    if (command && command->series) command->series->ended = true;
  }

  Result<void> take(Item& item) {
    const std::lock_guard lock(mutex);
    if (failure) return unavailable(*failure);
    if (stopping) return error(Code::busy, "shutting down: try again");
    if (queue.size() >= options.queue_max) return error(Code::busy, "too many commands wait: try again");
    queue.push_back(std::move(item));
    decider_wanted.notify_one();
    return {};
  }

  // --- the sequencer thread

  void run_decider() {
    Load load;
    while (std::optional<Item> item = next_item(load)) {
      Result<Recorded> result = std::visit([&](auto& what) { return decide(what, load.batch); }, item->what);
      load.answers.push_back(Answer{.answered = std::move(item->answered), .result = std::move(result), .came = item->came});
    }
    const std::lock_guard lock(mutex);
    decider_ended = true;
    committer_wanted.notify_one();
  }

  Result<Recorded> decide(Command& command, Batch& batch) {
    const auto series = command.series;
    if (series && series->ended) return not_tried();
    Result<Recorded> result = decider.decide(std::move(command), batch);
    if (!result && series) series->ended = true;
    return result;
  }
  Result<Recorded> decide(const OwnEntries& write, Batch& batch) { return decider.write_own(write, batch); }

  // The next item to decide into `load`. Hands `load` over whenever the committer is idle and nothing waits; while it
  // is busy, what comes joins the open load. Nothing: all is decided and committed, stop.
  std::optional<Item> next_item(Load& load) {
    std::unique_lock lock(mutex);
    for (;; decider_wanted.wait(lock)) {
      if (failure) fail_waiting(load);
      if (!queue.empty() && !full(load)) return pop();
      if (stopping && queue.empty()) finish(load);
      if (!load.empty() && !handed_over) {
        hand_over(load);
        if (!queue.empty()) return pop();
      }
      if (stopping && queue.empty() && load.empty() && !handed_over) return std::nullopt;
      load_waits = !load.empty();
    }
  }

  std::optional<Item> pop() {
    Item item = std::move(queue.front());
    queue.pop_front();
    return item;
  }

  void hand_over(Load& load) {
    handed_over.emplace(std::exchange(load, Load{}));
    committer_wanted.notify_one();
  }

  void finish(Load& load) {
    if (std::exchange(finished, true) || failure) return;
    // A summary that cannot be staged is lost with the process, as it would be in a crash.
    if (const auto staged = decider.finish(load.batch); !staged) failure = staged.error();
  }

  void fail_waiting(Load& load) {
    for (Answer& answer : load.answers) answer.answered(unavailable(*failure));
    load = Load{};
    for (Item& item : queue) item.answered(unavailable(*failure));
    queue.clear();
  }

  // --- the committer thread

  void run_committer() {
    while (Load* load = next_load()) {
      const Result<void> committed = load->batch.empty() ? Result<void>{} : commit(load->batch);
      if (!committed) options.fail_stop(committed.error());
      if (committed) measure(load->answers);
      for (Answer& answer : load->answers) {
        answer.answered(committed ? std::move(answer.result) : Result<Recorded>(unavailable(committed.error())));
      }
      const std::lock_guard lock(mutex);
      if (!committed) failure = committed.error();
      handed_over.reset();
      if (load_waits || stopping || failure) decider_wanted.notify_one();
    }
  }

  Result<void> commit(Batch& batch) {
    const std::size_t entries = batch.entries();
    const std::int64_t began = options.clock->steady_micros();
    ACTA_CHECK(options.ledger->commit(batch));
    measures->sync_micros.count(since(began));
    measures->batch_entries.count(entries);
    return {};
  }

  // Before they are told: who has an answer finds it counted.
  void measure(const std::vector<Answer>& answers) {
    for (const Answer& answer : answers) {
      measures->answer_micros.count(since(answer.came));
      if (answer.result) (answer.result->replayed ? measures->replayed : measures->recorded).add();
      else (answer.result.error().code == Code::refused ? measures->refused : measures->turned_away).add();
    }
  }

  std::uint64_t since(std::int64_t began) const { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, options.clock->steady_micros() - began)); }

  // Only this thread empties the slot, so what it points to stays.
  Load* next_load() {
    std::unique_lock lock(mutex);
    committer_wanted.wait(lock, [this] { return handed_over.has_value() || decider_ended; });
    return handed_over ? &*handed_over : nullptr;
  }
};

Sequencer::Sequencer(SequencerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  Impl* impl = impl_.get();
  if (const auto counted = impl->decider.count_recent_refusals(); !counted) impl->failure = counted.error();
  impl->decider_thread = std::thread([impl] { name_this_thread("acta-decide"); impl->run_decider(); });
  impl->committer_thread = std::thread([impl] { name_this_thread("acta-commit"); impl->run_committer(); });
}

Sequencer::~Sequencer() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->decider_wanted.notify_one();
  }
  impl_->decider_thread.join();
  impl_->committer_thread.join();
}

void Sequencer::submit(Command command, Answered answered) { impl_->submit(Item{.what = std::move(command), .answered = std::move(answered)}); }

std::future<Result<Recorded>> Sequencer::submit(Command command) {
  const auto promise = std::make_shared<std::promise<Result<Recorded>>>();
  submit(std::move(command), [promise](Result<Recorded> result) { promise->set_value(std::move(result)); });
  return promise->get_future();
}

std::future<Result<Recorded>> Sequencer::submit_own(std::function<std::vector<Entry>(Position first)> write) {
  const auto promise = std::make_shared<std::promise<Result<Recorded>>>();
  impl_->submit(Item{.what = std::move(write), .answered = [promise](Result<Recorded> result) { promise->set_value(std::move(result)); }});
  return promise->get_future();
}

std::size_t Sequencer::queued() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue.size();
}

// What is being committed came before what is queued; the load between them is as old as either.
std::optional<std::int64_t> Sequencer::oldest_waiting() const {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->handed_over && !impl_->handed_over->answers.empty()) return impl_->handed_over->answers.front().came;
  if (!impl_->queue.empty()) return impl_->queue.front().came;
  return std::nullopt;
}

std::optional<Error> Sequencer::failure() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->failure;
}

}  // namespace acta
