// One core or many, hashes alone or everything: what is said about a ledger rests on its bytes alone.

#include <atomic>

#include "engine/ledger/ahead.h"
#include "engine/ledger/stretch.h"
#include "engine/random.h"
#include "tests/engine/ledger/told_ledger.h"

using namespace acta;

namespace {

// Some stretches of entries, and a few more.
struct Long : ToldLedger {
  static constexpr std::uint64_t entries = 3 * stretch_entries + 77;
  Long() {
    tell(entries - genesis_entries, 40);
    stop();
  }
  VerifyReport hashes() const {
    VerifyOptions options = verifying(key->public_key());
    options.hashes_only = true;
    return check(options);
  }
  std::string told_by(unsigned cores, bool hashes_only) const {
    VerifyOptions options = verifying(key->public_key());
    options.cores = cores;
    options.hashes_only = hashes_only;
    return told(check(options));
  }
};

void flip(const RawStore& store, Family family, std::uint64_t position) { store.flip(family, position_key(Position{position}), 50); }

// Each leaves a ledger that is damaged in another way than the one before it left it.
const std::vector<std::pair<std::string, std::function<void(const RawStore&)>>> damages = {
    {"nothing", [](const RawStore&) {}},
    {"entries, also of two stretches side by side", [](const RawStore& store) { for (const std::uint64_t at : {5u, 1'023u, 1'024u, 3'000u}) flip(store, Family::entries, at); }},
    {"leaf hashes and tiles", [](const RawStore& store) { flip(store, Family::leaves, 700); store.flip(Family::tiles, tile_key(0, 3), 64); store.erase(Family::tiles, tile_key(0, 9)); }},
    {"states and indexes", [](const RawStore& store) { store.erase(Family::states, view(told_case(3))); store.erase(Family::cases, case_key(told_case(5), 2, Position{45})); store.put(Family::commands, Bytes(16, 7), Bytes(3, 1)); }},
    {"a stretch and more that is gone", [](const RawStore& store) { for (std::uint64_t at = 900; at < 2'500; ++at) store.erase(Family::entries, position_key(Position{at})); }},
    {"rows that are none, before, between and behind", [](const RawStore& store) {
       for (const Bytes& key : {Bytes{}, Bytes{0, 0, 0, 0, 0, 0, 8, 0, 1}, position_key(Position{1u << 20})})
         for (const Family family : {Family::entries, Family::leaves}) store.put(family, key, Bytes(32, 1));
     }},
    {"the tail", [](const RawStore& store) { for (std::uint64_t at = Long::entries - 90; at < Long::entries; ++at) store.erase(Family::entries, position_key(Position{at})); }},
};

}  // namespace

TEST_CASE("verify: on one core and on many the report is the same, of a sound ledger and of a damaged one") {
  const Long place;
  for (const auto& [what, damage] : damages) {
    damage(place.raw());
    for (const bool hashes_only : {false, true}) {
      const std::string alone = place.told_by(1, hashes_only);
      CHECK_MESSAGE(alone == place.told_by(2, hashes_only), what);
      CHECK_MESSAGE(alone == place.told_by(5, hashes_only), what);
    }
  }
}

TEST_CASE("verify: hashes alone are enough for every byte of every entry, and say what they are not enough for") {
  const Long place;
  const VerifyReport sound = place.hashes();
  CHECK(sound.verdict == Verdict::sound);
  CHECK(sound.size == Long::entries);
  CHECK(sound.signed_size == Long::entries);
  CHECK(sound.root == place.check().root);
  CHECK(sound.remarks.front().find("not what the entries say") != std::string::npos);
  SUBCASE("an entry") { flip(place.raw(), Family::entries, 1'500); }
  SUBCASE("an entry with its leaf hash") {
    const RawStore store = place.raw();
    flip(store, Family::entries, 1'500);
    store.put(Family::leaves, position_key(Position{1'500}), view(leaf_hash(store.get(Family::entries, position_key(Position{1'500})))));
  }
  SUBCASE("an entry that is gone") { place.raw().erase(Family::entries, position_key(Position{1'500})); }
  SUBCASE("a leaf hash") { flip(place.raw(), Family::leaves, 1'500); }
  SUBCASE("a leaf hash too many") { place.raw().put(Family::leaves, position_key(Position{9'999}), Bytes(32, 1)); }
  SUBCASE("a tile") { place.raw().flip(Family::tiles, tile_key(0, 5), 7'168); }
  SUBCASE("the tree state") { place.raw().flip(Family::meta, view(tree_key), 20); }
  SUBCASE("a checkpoint by another key") { place.sign_raw(place.raw(), SigningKey(std::string(told_origin), {9})); }
  CHECK(place.hashes().verdict == Verdict::tampered);
}

TEST_CASE("verify: what only a replay can show is left to the check of everything") {
  const Long place;
  place.raw().erase(Family::states, view(told_case(3)));
  CHECK(place.hashes().verdict == Verdict::sound);
  CHECK(place.check().verdict == Verdict::tampered);
}

TEST_CASE("verify: a size that nobody can count to costs no time") {
  const Long place;
  const RawStore store = place.raw();
  RightEdge edge = store.edge();
  edge.size = std::uint64_t{1} << 60 | 1;
  edge.peaks.resize(2);
  store.put(Family::meta, view(tree_key), encode(edge));
  store.put(Family::entries, position_key(Position{(std::uint64_t{1} << 60) - 5}), Bytes(32, 1));
  const VerifyReport report = place.check();
  CHECK(report.verdict == Verdict::tampered);
  CHECK(tells(report, "missing", Long::entries));
  CHECK(tells(report, "missing", (std::uint64_t{1} << 60) - 4));
}

TEST_CASE("ahead: things come in their order, each made once, however many make them") {
  for (const unsigned cores : {1u, 2u, 7u}) {
    std::atomic<int> made = 0;
    Ahead<std::uint64_t> numbers(1'000, cores, [&](std::uint64_t number) { return ++made, number; });
    for (std::uint64_t wanted = 0; wanted < 1'000; ++wanted) REQUIRE(numbers.next() == wanted);
    CHECK(numbers.done());
    CHECK(made == 1'000);
  }
}

TEST_CASE("ahead: no more is made than is near, and who stops early waits for no more than that") {
  std::atomic<std::uint64_t> made = 0;
  {
    Ahead<std::uint64_t> numbers(1'000'000, 3, [&](std::uint64_t number) { return ++made, number; });
    CHECK(numbers.next() == 0);
  }
  CHECK(made <= 1 + 2 * 3);
}

TEST_CASE("row sum: the same rows in another order are the same, others are not") {
  const auto randomness = seeded_randomness(5);
  const RowSumKey key(*randomness);
  const auto sum_of = [&](const std::vector<std::pair<Bytes, Bytes>>& rows) {
    RowSum sum;
    for (const auto& [name, value] : rows) sum.add(key, name, value);
    return sum;
  };
  const RowSum sum = sum_of({{{1}, {2, 3}}, {{4}, {}}});
  CHECK(sum == sum_of({{{4}, {}}, {{1}, {2, 3}}}));
  for (const auto& other : {sum_of({{{1}, {2, 3}}}), sum_of({{{1, 2}, {3}}, {{4}, {}}}), sum_of({{{1}, {2, 3}}, {{4}, {}}, {{4}, {}}}), sum_of({{{1}, {2, 3}}, {{5}, {}}})}) CHECK(sum != other);
  RowSum parts = sum_of({{{1}, {2, 3}}});
  parts.add(sum_of({{{4}, {}}}));
  CHECK(parts == sum);
}
