#include "engine/witness/witness.h"

#include <rocksdb/env.h>

#include <algorithm>

#include "engine/disk.h"
#include "engine/ledger/tree.h"
#include "engine/privacy/sealed_file.h"

namespace acta {
namespace {

using Verdict = WitnessAnswer::Verdict;

constexpr std::uint8_t cosignature_type = 0x04;
constexpr std::size_t seed_bytes = 32;
constexpr std::string_view key_magic = "acta-witness-key-v1\n";
constexpr std::string_view state_magic = "acta witness state v1\n";

using Seed = std::array<std::uint8_t, seed_bytes>;

std::string key_file(const WitnessOptions& options) { return options.folder + "/witness.key"; }
std::string state_file(const WitnessOptions& options) { return options.folder + "/witness.state"; }
std::string logs_file(const WitnessOptions& options) { return options.folder + "/logs"; }
rocksdb::Env& disk(const WitnessOptions& options) { return options.env ? *options.env : *rocksdb::Env::Default(); }

WitnessAnswer refusal(Verdict verdict, std::string detail) { return {.verdict = verdict, .cosignature = {}, .size = 0, .detail = std::move(detail)}; }

Error lost_state(const std::string& path, const std::string& what) {
  return error(Code::damaged, "the witness's state " + path + " " + what + ". A witness that does not know what it cosigned could cosign the contrary, so this one signs nothing any more: put the newest state back, or make a new witness with a new key");
}

// --- files
Bytes encode_key(const std::string& name, const Seed& seed) { return bytes_of(std::string(key_magic) + name + "\n" + to_hex(seed) + "\n"); }

struct NamedSeed {
  std::string name;
  Seed seed{};
};

Result<NamedSeed> decode_key(const std::string& path, std::string_view text) {
  const Error wrong = error(Code::damaged, path + " is not a witness's key");
  if (!text.starts_with(key_magic) || !text.ends_with('\n')) return wrong;
  text.remove_prefix(key_magic.size());
  text.remove_suffix(1);
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return wrong;
  const auto seed = from_hex(text.substr(end + 1));
  if (!seed || seed->size() != seed_bytes) return wrong;
  NamedSeed key{.name = std::string(text.substr(0, end)), .seed = {}};
  std::copy(seed->begin(), seed->end(), key.seed.begin());
  return key;
}

std::string state_text(const std::map<std::string, Checkpoint>& heads) {
  std::string text(state_magic);
  for (const auto& [origin, head] : heads) text += to_text(head);
  return text;
}

std::size_t end_of_line(std::string_view text, int lines) {
  std::size_t end = 0;
  for (; lines > 0 && end != std::string_view::npos; --lines) end = text.find('\n', end) + 1;
  return end;
}

Result<std::map<std::string, Checkpoint>> decode_state(std::string_view file, const PublicKey& key) {
  ACTA_TRY(const Note note, parse_note(file));
  const auto checked = check_signatures(note, {key});
  if (checked.size() != 1 || checked.front().state != SignatureState::holds) return error(Code::damaged, "is not signed by the witness's own key");
  std::string_view text = note.text;
  if (!text.starts_with(state_magic)) return error(Code::damaged, "is of a kind this version does not know");
  text.remove_prefix(state_magic.size());
  std::map<std::string, Checkpoint> heads;
  while (!text.empty()) {
    const std::size_t end = end_of_line(text, 3);
    ACTA_TRY(const Checkpoint head, parse_checkpoint(text.substr(0, end)));
    heads[head.origin] = head;
    text.remove_prefix(end);
  }
  return heads;
}

Result<void> write_state(const WitnessOptions& options, const std::map<std::string, Checkpoint>& heads, const SigningKey& key) {
  const std::string text = sign_note(state_text(heads), key);
  return write_file_durably(disk(options), state_file(options), view(std::string_view(text)));
}

std::string logs_text(const std::vector<PublicKey>& logs) {
  std::string text = "# The logs this witness cosigns: a key (name+id+base64) a line. Read at start and on SIGHUP.\n";
  for (const PublicKey& log : logs) text += to_vkey(log) + "\n";
  return text;
}

Result<std::map<std::string, std::vector<PublicKey>>> parse_logs(std::string_view text) {
  std::map<std::string, std::vector<PublicKey>> logs;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    const auto key = parse_vkey(line);
    if (!key) return error(Code::malformed, "line " + std::to_string(number) + " of the file of logs: " + key.error().message);
    if (key->type == cosignature_type) return error(Code::malformed, "line " + std::to_string(number) + " of the file of logs is a witness's key, not a log's");
    logs[key->name].push_back(*key);
  }
  return logs;
}

// As C2SP wants it of a witness: other signatures than the known ones are read over, a known one that fails is a refusal.
bool signed_by_log(const Note& note, const std::vector<PublicKey>& keys) {
  const auto checked = check_signatures(note, keys);
  const auto any = [&](SignatureState state) { return std::any_of(checked.begin(), checked.end(), [&](const CheckedSignature& one) { return one.state == state; }); };
  return any(SignatureState::holds) && !any(SignatureState::fails);
}

}  // namespace

Result<PublicKey> Witness::create(const WitnessOptions& options, const std::string& name, const std::vector<PublicKey>& logs, Randomness& randomness) {
  rocksdb::Env& env = disk(options);
  if (env.FileExists(key_file(options)).ok() || env.FileExists(state_file(options)).ok()) return error(Code::conflict, options.folder + " already holds a witness");
  Seed seed{};
  randomness.fill(seed);
  const SigningKey key(name, seed, cosignature_type);
  if (!parse_vkey(to_vkey(key.public_key()))) return error(Code::invalid, "a witness's name is one word without +, as witness.example/w1");
  ACTA_CHECK(make_folder(env, options.folder));
  ACTA_CHECK(write_file_durably(env, logs_file(options), view(std::string_view(logs_text(logs)))));
  ACTA_CHECK(write_state(options, {}, SigningKey(name, seed)));
  ACTA_CHECK(write_file_durably(env, key_file(options), encode_key(name, seed)));
  return key.public_key();
}

