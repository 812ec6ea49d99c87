#include "engine/privacy/key_store.h"

#include <rocksdb/env.h>
#include <sodium.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>

#include "engine/disk.h"
#include "engine/privacy/key_records.h"
#include "engine/privacy/sealed_file.h"
#include "events/assert.h"

namespace acta {
namespace {

constexpr std::string_view secrets_name = "secrets";
constexpr std::string_view log_key_prefix = "log-key-";

std::string log_key_file(std::string_view name) { return std::string(log_key_prefix) + std::string(name); }

std::string segment_name(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "segment-" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

struct KeyName {
  PersonId person;
  std::string retention;
  auto operator<=>(const KeyName&) const = default;
};

Error exists(const std::string& path) {
  return error(Code::conflict, path + " exists already: it may hold the keys of another ledger, so it is left as it is");
}

}  // namespace

// Records are numbered in the order they were minted; the first `durable` of them are on disk. Whoever waits for a
// later one rewrites the segments of all that wait, unless somebody is writing already.
struct KeyStore::Impl {
  KeyStoreOptions options;
  Key kek{};
  StoreSecrets secrets;

  mutable std::mutex mutex;
  std::condition_variable written;
  std::vector<SegmentRecord> records;
  std::size_t durable = 0;
  bool writing = false;
  std::unordered_map<std::string, std::size_t> by_handle;          // -> record
  std::unordered_map<PersonId, std::size_t> handle_by_person;
  std::map<KeyName, std::vector<std::size_t>> by_name;             // by epoch from 1

  ~Impl() {
    for (SegmentRecord& record : records) {
      if (auto* held = std::get_if<KeyRecord>(&record)) sodium_memzero(held->key.key.data(), held->key.key.size());
    }
    sodium_memzero(kek.data(), kek.size());
    sodium_memzero(secrets.command_secret.data(), secrets.command_secret.size());
    sodium_memzero(secrets.log_key_seed.data(), secrets.log_key_seed.size());
  }

  std::size_t add(SegmentRecord record) {
    const std::size_t number = records.size();
    if (const auto* held = std::get_if<HandleRecord>(&record)) {
      by_handle.emplace(held->handle, number);
      handle_by_person.emplace(held->person, number);
    } else {
      const auto& key = std::get<KeyRecord>(record);
      by_name[KeyName{.person = key.person, .retention = key.retention}].push_back(number);
    }
    records.push_back(std::move(record));
    return number;
  }

  Result<void> write_segment(std::size_t segment, Bytes plaintext) const {
    Result<void> done = write_sealed_file(options, kek, segment_name(segment), plaintext);
    sodium_memzero(plaintext.data(), plaintext.size());
    return done;
  }

  // From the segment of record `from` to the last.
  std::vector<Bytes> encode_segments(std::size_t from) const {
    std::vector<Bytes> segments;
    for (std::size_t at = from - from % segment_records_max; at < records.size(); at += segment_records_max) {
      segments.push_back(encode_segment(std::span(records).subspan(at, std::min(segment_records_max, records.size() - at))));
    }
    return segments;
  }

  Result<void> write_segments(std::size_t number, std::vector<Bytes> segments) const {
    for (Bytes& segment : segments) ACTA_CHECK(write_segment(number++, std::move(segment)));
    return {};
  }

  // Writes everything minted so far, with the lock open while the disk works.
  Result<void> write_pending(std::unique_lock<std::mutex>& lock) {
    const std::size_t first = durable / segment_records_max;
    const std::size_t until = records.size();
    std::vector<Bytes> segments = encode_segments(durable);
    writing = true;
    lock.unlock();
    Result<void> done = write_segments(first, std::move(segments));
    lock.lock();
    writing = false;
    if (done) durable = until;
    written.notify_all();
    return done;
  }

  Result<void> make_durable(std::unique_lock<std::mutex>& lock, std::size_t number) {
    while (durable <= number) {
      if (writing) {
        written.wait(lock);
        continue;
      }
      ACTA_CHECK(write_pending(lock));
    }
    return {};
  }

