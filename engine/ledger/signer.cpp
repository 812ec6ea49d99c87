#include "engine/ledger/signer.h"

#include <chrono>
#include <thread>

#include "engine/disk.h"
#include "engine/ledger/head_trail.h"
#include "events/assert.h"
#include "events/thread_name.h"

namespace acta {

struct Signer::Impl {
  Impl(Ledger& of, std::shared_ptr<const SigningKey> with, SignerOptions how)
      : ledger(of), key(std::move(with)), options(std::move(how)), keys(options.keys.value_or(LogKeys(key->public_key()))) {}

  Ledger& ledger;
  std::shared_ptr<const SigningKey> key;
  std::shared_ptr<const SigningKey> retiring;  // signs once more, beside its successor
  SignerOptions options;
  LogKeys keys;
  mutable std::mutex mutex;
  std::condition_variable woken;
  std::mutex signing;                      // one signature at a time
  std::optional<std::string> note;         // newest published
  Checkpoint newest;
  std::vector<TrailMark> trail;            // what lies beside the head file
  bool behind = false;                     // the database: a crash came between the head file and it
  std::optional<Error> unreadable;         // an earlier checkpoint: what it says is not known, so nothing may be signed
  bool stopping = false;
  bool failing = false;
  std::thread thread;

  void run();
  Result<void> load();
  Result<void> load(const std::string& earlier);
  Result<std::string> sign();
  Result<void> put_outside(const TrailMark& mark);
  Result<void> check_consistent(const Checkpoint& next) const;
  void tell(const Result<std::string>& signed_note);
};

// What was signed before must be a prefix of what is signed now: a log never signs two heads that cannot both be true.
Result<void> Signer::Impl::check_consistent(const Checkpoint& next) const {
  if (unreadable) return *unreadable;
  if (!note) return {};
  if (next.size < newest.size) return error(Code::rolled_back, "the ledger is shorter than its own signed checkpoint");
  ACTA_TRY(const Hash root, root_at(newest.size, ledger.subtree_reader()));
  if (root != newest.root) return error(Code::damaged, "the tree no longer holds what was signed at size " + std::to_string(newest.size));
  return {};
}

Result<void> Signer::Impl::load() {
  // A trail that cannot be read begins anew: it is there to recognise forks, and no reason to stop signing.
  if (auto marks = read_trail(*options.env, options.head_file, keys)) trail = *std::move(marks);
  if (const auto stored = ledger.stored_checkpoint()) ACTA_CHECK(load(*stored));
  const Result<Bytes> outside = read_file(*options.env, options.head_file);
  if (!outside && outside.error().code == Code::not_found) return {};
  if (!outside) return outside.error();
  const std::optional<std::string> stored = note;
  ACTA_CHECK(load(std::string(text_view(*outside))));
  behind = note != stored;
  return {};
}

Result<void> Signer::Impl::load(const std::string& earlier) {
  ACTA_TRY(const Checkpoint checkpoint, keys.open(earlier));
  if (note && checkpoint.size <= newest.size) return {};
  newest = checkpoint;
  note = earlier;
  return {};
}

Result<std::string> Signer::Impl::sign() {
  const std::lock_guard one(signing);
  const Head head = ledger.head();
  const Checkpoint next{key->public_key().name, head.size, head.root};
  if (note && newest == next && !behind) return *note;
  ACTA_CHECK(check_consistent(next));
  std::string text = sign_checkpoint(next, *key);
  if (retiring) text = signed_too(std::move(text), next, *retiring);
  ACTA_CHECK(put_outside({.checkpoint = next, .note = text}));
  ACTA_CHECK(ledger.store_checkpoint(next.size, text));
  retiring.reset();
  const std::lock_guard lock(mutex);
  newest = next;
  note = text;
  behind = false;
  return text;
}

// The trail first: it is asked only about sizes that the head file has reached.
Result<void> Signer::Impl::put_outside(const TrailMark& mark) {
  add_mark(trail, mark);
  ACTA_CHECK(write_trail(*options.env, options.head_file, trail));
  return write_file_durably(*options.env, options.head_file, view(std::string_view(mark.note)));
}

void Signer::Impl::tell(const Result<std::string>& signed_note) {
  const bool failed = !signed_note;
  if (failed && !failing && options.on_failure) options.on_failure(signed_note.error());
  failing = failed;
}

void Signer::Impl::run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    if (ledger.head().size > 0) tell(sign());
    lock.lock();
    woken.wait_for(lock, std::chrono::milliseconds(options.interval_ms), [this] { return stopping; });
  }
}

Signer::Signer(Ledger& ledger, std::shared_ptr<const SigningKey> key, SignerOptions options)
    : impl_(std::make_unique<Impl>(ledger, std::move(key), std::move(options))) {
  if (auto loaded = impl_->load(); !loaded) impl_->unreadable = std::move(loaded).error();
  impl_->thread = std::thread([impl = impl_.get()] { name_this_thread("acta-sign"); impl->run(); });
}

Signer::~Signer() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->woken.notify_all();
  impl_->thread.join();
  if (impl_->ledger.head().size > 0) impl_->tell(impl_->sign());
}

Result<void> Signer::succeed(std::shared_ptr<const SigningKey> next, const std::function<Result<LogKeys>()>& write) {
  const std::lock_guard one(impl_->signing);
  ACTA_TRY(impl_->keys, write());
  impl_->retiring = std::exchange(impl_->key, std::move(next));
  return {};
}

Result<std::string> Signer::sign_now() { return impl_->sign(); }

std::optional<std::string> Signer::published() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->note;
}

std::uint64_t Signer::signed_size() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->newest.size;
}

}  // namespace acta
