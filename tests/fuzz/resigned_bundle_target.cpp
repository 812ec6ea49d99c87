// Bundles of a log that lies but knows its key: what they hold was altered, and every digest, proof and signature over it made
// again, so that nothing but the checks behind those can tell.
//
// The input is a list of edits of the golden bundle: what to do, to which entry, where, with what.

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/bundle/check_bundle.h"
#include "engine/bundle/tar.h"
#include "engine/ledger/proof_file.h"
#include "engine/ledger/tree.h"
#include "events/assert.h"
#include "events/envelope.h"
#include "events/sha256.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

constexpr std::size_t edits_max = 16, tree_max = 64, inserted_max = 16;
constexpr std::int64_t recorded_step = 50'000'000'000'000;   // microseconds, so that 128 of them reach far beyond today

struct Bundle {
  std::string readme, verifier;
  Manifest manifest;
  std::map<std::uint64_t, Bytes> entries;
};

struct Member {
  std::string name;
  std::string content;
};

// --- the golden bundle, taken apart and taken over

Bytes read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  ACTA_ASSERT(file.is_open());
  return bytes_of(std::string(std::istreambuf_iterator<char>(file), {}));
}

const SigningKey& log_key(const std::string& origin) {
  static const SigningKey key(origin, {});
  return key;
}

// As if our key had been the log's from its first entry on.
void take_over(Bundle& bundle) {
  const PublicKey& ours = log_key(bundle.manifest.origin).public_key();
  const auto theirs = bundle.manifest.keys.front().first.bytes;
  Bytes& first = bundle.entries.at(0);
  const auto named = std::search(first.begin(), first.end(), theirs.begin(), theirs.end());
  ACTA_ASSERT(named != first.end());
  std::copy(ours.bytes.begin(), ours.bytes.end(), named);
  bundle.manifest.keys = {{ours, Position{0}}};
}

Bundle taken_apart(const Bytes& archive) {
  Bundle out;
  for (const TarMember& member : walk_tar(archive).members) {
    const std::string text(text_view(member.content));
    if (member.name == "README.txt") out.readme = text;
    if (member.name == "verify.py") out.verifier = text;
    if (member.name == "manifest") out.manifest = *parse_manifest(text);
    if (member.name.starts_with("entries/")) out.entries.emplace(std::stoull(member.name.substr(8)), member.content);
  }
  take_over(out);
  return out;
}

// --- edits

class Edits {
 public:
  Edits(ByteView input, Bundle& bundle) : input_(input), bundle_(bundle) {}
  void make();

 private:
  std::uint8_t byte() {
    if (input_.empty()) return 0;
    const std::uint8_t first = input_.front();
    input_ = input_.subspan(1);
    return first;
  }
  std::uint64_t position() { return std::next(bundle_.entries.begin(), byte() % bundle_.entries.size())->first; }
  std::size_t place_in(const Bytes& bytes) {
    const std::size_t high = byte(), low = byte();
    return bytes.empty() ? 0 : (high * 256 + low) % bytes.size();
  }
  void edit_bytes(Bytes& bytes);
  void edit_entry(std::uint64_t at);
  void edit_fields(Entry& entry);
  void edit_scope();
  void edit_positions();
  void move_entry();

  ByteView input_;
  Bundle& bundle_;
};

void Edits::edit_bytes(Bytes& bytes) {
  const auto at = static_cast<std::ptrdiff_t>(place_in(bytes));
  switch (byte() % 3) {
    case 0: if (!bytes.empty()) bytes[static_cast<std::size_t>(at)] = byte(); break;
    case 1: bytes.insert(bytes.begin() + at, byte() % inserted_max, 0x41); break;
    default: bytes.erase(bytes.begin() + at, bytes.begin() + std::min<std::ptrdiff_t>(at + byte(), std::ssize(bytes)));
  }
}

void Edits::edit_fields(Entry& entry) {
  switch (byte() % 14) {
    case 0: entry.recorded_at.micros = (byte() - 128) * recorded_step; break;
    case 1: entry.occurred_at.micros = byte() % 2 == 0 ? INT64_MAX : INT64_MIN; break;
    case 2: entry.revision = byte() % 4 == 0 ? std::nullopt : std::optional<Revision>(byte()); break;
    case 3: entry.kind = static_cast<Kind>(1 + byte() % 4); break;
    case 4: entry.type = byte() % 2 == 0 ? "SchemaPublished" : "LedgerOpened"; break;
    case 5: entry.schema = byte() % 2 == 0 ? std::nullopt : std::optional(sha256(entry.payload)); break;
    case 6: entry.definition = byte() % 2 == 0 ? std::nullopt : entry.schema; break;
    case 7: if (entry.case_id && byte() % 2 == 0) entry.case_id = std::nullopt; else entry.case_id = bundle_.manifest.cases.empty() ? CaseId{} : bundle_.manifest.cases.front().id; break;
    case 8: entry.effect = byte() % 2 == 0 ? std::nullopt : std::optional<Effect>(Effect{}); break;
    case 9: if (entry.effect) entry.effect->state = byte() % 2 == 0 ? std::nullopt : std::optional(Hash{}); break;
    case 10: if (entry.effect) entry.effect->data.push_back({.name = std::string(byte() % 4, 'x'), .value = std::nullopt}); break;
    case 11: if (entry.effect) entry.effect->clocks.push_back({.name = "x", .state = static_cast<ClockState>(1 + byte() % 5), .due_at = std::nullopt, .left = INT64_MIN, .calendar = std::nullopt}); break;
    case 12: if (entry.effect) entry.effect->configuration.resize(byte() % 4, "nowhere"); break;
    default: edit_bytes(entry.payload);
  }
}

