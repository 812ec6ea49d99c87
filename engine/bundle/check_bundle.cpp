#include "engine/bundle/check_bundle.h"

#include <algorithm>

#include "engine/anchor/anchors.h"
#include "engine/bundle/bundle.h"
#include "engine/bundle/tar.h"
#include "engine/control_events.h"
#include "engine/ledger/compare.h"
#include "engine/ledger/proof_file.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::size_t heads = 4;         // README.txt, verify.py, manifest, checkpoint
constexpr std::uint64_t beginning = 3;   // positions that every bundle holds
constexpr std::uint64_t entry_schema_at = 1, control_schema_at = 2;

// What the entries so far have said that later ones are held against.
struct Heard {
  Instant recorded_at{INT64_MIN};
  std::map<Hash, std::uint64_t> published;     // digest -> position
  std::set<std::uint64_t> needed;              // positions of publications, and the beginning
  std::map<CaseId, CaseState> cases;
  std::set<CaseId> begun_before;               // range: cases whose opening lies before it
};

class Check {
 public:
  Check(const BundleOptions& options) : options_(options) {}
  Result<BundleReport> run(ByteView archive);

 private:
  void find(std::optional<std::uint64_t> position, std::string what, std::string detail);
  bool read_manifest();
  bool check_names();
  void check_sums();
  void check_checkpoint();
  void check_keys();
  void check_signatures(const Note& note);
  void check_trust();
  void check_entries();
  void check_entry(std::uint64_t position, const Bytes& stored);
  Result<void> check_place(std::uint64_t position, const Bytes& stored);
  Result<void> check_content(const Entry& entry);
  Result<void> check_opening(const Entry& entry);
  Result<void> check_publication(const Entry& entry);
  Result<void> check_published(const std::optional<Hash>& digest, const char* what, std::uint64_t before);
  Result<void> check_case(const Entry& entry);
  Result<void> check_anchor(const Entry& entry);
  Result<void> check_stamped(const Anchor& anchor);
  void check_scope();
  void check_range();
  void remark();
  void conclude();

  const std::string& name(std::size_t i) const { return members_[i].name; }
  std::string_view text(std::size_t i) const { return text_view(members_[i].content); }
  const Manifest& manifest() const { return *report_.manifest; }

  const BundleOptions& options_;
  std::vector<TarMember> members_;
  std::vector<std::uint64_t> positions_;
  std::vector<Anchor> anchors_;                // those taken apart, as far as they hold
  BundleReport report_;
  Heard heard_;
  std::optional<Hash> entry_schema_;           // that entry 0 names ahead
  bool untrusted_ = false, revoked_ = false, unsupported_ = false;
};

Error wrong(std::string what) { return error(Code::damaged, std::move(what)); }

void Check::find(std::optional<std::uint64_t> position, std::string what, std::string detail) {
  if (report_.findings.size() == findings_max) return;
  report_.findings.push_back({.position = position ? std::optional(Position{*position}) : std::nullopt, .what = std::move(what), .detail = std::move(detail)});
}

bool Check::read_manifest() {
  const auto found = std::find_if(members_.begin(), members_.end(), [](const TarMember& member) { return member.name == "manifest"; });
  if (found == members_.end()) return find(std::nullopt, "manifest", "it is missing"), false;
  auto read = parse_manifest(text_view(found->content));
  unsupported_ = !read && read.error().code == Code::newer;
  if (!read) return find(std::nullopt, "manifest", read.error().message), false;
  report_.manifest = *std::move(read);
  positions_ = manifest().positions();
  return true;
}

