#include "engine/ledger/log_keys.h"

#include <algorithm>

namespace acta {
namespace {

constexpr std::string_view statement_name = "acta-log-key-v1";

Error damaged(std::string what) { return error(Code::damaged, std::move(what)); }

std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace

LogKeys::LogKeys(PublicKey first, const LedgerId& ledger) : ledger_(ledger) { keys_.push_back({.key = std::move(first), .named_at = {}, .succeeded_at = {}, .revoked_at = {}, .counts = {}}); }

Bytes LogKeys::statement(Position at, const KeyBytes& previous, const KeyBytes& next) const {
  Bytes position;
  put_be64(position, at.value);
  Bytes out;
  put_prefixed(out, view(statement_name));
  put_prefixed(out, view(ledger_));
  put_prefixed(out, view(std::string_view(keys_.front().key.name)));
  put_prefixed(out, position);
  put_prefixed(out, ByteView(previous));
  put_prefixed(out, ByteView(next));
  return out;
}

Result<void> LogKeys::rotate(Position at, const KeyRotation& rotation) {
  LogKey& before = keys_.back();
  if (rotation.previous != before.key.bytes) return damaged("it succeeds another log key than the one in force, " + hex_id(before.key));
  if (find(rotation.next)) return damaged("it names a log key that the ledger had before");
  const PublicKey next{.name = before.key.name, .type = before.key.type, .bytes = rotation.next};
  const Bytes said = statement(at, rotation.previous, rotation.next);
  if (!signature_holds(before.key, ByteView(rotation.signature), said)) return damaged("it is not signed by the log key in force, " + hex_id(before.key) + ": somebody else named the next one");
  if (!signature_holds(next, ByteView(rotation.acceptance), said)) return damaged("it is not signed by the key that it names, " + hex_id(next));
  before.succeeded_at = at;
  keys_.push_back({.key = next, .named_at = at, .succeeded_at = {}, .revoked_at = {}, .counts = {}});
  return {};
}

Result<void> LogKeys::revoke(Position at, const KeyRevocation& revocation) {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const LogKey& one) { return one.key.bytes == revocation.key; });
  if (found == keys_.end()) return damaged("it revokes a key that was never this ledger's");
  if (!found->succeeded_at) return damaged("it revokes the log key in force, " + hex_id(found->key) + ", before another was named");
  if (revocation.counts > at.value) return damaged("it speaks of more entries than there were");
  if (found->counts && revocation.counts >= *found->counts) return damaged("log key " + hex_id(found->key) + " was revoked from an earlier size on");
  found->revoked_at = at;
  found->counts = revocation.counts;
  return {};
}

const LogKey* LogKeys::find(const KeyBytes& key) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const LogKey& one) { return one.key.bytes == key; });
  return found == keys_.end() ? nullptr : &*found;
}

std::vector<PublicKey> LogKeys::public_keys() const {
  std::vector<PublicKey> all;
  for (const LogKey& one : keys_) all.push_back(one.key);
  return all;
}

std::size_t LogKeys::index_at(std::uint64_t size) const {
  std::size_t index = 0;
  while (index + 1 < keys_.size() && keys_[index + 1].named_at.value < size) ++index;
  return index;
}

bool LogKeys::holds(const PublicKey& key, const std::vector<CheckedSignature>& checked) const {
  return std::any_of(checked.begin(), checked.end(), [&](const CheckedSignature& one) { return one.state == SignatureState::holds && one.name == key.name && one.key_id == key.id(); });
}

HeadSigner LogKeys::signer_of(const Note& note, std::uint64_t size) const {
  const auto checked = check_signatures(note, public_keys());
  if (std::any_of(checked.begin(), checked.end(), [](const CheckedSignature& one) { return one.state == SignatureState::fails; })) return HeadSigner::false_signature;
  const auto revoked = [&](const LogKey& one) { return one.counts && size > *one.counts; };
  const LogKey& valid = at(size);
  if (holds(valid.key, checked)) return revoked(valid) ? HeadSigner::revoked_key : HeadSigner::valid_key;
  HeadSigner best = HeadSigner::nobody_known;
  for (const LogKey& one : keys_)
    if (holds(one.key, checked)) best = std::min(best, revoked(one) ? HeadSigner::revoked_key : one.named_at < valid.named_at ? HeadSigner::retired_key : HeadSigner::later_key);
  return best;
}

std::string LogKeys::describe(const Note& note, std::uint64_t size) const {
  const HeadSigner signer = signer_of(note, size);
  const std::string valid = hex_id(at(size).key);
  if (signer == HeadSigner::valid_key) return "is signed by log key " + valid;
  if (signer == HeadSigner::false_signature) return "carries a signature in the name of a log key that does not hold";
  if (signer == HeadSigner::nobody_known) return "carries no signature of log key " + valid;
  const auto checked = check_signatures(note, public_keys());
  const auto by = std::find_if(keys_.rbegin(), keys_.rend(), [&](const LogKey& one) { return holds(one.key, checked) && (signer != HeadSigner::revoked_key || one.counts); });
  const std::string who = "is signed by log key " + hex_id(by->key);
  if (signer == HeadSigner::revoked_key) return who + ", whose signatures over more than " + number(*by->counts) + " entries count for nothing: it was revoked by entry " + number(by->revoked_at->value);
  if (signer == HeadSigner::retired_key) return who + ", which entry " + number(by->succeeded_at->value) + " replaced; at size " + number(size) + " only " + valid + " signs";
  return who + ", which is named by entry " + number(by->named_at.value) + " alone; at size " + number(size) + " only " + valid + " signs";
}

KeyTrust LogKeys::trust(const PublicKey& trusted, std::uint64_t size) const {
  const auto from = std::find_if(keys_.begin(), keys_.end(), [&](const LogKey& one) { return one.key == trusted; });
  const auto to = keys_.begin() + static_cast<std::ptrdiff_t>(index_at(size));
  if (from == keys_.end() || from > to) return KeyTrust::unknown_key;
  // A key that was revoked from before it named the next one says nothing about that.
  const bool broken = std::any_of(from, to, [](const LogKey& one) { return one.counts && *one.counts <= one.succeeded_at->value; });
  return broken ? KeyTrust::revoked_key : KeyTrust::trusted;
}

Result<Checkpoint> LogKeys::open(std::string_view note) const {
  ACTA_TRY(const Note parsed, parse_note(note));
  ACTA_TRY(Checkpoint checkpoint, parse_checkpoint(parsed.text));
  const auto checked = check_signatures(parsed, public_keys());
  const bool own = signer_of(parsed, checkpoint.size) != HeadSigner::false_signature && holds(at(checkpoint.size).key, checked);
  if (!own) return damaged("the checkpoint " + describe(parsed, checkpoint.size));
  return checkpoint;
}

std::string hex_id(const PublicKey& key) {
  Bytes bytes;
  put_be32(bytes, key.id());
  return to_hex(bytes);
}

}  // namespace acta