void Edits::edit_entry(std::uint64_t at) {
  auto entry = decode(bundle_.entries[at]);
  if (!entry) return;
  edit_fields(*entry);
  entry->position = Position{at};
  if (auto bytes = encode(*entry)) bundle_.entries[at] = *std::move(bytes);
}

void Edits::move_entry() {
  const std::uint64_t from = position(), to = position();
  bundle_.entries[to] = bundle_.entries[from];
}

void Edits::edit_positions() {
  Manifest& manifest = bundle_.manifest;
  const std::uint64_t at = byte() % tree_max;
  switch (byte() % 4) {
    case 0: manifest.asked.erase(at); break;
    case 1: manifest.support.erase(at); break;
    case 2: manifest.asked.insert(at); manifest.support.erase(at); break;
    default: manifest.support.insert(at); manifest.asked.erase(at);
  }
}

void Edits::edit_scope() {
  Manifest& manifest = bundle_.manifest;
  switch (byte() % 5) {
    case 0: manifest.range = BundledRange{byte(), byte()}; break;
    case 1: manifest.range.reset(); break;
    case 2: manifest.cases.clear(); break;
    case 3: if (!manifest.cases.empty()) manifest.cases.front().revisions = byte(); break;
    default: manifest.as_of = Instant{byte() % 2 == 0 ? manifest.made.micros : 0};
  }
}

void Edits::make() {
  for (std::size_t edits = 0; edits < edits_max && !input_.empty(); ++edits) switch (byte() % 6) {
    case 0: edit_bytes(bundle_.entries[position()]); break;
    case 1: case 2: edit_entry(position()); break;
    case 3: move_entry(); break;
    case 4: edit_positions(); break;
    default: edit_scope();
  }
}

// --- put together again, all of it true

std::set<std::uint64_t> positions_of(const Manifest& manifest) {
  auto all = manifest.asked;
  all.insert(manifest.support.begin(), manifest.support.end());
  return all;
}

// What is not held may be anything.
SubtreeReader tree_of(const Bundle& bundle) {
  return [&bundle](unsigned level, std::uint64_t index) -> Result<Hash> {
    const auto self = [&bundle](const auto& again, unsigned above, std::uint64_t at) -> Hash {
      if (above > 0) return node_hash(again(again, above - 1, 2 * at), again(again, above - 1, 2 * at + 1));
      const auto held = bundle.entries.find(at);
      return held == bundle.entries.end() ? Hash{} : leaf_hash(held->second);
    };
    return self(self, level, index);
  };
}

std::string sums_of(const std::vector<Member>& members) {
  std::string out;
  for (const Member& member : members) out += to_text(sha256(view(member.content))) + "  " + member.name + "\n";
  return out;
}

std::string archive_of(const std::vector<Member>& members) {
  std::string out;
  for (const Member& member : members) out += tar_member(member.name, view(member.content));
  return out + tar_end();
}

std::string resigned(Bundle& bundle) {
  Manifest& manifest = bundle.manifest;
  const auto positions = positions_of(manifest);
  for (const std::uint64_t at : positions) bundle.entries.try_emplace(at, bundle.entries.begin()->second);
  const auto tree = tree_of(bundle);
  manifest.checkpoint.size = std::max(manifest.checkpoint.size, positions.empty() ? 1 : *positions.rbegin() + 1);
  manifest.checkpoint.root = *root_at(manifest.checkpoint.size, tree);
  const std::string note = sign_checkpoint(manifest.checkpoint, log_key(manifest.origin));
  std::vector<Member> members = {{"README.txt", bundle.readme}, {"verify.py", bundle.verifier}, {"manifest", to_text(manifest)}, {"checkpoint", note}};
  for (const std::uint64_t at : positions) members.push_back({"entries/" + std::to_string(at), std::string(text_view(bundle.entries[at]))});
  for (const std::uint64_t at : positions) members.push_back({"proofs/" + std::to_string(at) + ".tlog-proof", to_proof_file(at, *inclusion_proof(at, manifest.checkpoint.size, tree), note)});
  members.push_back({"SHA256SUMS", sums_of(members)});
  return archive_of(members);
}

bool is_of_content(const Finding& finding) { return finding.what == "entry" || finding.what == "content" || finding.what == "scope"; }

// A sound bundle of cases holds what the process says of them, in the order in which it was recorded.
void check_sound(const Bundle& bundle) {
  Instant last{INT64_MIN};
  for (const std::uint64_t at : positions_of(bundle.manifest)) {
    const auto entry = decode(bundle.entries.at(at));
    ACTA_ASSERT(entry && entry->position.value == at && entry->recorded_at >= last);
    last = entry->recorded_at;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Bundle golden = taken_apart(read_file(ACTA_SOURCE_DIR "/tests/golden/bundle-1.tar"));
  Bundle bundle = golden;
  Edits({data, size}, bundle).make();
  const std::string archive = resigned(bundle);
  const auto report = check_bundle(view(archive), {});
  ACTA_ASSERT(report && std::all_of(report->findings.begin(), report->findings.end(), is_of_content));
  ACTA_ASSERT((report->verdict == Verdict::sound) == report->findings.empty());
  ACTA_ASSERT(size > 0 || report->verdict == Verdict::sound);
  if (report->verdict == Verdict::sound) check_sound(bundle);
  return 0;
}
