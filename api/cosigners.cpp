#include "api/cosigners.h"

#include <algorithm>

#include "api/outgoing.h"
#include "engine/ledger/proof_file.h"
#include "engine/witness/add_checkpoint.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr std::string_view path = "add-checkpoint";
constexpr std::size_t cosignatures_max = 15;   // beside the log's own: a note carries 16

Error unusable(std::string what) { return error(Code::invalid, "the witness policy: " + std::move(what)); }

bool carries(const Note& note, const PublicKey& key) {
  return std::any_of(note.signatures.begin(), note.signatures.end(), [&](const NoteSignature& signature) { return signature.name == key.name && signature.key_id == key.id(); });
}

// The line of this key among what was answered, if it holds.
Result<NoteSignature> signature_of(const PublicKey& key, std::string_view lines, const std::string& signed_text) {
  ACTA_TRY(const auto answered, parse_signature_lines(lines));
  for (const NoteSignature& one : answered) {
    const Note note{.text = signed_text, .signatures = {one}};
    if (check_signatures(note, {key}).front().state == SignatureState::holds) return one;
  }
  return error(Code::damaged, "it answered with no signature of its key that holds");
}

}  // namespace

std::string add_checkpoint_url(const std::string& prefix) { return prefix + (prefix.ends_with('/') ? "" : "/") + std::string(path); }

// A policy may name any of the keys that the log ever had.
Result<void> check_policy(const Policy& policy, const LogKeys& log) {
  const bool ours = std::any_of(policy.logs.begin(), policy.logs.end(), [&](const PublicKey& key) { return key.name == log.current().key.name && log.find(key.bytes); });
  if (!policy.logs.empty() && !ours) return unusable("it is for another log; this one is `log " + to_vkey(log.current().key) + "`");
  if (policy.urls.empty()) return unusable("no line `witness NAME VKEY URL` says whom to ask");
  if (policy.urls.size() > cosignatures_max) return unusable("at most " + std::to_string(cosignatures_max) + " witnesses can be asked: a checkpoint carries 16 signatures");
  for (const auto& [name, url] : policy.urls)
    if (const auto checked = check_outgoing_url(url); !checked) return unusable(checked.error().message);
  return {};
}

Result<std::unique_ptr<Cosigners>> Cosigners::start(Engine& engine, CosignerOptions options) {
  ACTA_CHECK(check_policy(options.policy, engine.log_keys()));
  return std::unique_ptr<Cosigners>(new Cosigners(engine, std::move(options)));
}

Cosigners::Cosigners(Engine& engine, CosignerOptions options) : engine_(engine), options_(std::move(options)) {
  for (const auto& [name, url] : options_.policy.urls) {
    states_[name] = CosignerState{.name = name, .url = url, .size = 0, .cosigned = 0, .failed = 0, .failure = {}};
    paces_[name] = {};
  }
  thread_ = std::thread([this] { run(); });
}

Cosigners::~Cosigners() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

std::vector<CosignerState> Cosigners::witnesses() const {
  const std::lock_guard lock(mutex_);
  std::vector<CosignerState> all;
  for (const auto& [name, state] : states_) all.push_back(state);
  return all;
}

void Cosigners::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    look();
    lock.lock();
    woken_.wait_for(lock, std::chrono::milliseconds(options_.interval_ms), [this] { return stopping_; });
  }
}

// All are asked about the same head, at the same time: cosignatures of different heads do not add up to a quorum.
void Cosigners::look() {
  const auto published = engine_.published_checkpoint();
  if (!published) return;
  const auto head = engine_.log_keys().open(*published);
  const auto now = parse_note(*published);
  if (!head || !now) return;
  const auto before = parse_note(note_);
  if (!before || before->text != now->text) note_ = *published + kept_cosignatures(*now);
  std::vector<Asked> all;
  for (const std::string& name : due(engine_.clock().steady_micros(), *parse_note(note_))) all.push_back({.name = name});
  std::vector<std::thread> asking;
  for (Asked& asked : all) asking.emplace_back([&] { asked.answer = ask(asked.name, *published, *head); });
  for (std::thread& one : asking) one.join();
  for (const Asked& asked : all) take(asked, *head);
  if (const auto kept = all.empty() ? Result<void>{} : keep(); !kept) spdlog::error("cosigned_checkpoint_not_kept reason=\"{}\"", kept.error().message);
}