bool Check::check_names() {
  std::vector<std::string> wanted = {"README.txt", "verify.py", "manifest", "checkpoint"};
  for (const std::uint64_t position : positions_) wanted.push_back("entries/" + std::to_string(position));
  for (const std::uint64_t position : positions_) wanted.push_back("proofs/" + std::to_string(position) + ".tlog-proof");
  for (const std::uint64_t position : manifest().anchors)
    for (const char* part : {".checkpoint", ".tsr", ".consistency"}) wanted.push_back(anchor_member(position) + part);
  wanted.emplace_back("SHA256SUMS");
  std::set<std::string> given;
  for (const TarMember& member : members_)
    if (!given.insert(member.name).second) find(std::nullopt, "members", member.name + " is there twice");
  for (const std::string& one : wanted)
    if (!given.erase(one)) find(std::nullopt, "members", one + " is missing");
  for (const std::string& one : given) find(std::nullopt, "members", one + " is not one that the manifest names");
  const bool in_order = std::equal(wanted.begin(), wanted.end(), members_.begin(), members_.end(), [](const std::string& one, const TarMember& member) { return one == member.name; });
  if (!in_order && report_.findings.empty()) find(std::nullopt, "members", "they are not in the order that a bundle has");
  return in_order;
}

void Check::check_sums() {
  std::string rest(text(members_.size() - 1));
  for (std::size_t i = 0; i + 1 < members_.size(); ++i) {
    const std::string line = to_text(sha256(members_[i].content)) + "  " + name(i) + "\n";
    if (rest.substr(0, line.size()) != line) find(std::nullopt, "digest", name(i) + " is not what SHA256SUMS says");
    rest.erase(0, line.size());
  }
  if (!rest.empty()) find(std::nullopt, "digest", "SHA256SUMS has more lines than there are members");
}

void Check::check_checkpoint() {
  const auto note = parse_note(text(3));
  if (!note) return find(std::nullopt, "checkpoint", note.error().message);
  const auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint || *checkpoint != manifest().checkpoint) find(std::nullopt, "checkpoint", "it is not the one that the manifest names");
}

// The manifest names the keys that the entries name, all of them, and no others.
void Check::check_keys() {
  std::vector<std::pair<PublicKey, Position>> named;
  std::map<Position, RevokedKey> revoked;
  for (const LogKey& one : report_.keys->all()) {
    named.emplace_back(one.key, one.named_at);
    if (one.revoked_at) revoked[*one.revoked_at] = {.key = one.key, .counts = *one.counts, .said_at = *one.revoked_at};
  }
  const auto same = [](const RevokedKey& given, const auto& found) { return given.key == found.second.key && given.counts == found.second.counts && given.said_at == found.first; };
  if (named != manifest().keys || !std::equal(manifest().revoked.begin(), manifest().revoked.end(), revoked.begin(), revoked.end(), same)) find(std::nullopt, "keys", "the manifest names other log keys than the entries do");
}

void Check::check_signatures(const Note& note) {
  const std::uint64_t size = manifest().checkpoint.size;
  const HeadSigner signer = report_.keys->signer_of(note, size);
  revoked_ = signer == HeadSigner::revoked_key;
  untrusted_ = signer == HeadSigner::nobody_known;
  const bool wrong_key = signer == HeadSigner::retired_key || signer == HeadSigner::later_key || signer == HeadSigner::false_signature;
  if (wrong_key) find(std::nullopt, "signature", "the checkpoint " + report_.keys->describe(note, size));
  if (revoked_) report_.remarks.push_back("the checkpoint " + report_.keys->describe(note, size));
  std::vector<PublicKey> known = options_.witnesses;
  for (const PublicKey& key : report_.keys->public_keys()) known.push_back(key);
  report_.signatures = acta::check_signatures(note, known);
  for (const CheckedSignature& one : report_.signatures)
    if (one.state == SignatureState::fails && one.name != manifest().origin) find(std::nullopt, "signature", "the cosignature of " + one.name + " does not hold");
}

void Check::check_trust() {
  if (!options_.key) return;
  const KeyTrust trust = report_.keys->trust(*options_.key, manifest().checkpoint.size);
  untrusted_ |= trust == KeyTrust::unknown_key;
  revoked_ |= trust == KeyTrust::revoked_key;
  if (trust == KeyTrust::revoked_key) report_.remarks.emplace_back("the key you trust, or one that follows from it, was revoked from before it named the next: ask for the key in force, from somebody you trust");
}