Result<std::unique_ptr<Witness>> Witness::open(const WitnessOptions& options, const Clock& clock) {
  auto witness = std::unique_ptr<Witness>(new Witness(options, clock));
  if (!disk(options).FileExists(options.folder).ok()) return error(Code::not_found, "there is no witness in " + options.folder + ": make one with `acta witness init`");
  ACTA_TRY(witness->lock_, FolderLock::take(options.folder, Access::write));
  ACTA_CHECK(witness->read_all());
  return witness;
}

Result<void> Witness::read_all() {
  const std::string path = key_file(options_);
  const auto file = read_file(disk(options_), path);
  if (!file && file.error().code == Code::not_found) return error(Code::missing_key, "the witness's key " + path + " is missing: put it back, or make a new witness elsewhere");
  if (!file) return file.error();
  ACTA_CHECK(check_private({.folder = {}, .kek_file = {}, .env = &disk(options_), .randomness = nullptr}, path));
  ACTA_TRY(const NamedSeed key, decode_key(path, text_view(*file)));
  key_ = std::make_unique<SigningKey>(key.name, key.seed, cosignature_type);
  state_key_ = std::make_unique<SigningKey>(key.name, key.seed);
  ACTA_CHECK(reload_logs());
  return read_state();
}

Result<void> Witness::reload_logs() {
  ACTA_TRY(const Bytes file, read_file(disk(options_), logs_file(options_)));
  ACTA_TRY(auto logs, parse_logs(text_view(file)));
  const std::lock_guard lock(mutex_);
  logs_ = std::move(logs);
  return {};
}

Result<void> Witness::read_state() {
  const std::string path = state_file(options_);
  const auto file = read_file(disk(options_), path);
  if (!file) return lost_state(path, file.error().code == Code::not_found ? "is missing" : "cannot be read (" + file.error().message + ")");
  auto heads = decode_state(text_view(*file), state_key_->public_key());
  if (!heads) return lost_state(path, heads.error().message);
  heads_ = *std::move(heads);
  return {};
}

// Under the lock.
std::optional<WitnessAnswer> Witness::check(const AddCheckpoint& request, const Checkpoint& head) const {
  if (request.old_size > head.size) return refusal(Verdict::malformed, "the old size is beyond the checkpoint's");
  const auto found = heads_.find(head.origin);
  const Checkpoint last = found == heads_.end() ? Checkpoint{.origin = head.origin, .size = 0, .root = empty_root()} : found->second;
  if (request.old_size != last.size) return WitnessAnswer{.verdict = Verdict::other_size, .cosignature = {}, .size = last.size, .detail = {}};
  if (last.size == head.size && last.root != head.root) return refusal(Verdict::inconsistent, "this size was cosigned with another root");
  const bool begins = last.size == 0 ? request.proof.empty() : consistency_holds(last.size, head.size, last.root, head.root, request.proof);
  if (!begins) return refusal(Verdict::inconsistent, "the proof does not show that what was cosigned at size " + std::to_string(last.size) + " is the beginning of this");
  return std::nullopt;
}

// Under the lock. After a write that failed nobody knows what is on the disk: nothing is signed before a new start.
std::optional<WitnessAnswer> Witness::remember(const Checkpoint& head) {
  auto heads = heads_;
  heads[head.origin] = head;
  if (heads == heads_) return std::nullopt;
  if (const auto written = write_state(options_, heads, *state_key_); !written) {
    broken_ = true;
    return refusal(Verdict::broken, written.error().message);
  }
  heads_ = std::move(heads);
  return std::nullopt;
}

WitnessAnswer Witness::add_checkpoint(std::string_view body) {
  const auto request = parse_add_checkpoint(body);
  if (!request) return refusal(Verdict::malformed, request.error().message);
  const auto note = parse_note(request->note);
  if (!note) return refusal(Verdict::malformed, note.error().message);
  const auto head = parse_extended_checkpoint(note->text);
  if (!head) return refusal(Verdict::malformed, head.error().message);
  const std::lock_guard lock(mutex_);
  if (broken_) return refusal(Verdict::broken, "an earlier write failed");
  const auto known = logs_.find(head->origin);
  if (known == logs_.end()) return refusal(Verdict::unknown_log, "this witness does not know a log of that origin");
  if (!signed_by_log(*note, known->second)) return refusal(Verdict::unsigned_head, "no key that this witness knows of that log signed the checkpoint");
  if (auto refused = check(*request, *head)) return *std::move(refused);
  if (auto failed = remember(*head)) return *std::move(failed);
  const auto seconds = static_cast<std::uint64_t>(clock_.now().micros / 1'000'000);
  return {.verdict = Verdict::cosigned, .cosignature = cosignature_line(note->text, *key_, seconds), .size = head->size, .detail = {}};
}

std::vector<WitnessHead> Witness::heads() const {
  const std::lock_guard lock(mutex_);
  std::vector<WitnessHead> all;
  for (const auto& [origin, keys] : logs_) {
    const auto found = heads_.find(origin);
    all.push_back({.origin = origin, .cosigned = found == heads_.end() ? std::nullopt : std::optional(found->second)});
  }
  return all;
}

}  // namespace acta
