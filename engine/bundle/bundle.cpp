#include "engine/bundle/bundle.h"

#include <algorithm>

#include "engine/anchor/anchors.h"
#include "engine/bundle/tar.h"
#include "engine/ledger/proof_file.h"
#include "events/log.h"
#include "events/sha256.h"

namespace acta {
namespace {

// The ledger's beginning: who opened it under which key, the schema of entries, the schema of the ledger's own events.
constexpr std::uint64_t beginning = 3;

class Planner {
 public:
  Planner(const Engine& engine, const BundleRequest& request) : ledger_(engine.ledger()), genesis_(engine.genesis()), keys_(engine.log_keys()), scope_(request.scope) { manifest_.made = request.made; }
  Result<Manifest> plan(const Checkpoint& checkpoint);

 private:
  Result<void> add_case(const CaseId& id);
  Result<void> add_range();
  void add_keys();
  Result<void> add_anchors();
  Result<void> add_needs();
  Result<void> need(const std::string& register_name);
  Result<void> check_count() const;

  const Ledger& ledger_;
  const Genesis& genesis_;
  const LogKeys keys_;
  const BundleScope& scope_;
  Manifest manifest_;
};

Result<void> Planner::check_count() const {
  if (manifest_.asked.size() <= bundle_entries_max) return {};
  return error(Code::too_large, "a bundle holds " + std::to_string(bundle_entries_max) + " entries at most: make several, or take the tiles of the whole ledger");
}

Result<void> Planner::add_case(const CaseId& id) {
  ACTA_TRY(const auto positions, ledger_.positions_of(id));
  CaseState state;
  for (const Position position : positions) {
    if (position.value >= manifest_.checkpoint.size) break;
    ACTA_TRY(const Entry entry, ledger_.read(position));
    ACTA_TRY(CaseState after, apply(state, entry));
    if (scope_.as_of && after.effective_at > *scope_.as_of) break;
    state = std::move(after);
    manifest_.asked.insert(position.value);
  }
  if (state.revision == 0) return error(Code::not_found, positions.empty() ? "there is no case " + to_text(id) : "nothing of case " + to_text(id) + " had happened by then");
  manifest_.cases.push_back({.id = id, .revisions = state.revision});
  return check_count();
}

Result<void> Planner::add_range() {
  const BundledRange range = *scope_.range;
  if (range.from >= range.to || range.to > manifest_.checkpoint.size) return error(Code::invalid, "a range is from < to <= " + std::to_string(manifest_.checkpoint.size) + ", the size that is signed");
  if (range.to - range.from > bundle_entries_max) return error(Code::too_large, "a bundle holds " + std::to_string(bundle_entries_max) + " entries at most: make several, or take the tiles of the whole ledger");
  manifest_.range = range;
  for (std::uint64_t at = range.from; at < range.to; ++at) manifest_.asked.insert(at);
  return {};
}

Result<void> Planner::need(const std::string& register_name) {
  const auto value = ledger_.reg(register_name);
  const auto* position = value ? std::get_if<std::int64_t>(&value->held) : nullptr;
  if (!position) return error(Code::damaged, "the ledger does not know where " + register_name + " was published");
  const auto at = static_cast<std::uint64_t>(*position);
  if (!manifest_.asked.contains(at)) manifest_.support.insert(at);
  return {};
}

// All that were named, and revoked, by the entries that the checkpoint covers. A key that was revoked twice has two entries:
// the register leads to the newer one, which alone counts.
void Planner::add_keys() {
  for (const LogKey& one : keys_.all())
    if (one.named_at.value < manifest_.checkpoint.size) manifest_.keys.emplace_back(one.key, one.named_at);
  for (const LogKey& one : keys_.all())
    if (one.revoked_at && one.revoked_at->value < manifest_.checkpoint.size) manifest_.revoked.push_back({.key = one.key, .counts = *one.counts, .said_at = *one.revoked_at});
  std::sort(manifest_.revoked.begin(), manifest_.revoked.end(), [](const RevokedKey& a, const RevokedKey& b) { return a.said_at < b.said_at; });
}

// For each entry of the scope the first time stamp that covers it: it was there by then.
Result<void> Planner::add_anchors() {
  if (manifest_.asked.empty()) return {};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> over;   // size, position; the newest first
  ACTA_CHECK(walk_anchors(ledger_, newest_anchor(ledger_), [&](Position at, const Anchoring& said) {
    if (said.size <= *manifest_.asked.begin()) return false;
    if (at.value < manifest_.checkpoint.size) over.emplace_back(said.size, at.value);
    return true;
  }));
  std::reverse(over.begin(), over.end());
  for (const std::uint64_t entry : manifest_.asked) {
    const auto first = std::upper_bound(over.begin(), over.end(), entry, [](std::uint64_t at, const auto& anchor) { return at < anchor.first; });
    if (first != over.end()) manifest_.anchors.insert(first->second);
  }
  while (manifest_.anchors.size() > bundle_anchors_max) manifest_.anchors.erase(manifest_.anchors.begin());
  return {};
}

Result<void> Planner::add_needs() {
  std::set<std::uint64_t> beginnings;
  for (std::uint64_t at = 0; at < beginning; ++at) beginnings.insert(at);
  for (const auto& [key, position] : manifest_.keys) beginnings.insert(position.value);
  for (const RevokedKey& one : manifest_.revoked) beginnings.insert(one.said_at.value);
  for (const std::uint64_t at : beginnings) {
    if (!manifest_.asked.contains(at)) manifest_.support.insert(at);
    ACTA_TRY(const Entry entry, ledger_.read(Position{at}));
    if (at >= beginning) ACTA_CHECK(need("schema/" + to_text(*entry.schema)));
  }
  if (!manifest_.anchors.empty()) {
    ACTA_TRY(const Entry anchor, ledger_.read(Position{*manifest_.anchors.begin()}));
    ACTA_CHECK(need("schema/" + to_text(*anchor.schema)));
  }
  for (const std::uint64_t at : manifest_.asked) {
    ACTA_TRY(const Entry entry, ledger_.read(Position{at}));
    if (entry.schema) ACTA_CHECK(need("schema/" + to_text(*entry.schema)));
    if (entry.definition) ACTA_CHECK(need("definition-at/" + to_text(*entry.definition)));
  }
  return {};
}

Result<Manifest> Planner::plan(const Checkpoint& checkpoint) {
  manifest_.origin = genesis_.origin;
  manifest_.ledger = genesis_.ledger;
  manifest_.checkpoint = checkpoint;
  add_keys();
  manifest_.as_of = scope_.as_of;
  std::set<CaseId> cases(scope_.cases.begin(), scope_.cases.end());
  if (cases.empty() == !scope_.range) return error(Code::invalid, "a bundle is of cases or of a range of positions");
  if (cases.size() > bundle_cases_max) return error(Code::too_large, "a bundle holds " + std::to_string(bundle_cases_max) + " cases at most");
  if (scope_.range && scope_.as_of) return error(Code::invalid, "a range of positions has no as_of: it is what was recorded there");
  for (const CaseId& id : cases) ACTA_CHECK(add_case(id));
  if (scope_.range) ACTA_CHECK(add_range());
  ACTA_CHECK(add_anchors());
  ACTA_CHECK(add_needs());
  return std::move(manifest_);
}

// Gives one member at a time.
class Writer {
 public:
  Writer(const Engine& engine, Manifest manifest, std::string note) : ledger_(engine.ledger()), manifest_(std::move(manifest)), note_(std::move(note)), positions_(manifest_.positions()), anchors_(manifest_.anchors.begin(), manifest_.anchors.end()) {}
  std::optional<std::string> next();

