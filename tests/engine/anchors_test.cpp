#include <fstream>

#include "engine/anchor/anchors.h"
#include "engine/bundle/bundle.h"
#include "engine/bundle/check_bundle.h"
#include "engine/bundle/tar.h"
#include "engine/folders.h"
#include "engine/ledger/verify.h"
#include "tests/engine/installation.h"
#include "tests/engine/ledger/told_ledger.h"
#include "tests/engine/time_stamp_authority.h"

using namespace acta;

namespace {

struct AnchoredHouse : Installation {
  TimeStampAuthority ours{"Ours"};
  std::string authorities = scratch / "authorities.pem";
  AnchoredHouse() {
    std::ofstream(authorities) << ours.authorities();
    create();
  }
  TimeStampTrust trust() const { return *TimeStampTrust::load(authorities); }
  Result<GrantedReceipt> stamp(const std::string& note) const {
    const auto query = TimeStampQuery::make(note, "", *system_randomness());
    return query->judge(ours.answer(query->body()), trust());
  }
  Position anchor() const {
    const auto receipt = stamp(*engine->checkpoint());
    REQUIRE_MESSAGE(receipt, receipt.error().message);
    const auto position = engine->record_anchor(*receipt);
    REQUIRE_MESSAGE(position, position.error().message);
    return *position;
  }
  // Any entry will do: a key that is made ready for nothing leaves none, a rotation does.
  void record() const { REQUIRE(engine->rotate_log_key({.actor = "ada", .role = "administrator"}, {})); }
  std::uint64_t size() const { return engine->ledger().head().size; }
  VerifyReport check(std::optional<TimeStampTrust> who = {}) const {
    auto report = verify({.folder = ledger_folder(folders), .head_file = folders.head, .data_name = "test", .env = nullptr, .key = {}, .time_stamps = std::move(who), .progress = {}});
    if (!report) FAIL(report.error().message);
    return *std::move(report);
  }
  std::string bundle(std::uint64_t from, std::uint64_t to) const {
    auto pieces = make_bundle(*engine, {.scope = {.cases = {}, .range = BundledRange{from, to}, .as_of = {}}, .note = *engine->checkpoint(), .made = clock.now()});
    REQUIRE_MESSAGE(pieces, pieces.error().message);
    std::string archive;
    while (auto piece = (*pieces)()) archive += *piece;
    return archive;
  }
};

BundleReport checked(const std::string& archive) {
  auto report = check_bundle(view(std::string_view(archive)), {.key = {}, .witnesses = {}, .time_stamps = {}, .progress = {}});
  REQUIRE(report);
  return *std::move(report);
}

std::string told(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) out += (finding.position ? std::to_string(finding.position->value) + " " : "") + finding.what + ": " + finding.detail + "\n";
  return out;
}

// Made again after `change`, with digests that fit.
std::string altered(const std::string& archive, const std::function<void(TarMember&)>& change) {
  std::string out, sums;
  for (TarMember member : walk_tar(view(std::string_view(archive))).members) {
    if (member.name == "SHA256SUMS") continue;
    change(member);
    out += tar_member(member.name, member.content);
    sums += to_text(sha256(member.content)) + "  " + member.name + "\n";
  }
  return out + tar_member("SHA256SUMS", view(std::string_view(sums))) + tar_end();
}

// A ledger of an administrator who holds its key, told anew with a time stamp of his own making in it.
struct ToldAnchor : ToldLedger {
  TimeStampAuthority ours{"Ours"};
  ToldAnchor() {
    std::vector<Bytes> schemas;
    for (const auto* all : {&shipped_schemas(), &shipped_control_schemas()})
      for (const ShippedSchema& schema : *all) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
    catalogue = *Catalogue::from(std::move(schemas));
    for (const ShippedSchema& schema : shipped_control_schemas())
      if (schema.name == "control/time_stamps") add(schema_published(*catalogue, schema, Position{size()}));
  }
  void add(Entry entry) {
    place(entry, size());
    append({std::move(entry)});
  }
  std::string note() const { return sign_checkpoint({.origin = std::string(told_origin), .size = ledger->head().size, .root = ledger->head().root}, *key); }
  Anchoring over(const std::string& checkpoint) const {
    const auto query = TimeStampQuery::make(checkpoint, "", *system_randomness());
    const Bytes receipt = bytes_of(ours.answer(query->body()));
    return {.size = ledger->head().size, .stamped_at = read_receipt(receipt)->at, .checkpoint = checkpoint, .receipt = receipt, .previous = {}};
  }
  VerifyReport verified(const Anchoring& said) {
    add(checkpoint_anchored(*catalogue, said, Position{size()}));
    stop();
    return check();
  }
};

}  // namespace

