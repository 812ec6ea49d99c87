// Log keys change while the ledger is written to: the entry that says so, then the first signature of the new key, then
// the end of the old one. A crash between two of these steps is made good at the next start.

#include <algorithm>

#include "engine/engine_impl.h"
#include "engine/signing_keys.h"
#include "events/log.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::size_t reason_characters_max = 64;
constexpr std::string_view schema_of_keys = "control/log_keys";

const ShippedSchema& key_schema() {
  const auto& shipped = shipped_control_schemas();
  const auto found = std::find_if(shipped.begin(), shipped.end(), [](const ShippedSchema& one) { return one.name == schema_of_keys; });
  return *found;
}

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= reason_characters_max && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Error denied() {
  return error(Code::denied, "log keys are changed by a person to whom the ledger itself grants a role, in that role: entry 0 names two founders with theirs");
}

Error several(const std::vector<PreparedKey>& prepared) {
  std::string ids;
  for (const PreparedKey& one : prepared) ids += (ids.empty() ? "" : ", ") + one.id;
  return error(Code::conflict, "several keys are prepared (" + ids + "): say to which of them, with --to ID");
}

}  // namespace

Result<Actor> Engine::Impl::key_keeper(const KeyOrder& order) const {
  const auto person = keys->find_person(order.actor);
  if (!person || order.role.empty() || !ledger->reg("role/" + to_text(*person) + "/" + order.role)) return denied();
  return Actor{.person = *person, .role = order.role, .on_behalf_of = {}, .delegation = {}, .proof = Proof::claimed};
}

// The one that was asked for; else the only one prepared; else a new one.
Result<std::shared_ptr<const SigningKey>> Engine::Impl::next_log_key(const std::string& id) {
  const LogKeys named = current_log_keys();
  std::vector<PreparedKey> prepared = prepared_keys(*keys, named);
  if (!id.empty()) std::erase_if(prepared, [&](const PreparedKey& one) { return one.id != id; });
  if (!id.empty() && prepared.empty()) return error(Code::not_found, "no key " + id + " is prepared: `acta key list` shows those that are, `acta key generate` makes one");
  if (!id.empty() && !prepared.front().key) return error(Code::conflict, "key " + id + " cannot be used: " + prepared.front().why);
  std::erase_if(prepared, [](const PreparedKey& one) { return !one.key; });
  if (prepared.size() > 1) return several(prepared);
  if (!prepared.empty()) return find_signing_key(*keys, *prepared.front().key);
  ACTA_TRY(const PublicKey made, prepare_key(*keys, *environment.randomness, genesis.origin));
  return find_signing_key(*keys, made);
}

// On the sequencer's thread, at the position that the entries will have.
std::vector<Entry> Engine::Impl::key_entries(const KeyChange& change, Position first) const {
  std::vector<Entry> entries;
  const auto at = [&] { return Position{first.value + entries.size()}; };
  if (!ledger->registers().contains("schema/" + to_text(sha256(key_schema().bytes)))) entries.push_back(schema_published(*catalogue, key_schema(), at()));
  if (change.next) {
    KeyRotation rotation{.previous = change.present->public_key().bytes, .next = change.next->public_key().bytes, .signature = {}, .acceptance = {}};
    const Bytes said = current_log_keys().statement(at(), rotation.previous, rotation.next);
    rotation.signature = change.present->sign(text_view(said));
    rotation.acceptance = change.next->sign(text_view(said));
    entries.push_back(log_key_rotated(*catalogue, rotation, at()));
  }
  if (change.revoked) entries.push_back(log_key_revoked(*catalogue, {.key = change.revoked->bytes, .counts = change.counts.value_or(at().value)}, at()));
  for (Entry& entry : entries) {
    entry.actor = change.actor;
    entry.reason = change.reason;
  }
  return entries;
}

Result<LogKeys> Engine::Impl::write_keys(const KeyChange& change) {
  ACTA_TRY(const Recorded recorded, write_own([this, &change](Position first) { return key_entries(change, first); }));
  LogKeys after = current_log_keys();
  for (std::uint64_t at = recorded.first.value; at < recorded.first.value + recorded.count; ++at) {
    ACTA_TRY(const Entry entry, ledger->read(Position{at}));
    if (concerns_log_keys(entry)) ACTA_CHECK(take(after, entry));
  }
  const std::lock_guard guard(log_keys_mutex);
  log_keys = after;
  return after;
}