  std::size_t find_or_mint_handle(std::string_view handle) {
    const auto found = by_handle.find(std::string(handle));
    if (found != by_handle.end()) return found->second;
    return add(HandleRecord{.handle = std::string(handle), .person = random_person(*options.randomness)});
  }

  std::size_t find_or_mint_key(const PersonId& person, std::string_view retention) {
    const auto found = by_name.find(KeyName{.person = person, .retention = std::string(retention)});
    if (found != by_name.end()) return found->second.back();
    KeyRecord record{.person = person, .retention = std::string(retention), .key = {}};
    options.randomness->fill(record.key.key);
    return add(std::move(record));
  }

  std::vector<PersonKey> durable_keys(const PersonId& person, std::string_view retention) const {
    std::vector<PersonKey> held;
    const auto found = by_name.find(KeyName{.person = person, .retention = std::string(retention)});
    if (found == by_name.end()) return held;
    for (const std::size_t number : found->second) {
      if (number < durable) held.push_back(std::get<KeyRecord>(records[number]).key);
    }
    return held;
  }

  Result<void> load_segments() {
    for (std::size_t segment = 0;; ++segment) {
      const std::string path = options.folder + "/" + segment_name(segment);
      if (segment > 0 && options.env->FileExists(path).IsNotFound()) break;
      ACTA_TRY(Bytes plaintext, read_sealed_file(options, kek, segment_name(segment)));
      ACTA_TRY(std::vector<SegmentRecord> held, decode_segment(plaintext));
      sodium_memzero(plaintext.data(), plaintext.size());
      if (records.size() != segment * segment_records_max) return error(Code::missing_key, "key files before " + path + " hold too few keys: restore them from the key backup");
      for (SegmentRecord& record : held) add(std::move(record));
    }
    durable = records.size();
    return {};
  }
};

KeyStore::KeyStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KeyStore::~KeyStore() = default;

Result<std::unique_ptr<KeyStore>> KeyStore::create(const KeyStoreOptions& options, const LedgerId& ledger) {
  for (const std::string& path : {options.folder, options.kek_file}) {
    if (options.env->FileExists(path).ok()) return exists(path);
  }
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->secrets.ledger = ledger;
  options.randomness->fill(impl->secrets.command_secret);
  options.randomness->fill(impl->secrets.log_key_seed);
  ACTA_CHECK(make_folder(*options.env, options.folder));
  ACTA_TRY(impl->kek, make_kek(options));
  // The first segment exists from the start, so that its loss is seen.
  ACTA_CHECK(impl->write_segment(0, encode_segment({})));
  ACTA_CHECK(write_sealed_file(options, impl->kek, secrets_name, encode_secrets(impl->secrets)));
  return std::unique_ptr<KeyStore>(new KeyStore(std::move(impl)));
}

Result<std::unique_ptr<KeyStore>> KeyStore::open(const KeyStoreOptions& options, const LedgerId& ledger) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  if (options.env->FileExists(options.folder).IsNotFound()) return error(Code::missing_key, "key folder " + options.folder + " is missing: restore it from the key backup");
  ACTA_CHECK(check_private(options, options.folder));
  ACTA_TRY(impl->kek, read_kek(options));
  ACTA_TRY(const Bytes secrets, read_sealed_file(options, impl->kek, secrets_name));
  ACTA_TRY(impl->secrets, decode_secrets(secrets));
  if (impl->secrets.ledger != ledger) return error(Code::foreign, "key folder " + options.folder + " belongs to ledger " + to_text(impl->secrets.ledger) + ", not to " + to_text(ledger));
  ACTA_CHECK(impl->load_segments());
  return std::unique_ptr<KeyStore>(new KeyStore(std::move(impl)));
}

Result<PersonId> KeyStore::person(std::string_view handle) {
  if (!is_handle(handle)) return error(Code::invalid, "a handle is 1 to 64 characters A-Z a-z 0-9 . _ -");
  std::unique_lock lock(impl_->mutex);
  const std::size_t number = impl_->find_or_mint_handle(handle);
  ACTA_CHECK(impl_->make_durable(lock, number));
  return std::get<HandleRecord>(impl_->records[number]).person;
}

std::optional<PersonId> KeyStore::find_person(std::string_view handle) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->by_handle.find(std::string(handle));
  if (found == impl_->by_handle.end() || found->second >= impl_->durable) return std::nullopt;
  return std::get<HandleRecord>(impl_->records[found->second]).person;
}

