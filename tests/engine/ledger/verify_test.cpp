// A hostile administrator with the database's own tools: every checksum of the files holds, and yet it is found.

#include "engine/ledger/verify.h"

#include <algorithm>

#include "engine/folders.h"
#include "engine/ledger/signer.h"
#include "tests/engine/ledger/raw_store.h"
#include "tests/engine/recording.h"

using namespace acta;

namespace {

struct Tampering : Recorder {
  CaseId id;
  Position opened, noted;

  // A case of one request and several notes, stopped.
  Tampering() {
    create();
    const Recorded first = recorded(request("k1"));
    id = first.case_id;
    opened = first.first;
    for (int i = 0; i < 4; ++i) noted = recorded(note(id, "n" + std::to_string(i))).first;
    stop();
  }

  VerifyReport check(std::optional<PublicKey> key = {}) const {
    auto report = verify({.folder = ledger_folder(folders), .head_file = folders.head, .data_name = "data", .key = std::move(key), .progress = {}});
    REQUIRE(report);
    return *std::move(report);
  }

  RawStore raw() const { return RawStore(ledger_folder(folders)); }
  Bytes get(Family family, ByteView key) const { return raw().get(family, key); }
  void put(Family family, ByteView key, ByteView value) const { raw().put(family, key, value); }
  void erase(Family family, ByteView key) const { raw().erase(family, key); }
  Bytes first_key(Family family) const { return raw().first_key(family); }
  void flip(Family family, ByteView key, std::size_t at) const { raw().flip(family, key, at); }
};

bool names(const VerifyReport& report, Position position) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) { return finding.position == position; });
}

bool tells(const VerifyReport& report, std::string_view what) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) { return finding.what == what; });
}

}  // namespace

TEST_CASE("verify: a ledger that nobody touched is sound") {
  const Tampering place;
  const VerifyReport report = place.check();
  CHECK(report.verdict == Verdict::sound);
  CHECK(report.findings.empty());
  CHECK(report.signed_size == report.size);
  CHECK(report.events == 5);
  CHECK_FALSE(report.remarks.empty());
}

TEST_CASE("verify: any altered byte of any entry is found at its position") {
  const Tampering place;
  const VerifyReport sound = place.check();
  for (std::uint64_t at = 0; at < sound.size; ++at) {
    const Bytes key = position_key(Position{at});
    const Bytes kept = place.get(Family::entries, key);
    for (const std::size_t byte : {std::size_t{0}, kept.size() / 2, kept.size() - 1}) {
      place.flip(Family::entries, key, byte);
      const VerifyReport report = place.check();
      CHECK(report.verdict == Verdict::tampered);
      CHECK(names(report, Position{at}));
      place.put(Family::entries, key, kept);
    }
  }
  CHECK(place.check().verdict == Verdict::sound);
}

TEST_CASE("verify: two bad entries are both named, and the ones between are not") {
  const Tampering place;
  place.flip(Family::entries, position_key(place.opened), 100);
  place.flip(Family::entries, position_key(place.noted), 100);
  const VerifyReport report = place.check();
  CHECK(names(report, place.opened));
  CHECK(names(report, place.noted));
  CHECK_FALSE(names(report, next(place.opened)));
}

TEST_CASE("verify: an entry that was deleted, put twice, or swapped with another is named") {
  const Tampering place;
  const Bytes first = position_key(place.opened), last = position_key(place.noted);
  const Bytes opened = place.get(Family::entries, first), noted = place.get(Family::entries, last);
  SUBCASE("deleted") { place.erase(Family::entries, first); }
  SUBCASE("put twice") { place.put(Family::entries, first, noted); }
  SUBCASE("swapped, with their leaf hashes") {
    const Bytes one = place.get(Family::leaves, first), other = place.get(Family::leaves, last);
    place.put(Family::entries, first, noted);
    place.put(Family::entries, last, opened);
    place.put(Family::leaves, first, other);
    place.put(Family::leaves, last, one);
    CHECK(names(place.check(), place.noted));
  }
  const VerifyReport report = place.check();
  CHECK(report.verdict == Verdict::tampered);
  CHECK(names(report, place.opened));
}

