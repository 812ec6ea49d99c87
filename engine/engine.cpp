#include "engine/engine.h"

#include "engine/engine_impl.h"
#include "engine/privacy/box.h"
#include "events/assert.h"

namespace acta {
namespace {

constexpr std::size_t role_characters_max = 64;

Error shutting_down() { return error(Code::busy, "shutting down: try again"); }
Error for_reading_only() { return error(Code::unsupported, "this data folder was opened for reading only"); }

}  // namespace

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

const Genesis& Engine::genesis() const { return impl_->genesis; }
const Catalogue& Engine::catalogue() const { return *impl_->catalogue; }
const Clock& Engine::clock() const { return *impl_->environment.clock; }
KeyStore& Engine::keys() { return *impl_->keys; }
const KeyStore& Engine::keys() const { return *impl_->keys; }

const Ledger& Engine::ledger() const {
  ACTA_ASSERT(impl_->ledger != nullptr);
  return *impl_->ledger;
}

Result<Recorded> Engine::record(const Submission& submission) {
  std::promise<Result<Recorded>> promise;
  record(submission, [&promise](Result<Recorded> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

// What was submitted is answered even when the engine closes meanwhile: the sequencer finishes what is queued.
void Engine::record(const Submission& submission, Answered answered) {
  if (const auto taken = impl_->submit(submission, nullptr, answered); !taken) answered(taken.error());
}

Result<CaseId> Engine::record(const Submission& submission, const std::shared_ptr<Series>& series, Answered answered) {
  return impl_->submit(submission, series, answered);
}

Result<CaseId> Engine::Impl::submit(const Submission& submission, const std::shared_ptr<Series>& series, Answered& answered) {
  if (access == Access::read) return for_reading_only();
  if (closing) return shutting_down();
  const std::shared_lock under_way(closing_mutex);
  if (!sequencer) return shutting_down();
  ACTA_TRY(Intake::Prepared prepared, intake->prepare(submission, series));
  const CaseId on = prepared.command.case_id.value_or(prepared.command.opens.value_or(CaseId{}));
  sequencer->submit(std::move(prepared.command), [answered = std::move(answered), flight = std::make_shared<Flights::Flight>(std::move(prepared.flight))](Result<Recorded> result) mutable {
    flight.reset();   // who is answered may ask again
    answered(std::move(result));
  });
  return on;
}

Result<Recorded> Engine::confirm_clock(std::string_view actor, std::string_view role) {
  if (impl_->access == Access::read) return for_reading_only();
  if (!impl_->watch || impl_->watch->check()) return error(Code::conflict, "the clock is trusted: there is nothing to confirm");
  const bool granted = impl_->ledger->reg("role/" + to_text(impl_->keys->find_person(actor).value_or(PersonId{})) + "/" + std::string(role)).has_value();
  if (role.size() > role_characters_max || !(granted || impl_->definitions.know_role(role))) return error(Code::denied, "no process and no founder knows this role");
  ACTA_TRY(const PersonId person, impl_->keys->person(actor));
  Impl* impl = impl_.get();
  ACTA_TRY(const Recorded recorded, impl->write_own([impl, person, role = std::string(role)](Position position) {
    Entry entry = clock_confirmed(*impl->catalogue, ClockSource::wall, impl->gap_micros(), position);
    entry.actor = Actor{.person = person, .role = role, .on_behalf_of = {}, .delegation = {}, .proof = Proof::claimed};
    return std::vector{std::move(entry)};
  }));
  impl_->watch->confirm();
  return recorded;
}

std::optional<Error> Engine::writes_stopped() const {
  if (impl_->sequencer)
    if (auto failure = impl_->sequencer->failure()) return error(Code::unavailable, "nothing more is written: " + failure->message);
  if (const auto allowed = impl_->may_write(); !allowed) return allowed.error();
  return std::nullopt;
}

std::shared_ptr<const Definition> Engine::definition(const Hash& hash) const { return impl_->definitions.find(hash); }
std::shared_ptr<const Definition> Engine::opened_by(std::string_view type) const { return impl_->definitions.opened_by(type); }
std::vector<std::shared_ptr<const Definition>> Engine::definitions() const { return impl_->definitions.current; }

Result<std::vector<Engine::Opened>> Engine::open_boxes(const Entry& entry) const {
  const BoxContext context{.origin = impl_->genesis.origin, .event_id = entry.event_id, .type = entry.type, .version = entry.version};
  std::vector<Opened> opened;
  for (const Box& box : entry.sealed) {
    Opened one{.person = box.person, .retention = box.retention, .plaintext = {}};
    if (const auto key = impl_->keys->find_key(box.person, box.retention, box.epoch)) {
      ACTA_TRY(one.plaintext, open_box(box, *key, context));
    }
    opened.push_back(std::move(one));
  }
  return opened;
}

Result<std::string> Engine::checkpoint() {
  if (!impl_->signer) return for_reading_only();
  return impl_->signer->sign_now();
}

std::optional<std::string> Engine::published_checkpoint() const {
  return impl_->signer ? impl_->signer->published() : impl_->ledger->stored_checkpoint();
}

std::optional<std::string> Engine::cosigned_checkpoint() const { return impl_->ledger->stored_cosigned(); }

Result<void> Engine::keep_cosigned(const std::string& note) {
  if (impl_->access == Access::read) return for_reading_only();
  ACTA_TRY(const Checkpoint checkpoint, impl_->own_checkpoint(note));
  const auto kept = cosigned_checkpoint();
  const auto before = kept ? log_keys().open(*kept) : Result<Checkpoint>(Checkpoint{});
  if (before && before->size > checkpoint.size) return error(Code::stale, "a larger cosigned checkpoint is kept");
  return impl_->ledger->store_cosigned(note);
}

void Engine::on_commit(std::function<void(std::uint64_t size)> listener) { impl_->ledger->on_commit(std::move(listener)); }

Result<void> Engine::close() { return impl_->close(); }

}  // namespace acta