std::optional<std::string> KeyStore::handle_of(const PersonId& person) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->handle_by_person.find(person);
  if (found == impl_->handle_by_person.end() || found->second >= impl_->durable) return std::nullopt;
  return std::get<HandleRecord>(impl_->records[found->second]).handle;
}

Result<PersonKey> KeyStore::key(const PersonId& person, std::string_view retention) {
  std::unique_lock lock(impl_->mutex);
  const std::size_t number = impl_->find_or_mint_key(person, retention);
  ACTA_CHECK(impl_->make_durable(lock, number));
  return std::get<KeyRecord>(impl_->records[number]).key;
}

std::optional<PersonKey> KeyStore::newest_key(const PersonId& person, std::string_view retention) const {
  const std::lock_guard lock(impl_->mutex);
  const std::vector<PersonKey> held = impl_->durable_keys(person, retention);
  return held.empty() ? std::nullopt : std::optional(held.back());
}

std::optional<PersonKey> KeyStore::find_key(const PersonId& person, std::string_view retention, std::uint32_t epoch) const {
  const std::lock_guard lock(impl_->mutex);
  for (const PersonKey& key : impl_->durable_keys(person, retention)) {
    if (key.epoch == epoch) return key;
  }
  return std::nullopt;
}

const Key& KeyStore::command_secret() const { return impl_->secrets.command_secret; }

std::optional<Key> KeyStore::first_log_key() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->secrets.log_key_seed == Key{} ? std::nullopt : std::optional(impl_->secrets.log_key_seed);
}

Result<void> KeyStore::add_log_key(std::string_view name, const Key& seed) {
  Bytes plaintext = encode_log_key({.ledger = impl_->secrets.ledger, .seed = seed});
  Result<void> done = create_sealed_file(impl_->options, impl_->kek, log_key_file(name), plaintext);
  sodium_memzero(plaintext.data(), plaintext.size());
  return done;
}

Result<Key> KeyStore::log_key(std::string_view name) const {
  ACTA_TRY(Bytes plaintext, read_sealed_file(impl_->options, impl_->kek, log_key_file(name)));
  const auto record = decode_log_key(plaintext);
  sodium_memzero(plaintext.data(), plaintext.size());
  if (!record) return record.error();
  if (record->ledger != impl_->secrets.ledger) return error(Code::foreign, impl_->options.folder + "/" + log_key_file(name) + " is a log key of ledger " + to_text(record->ledger) + ", not of " + to_text(impl_->secrets.ledger));
  return record->seed;
}

std::vector<std::string> KeyStore::log_key_names() const {
  std::vector<std::string> files, names;
  if (!impl_->options.env->GetChildren(impl_->options.folder, &files).ok()) return names;
  for (const std::string& file : files)
    if (file.starts_with(log_key_prefix) && !file.ends_with(".tmp")) names.push_back(file.substr(log_key_prefix.size()));
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> KeyStore::destroy_first_log_key() {
  const std::lock_guard lock(impl_->mutex);
  StoreSecrets kept = impl_->secrets;
  kept.log_key_seed = {};
  ACTA_CHECK(write_sealed_file(impl_->options, impl_->kek, secrets_name, encode_secrets(kept)));
  sodium_memzero(impl_->secrets.log_key_seed.data(), impl_->secrets.log_key_seed.size());
  return {};
}

Result<void> KeyStore::destroy_log_key(std::string_view name) {
  auto removed = remove_file_durably(*impl_->options.env, impl_->options.folder + "/" + log_key_file(name));
  return !removed && removed.error().code == Code::not_found ? Result<void>() : removed;
}

}  // namespace acta