Result<void> Check::check_place(std::uint64_t position, const Bytes& stored) {
  const auto at = static_cast<std::size_t>(std::lower_bound(positions_.begin(), positions_.end(), position) - positions_.begin());
  ACTA_TRY(const ProofFile proof, parse_proof_file(text(heads + positions_.size() + at)));
  if (to_proof_file(position, proof.hashes, text(3)) != text(heads + positions_.size() + at)) return wrong("its proof is of another index or under another checkpoint");
  const Checkpoint& head = manifest().checkpoint;
  if (!inclusion_holds(position, head.size, leaf_hash(stored), proof.hashes, head.root)) return wrong("these bytes are not in the ledger that the checkpoint signs");
  return {};
}

Result<void> Check::check_opening(const Entry& entry) {
  ACTA_TRY(const Opening opening, read_ledger_opened(entry));
  const PublicKey key{.name = opening.origin, .type = 0x01, .bytes = opening.log_key};
  if (opening.origin != manifest().origin || opening.ledger != manifest().ledger) return wrong("it opens another ledger than the manifest names");
  if (manifest().keys.empty() || manifest().keys[0].first != key) return wrong("it names another log key than the manifest");
  report_.keys.emplace(key, opening.ledger);
  entry_schema_ = opening.ledger_schema;
  if (opening.demo) report_.remarks.emplace_back("sample ledger: its log key comes from a seed, so it is public and anybody can sign in its name");
  return {};
}

Result<void> Check::check_publication(const Entry& entry) {
  const bool schema = entry.type == "SchemaPublished";
  ACTA_TRY(const Publication published, schema ? read_schema_published(entry) : read_definition_published(entry));
  if (sha256(published.bytes) != published.digest) return wrong("what it publishes is not what its digest says");
  if (entry.position.value == entry_schema_at && published.digest != entry_schema_) return wrong("it is not the schema of entries that entry 0 names");
  heard_.published.emplace(published.digest, entry.position.value);
  return {};
}

// The first three entries are described by the schema that the last of them publishes.
Result<void> Check::check_published(const std::optional<Hash>& digest, const char* what, std::uint64_t before) {
  if (!digest) return {};
  const auto found = heard_.published.find(*digest);
  if (found == heard_.published.end() || found->second >= before) return wrong(std::string("its ") + what + " was not published before it");
  heard_.needed.insert(found->second);
  return {};
}

Result<void> Check::check_case(const Entry& entry) {
  const auto& cases = manifest().cases;
  const auto listed = std::any_of(cases.begin(), cases.end(), [&](const BundledCase& held) { return held.id == entry.case_id; });
  if (!manifest().range && !listed) return wrong("it belongs to no case that the manifest names");
  const bool known = heard_.cases.contains(*entry.case_id);
  const bool opens = entry.kind == Kind::event && entry.revision == 1u;
  if (manifest().range && !known && !opens) return heard_.begun_before.insert(*entry.case_id), Result<void>();
  if (heard_.begun_before.contains(*entry.case_id)) return {};
  ACTA_TRY(CaseState after, apply(heard_.cases[*entry.case_id], entry));
  heard_.cases[*entry.case_id] = std::move(after);
  return {};
}

