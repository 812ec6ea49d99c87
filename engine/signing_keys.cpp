#include "engine/signing_keys.h"

#include <sodium.h>

#include <algorithm>

namespace acta {
namespace {

std::shared_ptr<const SigningKey> signing_key(const std::string& origin, Key seed) {
  auto made = std::make_shared<const SigningKey>(origin, seed);
  sodium_memzero(seed.data(), seed.size());
  return made;
}

Result<PublicKey> public_key_in(const KeyStore& keys, const std::string& origin, const std::string& name) {
  ACTA_TRY(const Key seed, keys.log_key(name));
  const PublicKey key = signing_key(origin, seed)->public_key();
  if (hex_id(key) != name) return error(Code::foreign, "the key file log-key-" + name + " holds key " + hex_id(key) + ": files were exchanged; restore the keys of this ledger");
  return key;
}

bool is_first(const KeyStore& keys, const PublicKey& wanted) {
  const auto seed = keys.first_log_key();
  return seed && signing_key(wanted.name, *seed)->public_key() == wanted;
}

// A log key is destroyed when another has followed it.
Error keys_of_later(const PublicKey& current, const std::string& folder) {
  return error(Code::rolled_back, "the ledger's log key " + hex_id(current) + " is no more in " + folder + ", which holds others that no entry here names: this is an older copy, from before the log key was changed. Put back the newest. If that is lost for good, put back the keys as they were before the change too; then `acta recover` says what to do");
}

bool has_file(const std::vector<std::string>& names, const PublicKey& key) { return std::find(names.begin(), names.end(), hex_id(key)) != names.end(); }

}  // namespace

std::shared_ptr<const SigningKey> first_signing_key(const std::string& origin, const KeyStore& keys) { return signing_key(origin, keys.first_log_key().value_or(Key{})); }

Result<std::shared_ptr<const SigningKey>> find_signing_key(const KeyStore& keys, const PublicKey& wanted) {
  if (is_first(keys, wanted)) return first_signing_key(wanted.name, keys);
  ACTA_TRY(const Key seed, keys.log_key(hex_id(wanted)));
  auto found = signing_key(wanted.name, seed);
  if (found->public_key() != wanted) return error(Code::foreign, "the key file log-key-" + hex_id(wanted) + " holds another key than the one the ledger names: restore the keys of this ledger");
  return found;
}


Result<void> check_log_key(const KeyStore& keys, const LogKeys& named, const std::string& folder, Access access) {
  const PublicKey& current = named.current().key;
  const auto found = find_signing_key(keys, current);
  if (named.all().size() == 1 && !keys.first_log_key() && !prepared_keys(keys, named).empty()) return keys_of_later(current, folder);
  // The first key lies among the store's own secrets: without a file of its name, those are another ledger's.
  if (named.all().size() == 1 && !is_first(keys, current)) return error(Code::foreign, "the log key in " + folder + " is not the one that entry 0 names: restore the keys of this ledger");
  if (found || (access == Access::read && found.error().code == Code::missing_key)) return {};
  Error lost = found.error();
  if (lost.code == Code::missing_key) lost.message += "; if it was destroyed when another followed it, this ledger is an older copy: put back the newest";
  return lost;
}

std::vector<PreparedKey> prepared_keys(const KeyStore& keys, const LogKeys& named) {
  std::vector<PreparedKey> prepared;
  const auto& all = named.all();
  for (const std::string& name : keys.log_key_names()) {
    if (std::any_of(all.begin(), all.end(), [&](const LogKey& one) { return hex_id(one.key) == name; })) continue;
    const auto key = public_key_in(keys, named.current().key.name, name);
    prepared.push_back({.id = name, .key = key ? std::optional(*key) : std::nullopt, .why = key ? "" : key.error().message});
  }
  return prepared;
}

Result<PublicKey> prepare_key(KeyStore& keys, Randomness& randomness, const std::string& origin) {
  Key seed{};
  randomness.fill(seed);
  const PublicKey key = signing_key(origin, seed)->public_key();
  const auto added = keys.add_log_key(hex_id(key), seed);
  sodium_memzero(seed.data(), seed.size());
  if (!added) return added.error();
  return key;
}

Result<void> destroy_retired_keys(KeyStore& keys, const LogKeys& named) {
  const auto names = keys.log_key_names();
  const auto& all = named.all();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    if (is_first(keys, all[i].key)) ACTA_CHECK(keys.destroy_first_log_key());
    if (has_file(names, all[i].key)) ACTA_CHECK(keys.destroy_log_key(hex_id(all[i].key)));
  }
  return {};
}

bool holds_retired_key(const KeyStore& keys, const LogKeys& named) {
  const auto names = keys.log_key_names();
  const auto& all = named.all();
  return std::any_of(all.begin(), all.end() - 1, [&](const LogKey& one) { return is_first(keys, one.key) || has_file(names, one.key); });
}

}  // namespace acta