LogKeys Engine::Impl::current_log_keys() const {
  const std::lock_guard guard(log_keys_mutex);
  return *log_keys;
}

Result<LogKeys> Engine::Impl::change_keys(KeyChange change) {
  if (!change.next) return write_keys(change);
  ACTA_TRY(change.present, find_signing_key(*keys, current_log_keys().current().key));
  ACTA_CHECK(signer->succeed(change.next, [&] { return write_keys(change); }));
  finish_succession();
  return current_log_keys();
}

// What is recorded stays so when this fails: the next start goes on with it.
void Engine::Impl::finish_succession() {
  const LogKeys named = current_log_keys();
  if (!holds_retired_key(*keys, named)) return;
  const auto note = signer->sign_now();
  const auto destroyed = note ? destroy_retired_keys(*keys, named) : Result<void>(note.error());
  if (!destroyed) return spdlog::error("log_key_kept reason=\"{}\"", destroyed.error().message);
  spdlog::info("log_key_rotated key={} position={}", hex_id(named.current().key), named.current().named_at.value);
}

Result<void> Engine::Impl::may_change_keys() {
  if (access == Access::read) return error(Code::unsupported, "this data folder was opened for reading only");
  if (!sequencer) return error(Code::busy, "shutting down: try again");
  return may_write();
}

LogKeys Engine::log_keys() const { return impl_->current_log_keys(); }

std::vector<PreparedKey> Engine::prepared_log_keys() const { return prepared_keys(*impl_->keys, log_keys()); }

Result<PublicKey> Engine::prepare_log_key(const KeyOrder& order) {
  const std::shared_lock under_way(impl_->closing_mutex);
  const std::lock_guard one(impl_->changing_keys);
  ACTA_CHECK(impl_->may_change_keys());
  ACTA_TRY(const Actor by, impl_->key_keeper(order));
  return prepare_key(*impl_->keys, *impl_->environment.randomness, impl_->genesis.origin);
}

Result<LogKeys> Engine::rotate_log_key(const KeyOrder& order, const std::string& to) {
  const std::shared_lock under_way(impl_->closing_mutex);
  const std::lock_guard one(impl_->changing_keys);
  ACTA_CHECK(impl_->may_change_keys());
  ACTA_TRY(const Actor by, impl_->key_keeper(order));
  ACTA_TRY(const auto next, impl_->next_log_key(to));
  return impl_->change_keys({.actor = by, .next = next, .present = {}, .revoked = {}, .counts = {}, .reason = {}});
}

Result<LogKeys> Engine::revoke_log_key(const KeyOrder& order, const Revocation& revocation) {
  const std::shared_lock under_way(impl_->closing_mutex);
  const std::lock_guard one(impl_->changing_keys);
  ACTA_CHECK(impl_->may_change_keys());
  ACTA_TRY(const Actor by, impl_->key_keeper(order));
  const LogKeys named = log_keys();
  const auto found = std::find_if(named.all().begin(), named.all().end(), [&](const LogKey& one_key) { return hex_id(one_key.key) == revocation.key; });
  if (found == named.all().end()) return error(Code::not_found, "no log key " + revocation.key + ": `acta key list` shows those of this ledger");
  if (!is_code(revocation.reason)) return error(Code::invalid, "a reason is a code of a-z, 0-9 and _, as stolen");
  if (revocation.counts && *revocation.counts > ledger().head().size) return error(Code::invalid, "the ledger has " + std::to_string(ledger().head().size) + " entries: signatures count up to that many at most");
  if (found->counts && revocation.counts.value_or(*found->counts) >= *found->counts) return error(Code::conflict, "key " + revocation.key + " is revoked already: its signatures count up to " + std::to_string(*found->counts) + " entries");
  Impl::KeyChange change{.actor = by, .next = {}, .present = {}, .revoked = found->key, .counts = revocation.counts, .reason = revocation.reason};
  if (!found->succeeded_at) { ACTA_TRY(change.next, impl_->next_log_key({})); }
  return impl_->change_keys(std::move(change));
}

}  // namespace acta