// What an earlier run got for the same head, as far as it holds under the policy.
std::string Cosigners::kept_cosignatures(const Note& head) const {
  const auto kept = engine_.cosigned_checkpoint();
  const auto note = kept ? parse_note(*kept) : Result<Note>(Note{});
  if (!note || note->text != head.text) return {};
  std::string lines;
  const auto checked = check_signatures(*note, options_.policy.keys());
  for (std::size_t i = 0; i < checked.size(); ++i)
    if (checked[i].state == SignatureState::holds && checked[i].time) lines += to_line(note->signatures[i]);
  return lines;
}

std::vector<std::string> Cosigners::due(std::int64_t now, const Note& note) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, pace] : paces_)
    if (pace.next_micros <= now && !carries(note, options_.policy.witnesses.at(name))) names.push_back(name);
  return names;
}

Result<NoteSignature> Cosigners::ask(const std::string& name, const std::string& note, const Checkpoint& head) {
  std::uint64_t from = 0, recorded = 0;
  {
    const std::lock_guard lock(mutex_);
    from = std::min(states_.at(name).size, head.size);
  }
  auto answer = ask_once(name, note, head, from, recorded);
  if (answer || recorded == from) return answer;
  if (recorded > head.size) return error(Code::rolled_back, "it has cosigned size " + std::to_string(recorded) + ", beyond this ledger's " + std::to_string(head.size) + ": this ledger is an older copy, or another one was signed with its key");
  return ask_once(name, note, head, recorded, recorded);
}

// `recorded`: what the witness says that it cosigned last, when it was asked from another size; else `from`.
Result<NoteSignature> Cosigners::ask_once(const std::string& name, const std::string& note, const Checkpoint& head, std::uint64_t from, std::uint64_t& recorded) {
  recorded = from;
  AddCheckpoint request{.old_size = from, .proof = {}, .note = note};
  if (from > 0 && from < head.size) {
    ACTA_TRY(request.proof, consistency_proof(from, head.size, engine_.ledger().subtree_reader()));
  }
  ACTA_TRY(const OutgoingAnswer answer, post_outgoing({.url = add_checkpoint_url(options_.policy.urls.at(name)), .media_type = "text/plain; charset=utf-8", .body = to_body(request), .ca_file = options_.ca_file, .timeout_ms = options_.timeout_ms}));
  if (answer.status == 409) {
    const auto size = parse_count(std::string_view(answer.body).substr(0, answer.body.find('\n')));
    if (size) recorded = *size;
    return error(Code::stale, "it cosigned another size last than it said before");
  }
  if (answer.status == 422) return error(Code::damaged, "it says that it cosigned another ledger under this name at size " + std::to_string(from) + ": compare its checkpoint with this ledger's (`acta checkpoint compare`)");
  if (answer.status == 404 || answer.status == 403) return error(Code::denied, "it does not know this log's key (status " + std::to_string(answer.status) + "): give its operator `" + to_vkey(engine_.log_keys().current().key) + "`");
  if (answer.status != 200) return error(Code::unavailable, "it answered with status " + std::to_string(answer.status));
  return signature_of(options_.policy.witnesses.at(name), answer.body, to_text(head));
}

void Cosigners::take(const Asked& asked, const Checkpoint& head) {
  const std::lock_guard lock(mutex_);
  CosignerState& state = states_.at(asked.name);
  Pace& pace = paces_.at(asked.name);
  if (asked.answer) {
    if (!state.failure.empty()) spdlog::info("witness_answers_again name={}", asked.name);
    note_ += to_line(*asked.answer);
    state = {.name = state.name, .url = state.url, .size = head.size, .cosigned = state.cosigned + 1, .failed = state.failed, .failure = {}};
    pace = {};
    return;
  }
  if (state.failure != asked.answer.error().message) spdlog::warn("witness_failed name={} reason=\"{}\"", asked.name, asked.answer.error().message);
  ++state.failed;
  state.failure = asked.answer.error().message;
  pace.pause_ms = std::min(std::max(pace.pause_ms * 2, options_.interval_ms), options_.pause_max_ms);
  pace.next_micros = engine_.clock().steady_micros() + std::int64_t{pace.pause_ms} * 1'000;
}

Result<void> Cosigners::keep() {
  ACTA_TRY(const Note note, parse_note(note_));
  if (note.signatures.size() < 2 || !quorum_met(options_.policy, check_signatures(note, options_.policy.keys()))) return {};
  return engine_.keep_cosigned(note_);
}

}  // namespace acta