TEST_CASE("anchors: a receipt becomes an entry that says what was stamped, and everything before it is covered") {
  AnchoredHouse house;
  CHECK(house.engine->unanchored().entries == house.size());
  const std::uint64_t covered = house.size();
  const Position first = house.anchor();
  CHECK(first.value == covered + 1);                       // behind the schema that it brings
  const auto anchor = anchor_at(house.engine->ledger(), house.engine->log_keys(), first);
  REQUIRE_MESSAGE(anchor, anchor.error().message);
  CHECK(anchor->said.size == covered);
  CHECK(anchor->stamp.signer == "CN=Ours signer");
  CHECK(house.trust().check(anchor->said.receipt, view(std::string_view(anchor->said.checkpoint))));
  CHECK(*first_anchor_over(house.engine->ledger(), Position{0}) == first);
  CHECK(first_anchor_over(house.engine->ledger(), Position{covered}).error().code == Code::not_found);
  house.stop();
  const auto report = house.check(house.trust());
  CHECK_MESSAGE(report.verdict == Verdict::sound, told(report.findings));
  CHECK(report.time_stamps == 1);
}

TEST_CASE("anchors: the entry that records a time stamp is no reason for the next") {
  AnchoredHouse house;
  house.anchor();
  CHECK(house.engine->unanchored().entries == 0);          // neither it nor the schema before it
  REQUIRE(house.engine->checkpoint());
  CHECK(house.engine->unanchored().entries == 0);
  house.record();
  const auto left = house.engine->unanchored();
  CHECK(left.entries == 2);                                // a schema and the rotation
  house.clock.pass(5'000'000);
  CHECK(house.engine->unanchored().oldest_micros == 5'000'000);
  const Position second = house.anchor();
  CHECK(house.engine->unanchored().entries == 0);
  CHECK(house.reopen().unanchored().entries == 0);
  CHECK(newest_anchor(house.engine->ledger()) == second);
}

TEST_CASE("anchors: what was recorded while the server was asked is not covered, and counts") {
  AnchoredHouse house;
  const auto receipt = house.stamp(*house.engine->checkpoint());
  const std::uint64_t covered = house.size();
  house.record();
  const auto position = house.engine->record_anchor(*receipt);
  REQUIRE(position);
  const Unanchored left = unanchored(house.engine->ledger());
  CHECK(left.covered == covered);
  CHECK(left.entries == 2);
  CHECK(left.oldest == Position{covered});
}

TEST_CASE("anchors: a time stamp over no more than is covered, or over another ledger, is not recorded") {
  AnchoredHouse house, other;
  const auto receipt = house.stamp(*house.engine->checkpoint());
  REQUIRE(house.engine->record_anchor(*receipt));
  const std::uint64_t size = house.size();
  CHECK(house.engine->record_anchor(*receipt).error().code == Code::stale);
  CHECK(house.engine->record_anchor(*house.stamp(*other.engine->checkpoint())).error().code == Code::damaged);
  CHECK(house.engine->record_anchor(*house.stamp("hello\n")).error().code == Code::malformed);
  CHECK(house.size() == size);
}

TEST_CASE("anchors: each names the one before it, and the first that covers an entry is found") {
  AnchoredHouse house;
  std::vector<Position> anchors;
  for (int i = 0; i < 4; ++i) {
    house.record();
    anchors.push_back(house.anchor());
  }
  std::vector<Position> walked;
  REQUIRE(walk_anchors(house.engine->ledger(), newest_anchor(house.engine->ledger()), [&](Position at, const Anchoring&) { return walked.push_back(at), true; }));
  std::reverse(walked.begin(), walked.end());
  CHECK(walked == anchors);
  for (std::size_t i = 0; i + 1 < anchors.size(); ++i) CHECK(*first_anchor_over(house.engine->ledger(), anchors[i]) == anchors[i + 1]);
  house.stop();
  CHECK(house.check(house.trust()).verdict == Verdict::sound);
}