TEST_CASE("verify: a tail that was cut off is missed") {
  const Tampering place;
  place.erase(Family::entries, position_key(place.noted));
  place.erase(Family::leaves, position_key(place.noted));
  const VerifyReport report = place.check();
  CHECK(report.verdict == Verdict::tampered);
  CHECK(names(report, place.noted));
}

TEST_CASE("verify: what stands beside the entries must be what they give") {
  const Tampering place;
  SUBCASE("a leaf hash") { place.flip(Family::leaves, position_key(place.noted), 3); }
  SUBCASE("a missing leaf hash") { place.erase(Family::leaves, position_key(place.noted)); }
  SUBCASE("a case state") { place.flip(Family::states, view(place.id), 60); }
  SUBCASE("a missing case state") { place.erase(Family::states, view(place.id)); }
  SUBCASE("a state of nobody") { place.put(Family::states, Bytes(16, 7), place.get(Family::states, view(place.id))); }
  SUBCASE("a case index row") { place.erase(Family::cases, place.first_key(Family::cases)); }
  SUBCASE("a case index row too many") { place.put(Family::cases, case_key(place.id, 99, Position{1}), {}); }
  SUBCASE("a command row") { place.flip(Family::commands, place.first_key(Family::commands), 7); }
  SUBCASE("a missing command row") { place.erase(Family::commands, place.first_key(Family::commands)); }
  SUBCASE("a command row too many") { place.put(Family::commands, Bytes(16, 9), encode(SeenCommand{.first = Position{1}, .count = 1})); }
  SUBCASE("a register") { place.erase(Family::registers, place.first_key(Family::registers)); }
  SUBCASE("a register too many") { place.put(Family::registers, view(std::string_view("role/x/administrator")), Bytes{4, 1}); }
  SUBCASE("the tree state") { place.flip(Family::meta, view(tree_key), 20); }
  SUBCASE("a missing tree state") { place.erase(Family::meta, view(tree_key)); }
  SUBCASE("the checkpoint") { place.flip(Family::meta, view(checkpoint_key), 40); }
  SUBCASE("a tile too many") { place.put(Family::tiles, tile_key(0, 0), Bytes(256 * 32, 1)); }
  SUBCASE("a record of another kind") { place.put(Family::meta, view(std::string_view("note")), view(std::string_view("hello"))); }
  const VerifyReport report = place.check();
  CHECK(report.verdict != Verdict::sound);
  CHECK_FALSE(report.findings.empty());
}

TEST_CASE("verify: a tree built anew over altered entries has no signature") {
  const Tampering place;
  const Bytes key = position_key(place.noted);
  place.flip(Family::entries, key, 200);
  place.put(Family::leaves, key, view(leaf_hash(place.get(Family::entries, key))));
  RightEdge edge;
  for (std::uint64_t at = 0; at <= place.noted.value; ++at) edge.append(leaf_hash(place.get(Family::entries, position_key(Position{at}))));
  place.put(Family::meta, view(tree_key), encode(edge));
  const VerifyReport report = place.check();
  CHECK(report.verdict != Verdict::sound);
  CHECK(tells(report, "signature"));
}

TEST_CASE("verify: signed anew with another key it is a stranger's ledger") {
  const Tampering place;
  const SigningKey other("acta.example/test", {});
  const Bytes tree = place.get(Family::meta, view(tree_key));
  const auto edge = decode_right_edge(tree);
  REQUIRE(edge);
  const std::string note = sign_checkpoint({.origin = "acta.example/test", .size = edge->size, .root = edge->root()}, other);
  Bytes record;
  put_be64(record, edge->size);
  put(record, view(std::string_view(note)));
  place.put(Family::meta, view(checkpoint_key), record);
  CHECK(place.check().verdict != Verdict::sound);
  CHECK(place.check(other.public_key()).verdict == Verdict::untrusted_key);
}