Result<void> Check::check_content(const Entry& entry) {
  if (entry.recorded_at < heard_.recorded_at) return wrong("it was recorded before the entry in front of it");
  heard_.recorded_at = entry.recorded_at;
  const std::uint64_t position = entry.position.value;
  if (position == 0) ACTA_CHECK(check_opening(entry));
  const bool published = entry.kind == Kind::ledger && (entry.type == "SchemaPublished" || entry.type == "DefinitionPublished");
  if (published) ACTA_CHECK(check_publication(entry));
  const bool about_keys = concerns_log_keys(entry);
  if (about_keys && !report_.keys) return wrong("without entry 0 no log key follows");
  if (about_keys) ACTA_CHECK(take(*report_.keys, entry));
  if (about_keys) heard_.needed.insert(position);
  if (entry.kind == Kind::ledger && entry.type == rollback_type) {
    ACTA_TRY(const RollbackIncident incident, read_rollback_accepted(entry));
    report_.remarks.push_back(sentence_of(incident, entry.position));
  }
  const bool anchor = entry.kind == Kind::ledger && entry.type == anchored_type;
  if (anchor) ACTA_CHECK(check_anchor(entry));
  if (!anchor && manifest().anchors.contains(position)) return wrong("the manifest names it as a time stamp, and it is none");
  if (position >= beginning) ACTA_CHECK(check_published(entry.schema, "schema", position));
  if (position == control_schema_at && (!entry.schema || !heard_.published.contains(*entry.schema))) return wrong("it does not publish the schema that it names");
  if (!manifest().asked.contains(position)) return published || about_keys || manifest().anchors.contains(position) || position == 0 ? Result<void>() : wrong("it is no schema, definition, log key or time stamp, and not in the scope");
  ACTA_CHECK(check_published(entry.definition, "definition", position));
  if (!entry.case_id) return manifest().range ? Result<void>() : wrong("it belongs to no case");
  return check_case(entry);
}

// A receipt in the scope is held against the checkpoint beside it; one that the manifest names also against the signed head.
Result<void> Check::check_anchor(const Entry& entry) {
  if (!report_.keys) return wrong("without entry 0 no time stamp can be checked");
  ACTA_TRY(const Anchor anchor, read_anchor(entry, *report_.keys));
  if (!manifest().anchors.contains(entry.position.value)) return {};
  ACTA_CHECK(check_stamped(anchor));
  anchors_.push_back(anchor);
  if (!options_.time_stamps) return {};
  const auto trusted = options_.time_stamps->check(anchor.said.receipt, view(std::string_view(anchor.said.checkpoint)));
  if (trusted) return {};
  if (trusted.error().code != Code::foreign) return wrong(trusted.error().message);
  untrusted_ = true;
  report_.remarks.push_back("the time stamp at position " + std::to_string(entry.position.value) + ": " + trusted.error().message);
  return {};
}

Result<void> Check::check_stamped(const Anchor& anchor) {
  const auto first = std::distance(manifest().anchors.begin(), manifest().anchors.find(anchor.position.value));
  const std::size_t at = heads + 2 * positions_.size() + 3 * static_cast<std::size_t>(first);
  if (text(at) != anchor.said.checkpoint || ByteView(members_[at + 1].content).size() != anchor.said.receipt.size() || !std::equal(anchor.said.receipt.begin(), anchor.said.receipt.end(), members_[at + 1].content.begin()))
    return wrong("its checkpoint and receipt are not those of the entry");
  ACTA_TRY(const auto proof, parse_hash_lines(text(at + 2)));
  if (hash_lines(proof) != text(at + 2)) return wrong("its consistency proof is not lines of hashes");
  const Checkpoint& head = manifest().checkpoint;
  if (!consistency_holds(anchor.checkpoint.size, head.size, anchor.checkpoint.root, head.root, proof)) return wrong("what was stamped is not the beginning of the ledger that the checkpoint signs");
  return {};
}

void Check::check_entry(std::uint64_t position, const Bytes& stored) {
  if (const auto placed = check_place(position, stored); !placed) return find(position, "proof", placed.error().message);
  const auto entry = decode(stored);
  if (!entry) return find(position, "entry", entry.error().message);
  if (entry->position.value != position) return find(position, "entry", "it says that it is at position " + std::to_string(entry->position.value));
  if (const auto content = check_content(*entry); !content) find(position, "content", content.error().message);
}

void Check::check_entries() {
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    if (options_.progress) options_.progress(i, positions_.size());
    check_entry(positions_[i], members_[heads + i].content);
  }
}