 private:
  std::string member(const std::string& name, ByteView content);
  std::string member(const std::string& name, std::string_view content) { return member(name, view(content)); }
  Result<std::string> entry(std::uint64_t position);
  Result<std::string> proof(std::uint64_t position);
  Result<std::string> anchor(std::uint64_t position);
  Result<std::string> step(std::size_t number);
  std::size_t steps() const { return 2 * positions_.size() + anchors_.size() + 5; }

  const Ledger& ledger_;
  Manifest manifest_;
  std::string note_, sums_;
  std::vector<std::uint64_t> positions_, anchors_;
  std::size_t done_ = 0;
};

std::string Writer::member(const std::string& name, ByteView content) {
  sums_ += to_text(sha256(content)) + "  " + name + "\n";
  return tar_member(name, content);
}

Result<std::string> Writer::entry(std::uint64_t position) {
  ACTA_TRY(const Bytes bytes, ledger_.read_bytes(Position{position}));
  return member("entries/" + std::to_string(position), ByteView(bytes));
}

Result<std::string> Writer::proof(std::uint64_t position) {
  ACTA_TRY(const auto hashes, inclusion_proof(position, manifest_.checkpoint.size, ledger_.subtree_reader()));
  return member("proofs/" + std::to_string(position) + ".tlog-proof", to_proof_file(position, hashes, note_));
}

// Its three members, as others' tools read them.
Result<std::string> Writer::anchor(std::uint64_t position) {
  ACTA_TRY(const Entry entry, ledger_.read(Position{position}));
  ACTA_TRY(const Anchoring said, read_checkpoint_anchored(entry));
  ACTA_TRY(const auto hashes, consistency_proof(said.size, manifest_.checkpoint.size, ledger_.subtree_reader()));
  const std::string name = anchor_member(position);
  std::string out = member(name + ".checkpoint", said.checkpoint);
  out += member(name + ".tsr", ByteView(said.receipt));
  return out += member(name + ".consistency", hash_lines(hashes));
}

Result<std::string> Writer::step(std::size_t number) {
  constexpr std::size_t heads = 4;
  if (number == 0) return member("README.txt", bundle_readme());
  if (number == 1) return member("verify.py", bundle_verifier());
  if (number == 2) return member("manifest", to_text(manifest_));
  if (number == 3) return member("checkpoint", note_);
  const std::size_t item = number - heads;
  if (item < positions_.size()) return entry(positions_[item]);
  if (item < 2 * positions_.size()) return proof(positions_[item - positions_.size()]);
  if (item < 2 * positions_.size() + anchors_.size()) return anchor(anchors_[item - 2 * positions_.size()]);
  return tar_member("SHA256SUMS", view(sums_)) + tar_end();
}

std::optional<std::string> Writer::next() {
  if (done_ >= steps()) return std::nullopt;
  auto piece = step(done_++);
  if (piece) return *std::move(piece);
  spdlog::error("bundle_cut member={} reason=\"{}\"", done_ - 1, piece.error().message);
  done_ = steps();
  return std::nullopt;
}

}  // namespace

std::string anchor_member(std::uint64_t position) { return "anchors/" + std::to_string(position); }

std::string hash_lines(const std::vector<Hash>& hashes) {
  std::string out;
  for (const Hash& hash : hashes) out += to_base64(view(hash)) + "\n";
  return out;
}

Result<Pieces> make_bundle(const Engine& engine, const BundleRequest& request) {
  ACTA_TRY(const Checkpoint checkpoint, engine.log_keys().open(request.note));
  ACTA_TRY(Manifest manifest, Planner(engine, request).plan(checkpoint));
  return Pieces([writer = std::make_shared<Writer>(engine, std::move(manifest), request.note)] { return writer->next(); });
}

}  // namespace acta