TEST_CASE("verify: a time stamp that was forged into the ledger is found, with its position") {
  const std::tuple<const char*, const char*, std::function<void(ToldAnchor&, Anchoring&)>> forgeries[] = {
      {"a receipt over another checkpoint", "over another checkpoint", [](ToldAnchor& told, Anchoring& said) { said.receipt = told.over(told.note() + "x").receipt; }},
      {"no receipt", "no answer of a time-stamp server", [](ToldAnchor&, Anchoring& said) { said.receipt = bytes_of("hello"); }},
      {"another time", "another time", [](ToldAnchor&, Anchoring& said) { said.stamped_at.micros -= 86'400'000'000; }},
      {"another size", "another number of entries", [](ToldAnchor&, Anchoring& said) { said.size -= 1; }},
      {"a root that is not the ledger's", "are not those that were stamped", [](ToldAnchor& told, Anchoring& said) { said = told.over(sign_checkpoint({.origin = std::string(told_origin), .size = said.size, .root = leaf_hash({})}, *told.key)); }},
      {"a checkpoint that somebody else signed", "not this ledger's", [](ToldAnchor& told, Anchoring& said) { said = told.over(sign_checkpoint({.origin = std::string(told_origin), .size = said.size, .root = told.ledger->head().root}, *told_key(9))); }},
      {"a checkpoint of entries to come", "more than stand before it", [](ToldAnchor& told, Anchoring& said) { said = told.over(sign_checkpoint({.origin = std::string(told_origin), .size = said.size + 5, .root = told.ledger->head().root}, *told.key)), said.size += 5; }},
      {"one before it that is none", "names another time stamp before it", [](ToldAnchor&, Anchoring& said) { said.previous = Position{2}; }}};
  for (const auto& [name, why, forge] : forgeries) {
    CAPTURE(name);
    ToldAnchor told;
    Anchoring said = told.over(told.note());
    forge(told, said);
    const std::uint64_t at = told.size();
    const VerifyReport report = told.verified(said);
    CHECK(report.verdict == Verdict::tampered);
    CHECK_MESSAGE(tells(report, "time stamp", at), ::told(report.findings));
    CHECK_MESSAGE(::told(report.findings).find(why) != std::string::npos, ::told(report.findings));
  }
  ToldAnchor honest;
  const VerifyReport report = honest.verified(honest.over(honest.note()));
  CHECK_MESSAGE(report.verdict == Verdict::sound, ::told(report.findings));
}

TEST_CASE("verify: a time stamp by nobody trusted is told apart from one that does not hold") {
  AnchoredHouse house;
  const Position at = house.anchor();
  house.stop();
  const TimeStampAuthority theirs("Theirs");
  std::ofstream(house.scratch / "theirs.pem") << theirs.authorities();
  const auto report = house.check(*TimeStampTrust::load(house.scratch / "theirs.pem"));
  CHECK(report.verdict == Verdict::untrusted_key);
  CHECK(tells(report, "time stamp", at.value));
  const auto unasked = house.check();
  CHECK(unasked.verdict == Verdict::sound);
  CHECK(std::any_of(unasked.remarks.begin(), unasked.remarks.end(), [](const std::string& remark) { return remark.find("was not checked") != std::string::npos; }));
}

TEST_CASE("bundle: the first receipt that covers each entry comes with it, as others' tools read it") {
  AnchoredHouse house;
  std::vector<Position> anchors;
  for (int i = 0; i < 3; ++i) {
    house.record();
    anchors.push_back(house.anchor());
  }
  const auto whole = checked(house.bundle(0, house.size()));
  CHECK_MESSAGE(whole.verdict == Verdict::sound, told(whole.findings));
  CHECK(whole.manifest->anchors == std::set<std::uint64_t>{anchors[0].value, anchors[1].value, anchors[2].value});
  const auto early = checked(house.bundle(3, 5));
  CHECK_MESSAGE(early.verdict == Verdict::sound, told(early.findings));
  CHECK(early.manifest->anchors == std::set<std::uint64_t>{anchors[0].value});
  const auto newest = checked(house.bundle(anchors[2].value, house.size()));
  CHECK(newest.manifest->anchors.empty());                 // nothing covers it yet
  CHECK(to_text(*newest.manifest).starts_with("acta-bundle@v2"));
  CHECK(to_text(*early.manifest).starts_with("acta-bundle@v3"));
}

TEST_CASE("bundle: receipts, checkpoints and proofs that were exchanged in it are found") {
  AnchoredHouse house;
  const Position at = house.anchor();
  const std::string sound = house.bundle(3, 5), name = "anchors/" + std::to_string(at.value);
  REQUIRE(checked(altered(sound, [](TarMember&) {})).verdict == Verdict::sound);
  for (const std::string part : {".checkpoint", ".tsr", ".consistency"}) {
    CAPTURE(part);
    const auto found = checked(altered(sound, [&](TarMember& member) {
      if (member.name == name + part) member.content.at(member.content.size() / 2) ^= 1;
    }));
    CHECK(found.verdict == Verdict::tampered);
    CHECK_MESSAGE(told(found.findings).find(std::to_string(at.value) + " content: ") != std::string::npos, told(found.findings));
  }
  // Named as a time stamp, and none.
  const auto named = checked(altered(sound, [&](TarMember& member) {
    if (member.name != "manifest") return;
    std::string text(text_view(member.content));
    const std::string line = "anchor " + std::to_string(at.value) + "\n";
    text.replace(text.find(line), line.size(), "anchor 4\n");
    member.content = bytes_of(text);
  }));
  CHECK(named.verdict == Verdict::tampered);
}