void Check::check_range() {
  const BundledRange range = *manifest().range;
  bool whole = range.from < range.to && manifest().asked.size() == range.to - range.from && manifest().cases.empty() && !manifest().as_of;
  whole = whole && *manifest().asked.begin() == range.from && *manifest().asked.rbegin() == range.to - 1;
  if (!whole) find(std::nullopt, "scope", "the entries are not all of the range that the manifest names");
}

void Check::check_scope() {
  if (manifest().range) check_range();
  else if (manifest().cases.empty()) find(std::nullopt, "scope", "the manifest names neither a case nor a range");
  for (const BundledCase& held : manifest().cases) {
    const CaseState& state = heard_.cases[held.id];
    if (state.revision != held.revisions) find(std::nullopt, "scope", "of case " + to_text(held.id) + " " + std::to_string(state.revision) + " revisions are held, the manifest says " + std::to_string(held.revisions));
    if (manifest().as_of && state.effective_at > *manifest().as_of) find(std::nullopt, "scope", "case " + to_text(held.id) + " holds what happened later than the manifest says");
  }
  for (std::uint64_t at = 0; at < beginning; ++at) heard_.needed.insert(at);
  for (const std::uint64_t position : manifest().asked) heard_.needed.erase(position);
  if (heard_.needed != manifest().support) find(std::nullopt, "scope", "the supporting entries are not those that the others need");
}

void Check::remark() {
  if (!options_.key) report_.remarks.push_back("the signature was checked with the key that entry 0 names" + std::string(manifest().keys.size() > 1 ? " and those that follow from it" : "") + "; give the key you were handed (--key) to be sure of it");
  if (text(1) != bundle_verifier()) report_.remarks.emplace_back("verify.py is not the one that this version ships: take it from a source you trust before you run it");
  if (!anchors_.empty()) {
    const Anchor& first = anchors_.front();
    report_.remarks.push_back(std::to_string(anchors_.size()) + (anchors_.size() == 1 ? " time stamp covers" : " time stamps cover") + " entries here, the first over the ledger's first " + std::to_string(first.said.size) + ", of " + to_text(first.stamp.at));
    const std::string name = anchor_member(first.position.value);
    if (!options_.time_stamps) report_.remarks.push_back("who signed them was not checked: `openssl ts -verify -data " + name + ".checkpoint -in " + name + ".tsr -CAfile AUTHORITIES.pem` does it, or --timestamp-ca, with authorities had from somebody else than the bundle's maker");
  }
  if (!heard_.begun_before.empty()) report_.remarks.push_back(std::to_string(heard_.begun_before.size()) + " cases begin before the range: their states were not computed again");
  if (!manifest().cases.empty()) report_.remarks.emplace_back("not provable here: that a case has no later entry in the ledger (a range up to the signed size shows that), or left-out refusals and notices");
  report_.remarks.emplace_back("not provable here: when the bundle was made, what was never submitted, and that nobody was shown another ledger");
}

void Check::conclude() {
  if (!report_.findings.empty()) report_.verdict = Verdict::tampered;
  else if (untrusted_) report_.verdict = Verdict::untrusted_key;
  else if (revoked_) report_.verdict = Verdict::revoked_key;
}

Result<BundleReport> Check::run(ByteView archive) {
  TarWalk walk = walk_tar(archive);
  members_ = std::move(walk.members);
  if (!walk.fault.empty()) {
    find(std::nullopt, "archive", walk.fault);
    report_.verdict = walk.cut_short ? Verdict::incomplete : Verdict::tampered;
    return std::move(report_);
  }
  const bool readable = read_manifest() && check_names();
  if (unsupported_) return error(Code::newer, report_.findings.front().detail);
  if (readable) {
    check_sums();
    check_checkpoint();
    check_entries();
    if (report_.keys) check_keys();
    if (const auto note = parse_note(text(3)); note && report_.keys) check_signatures(*note);
    if (report_.keys) check_trust();
    check_scope();
    remark();
  }
  conclude();
  return std::move(report_);
}

}  // namespace

Result<BundleReport> check_bundle(ByteView archive, const BundleOptions& options) { return Check(options).run(archive); }

}  // namespace acta
