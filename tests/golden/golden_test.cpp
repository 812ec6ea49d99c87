#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "engine/case_state.h"
#include "engine/ledger/tree.h"
#include "engine/privacy/box.h"
#include "tests/golden/golden_files.h"

using namespace acta;
using namespace acta::golden;

namespace {

const Files& committed() {
  static const Files files = read_folder(ACTA_SOURCE_DIR "/tests/golden/format-1");
  return files;
}

nlohmann::json json_in(const std::string& path) { return nlohmann::json::parse(text_view(committed().at(path))); }

Entry entry_at(std::size_t position) {
  auto entry = decode(entries_in(committed()).at(position));
  REQUIRE(entry);
  return *entry;
}

}  // namespace

TEST_CASE("golden: today's append call writes the committed bytes, file by file") {
  const Files written = write_through_ledger(sources_in(committed()));
  REQUIRE(written.size() == committed().size());
  for (const auto& [path, content] : committed()) {
    CAPTURE(path);
    REQUIRE(written.contains(path));
    CHECK(written.at(path) == content);
  }
}

TEST_CASE("golden: every entry decodes, and encodes to the bytes that are stored") {
  for (const Bytes& stored : entries_in(committed())) {
    const auto entry = decode(stored);
    REQUIRE(entry);
    const auto again = encode(*entry);
    REQUIRE(again);
    CHECK(*again == stored);
  }
}

TEST_CASE("golden: effects alone replay to the recorded state digests") {
  std::map<CaseId, CaseState> states;
  for (const auto& expected : json_in("states.json")) {
    const Entry entry = entry_at(expected.at("position"));
    const auto after = apply(states[*entry.case_id], entry);
    REQUIRE(after);
    states[*entry.case_id] = *after;
    CHECK(to_text(state_digest(*after)) == expected.at("state"));
    CHECK(to_text(after->id) == expected.at("case"));
    CHECK(after->revision == expected.at("revision"));
  }
  CHECK(states.size() == 2);
}

TEST_CASE("golden: the signed checkpoint holds over the committed entries") {
  const auto key = parse_vkey(json_in("known.json").at("vkey").get<std::string>());
  REQUIRE(key);
  const auto checkpoint = open_checkpoint(text_view(committed().at("checkpoint")), {*key});
  REQUIRE(checkpoint);
  RightEdge edge;
  for (const Bytes& stored : entries_in(committed())) edge.append(leaf_hash(stored));
  CHECK(checkpoint->size == edge.size);
  CHECK(checkpoint->root == edge.root());
}

TEST_CASE("golden: the sealed box opens under its key, and under no other") {
  const Entry entry = entry_at(5);
  REQUIRE(entry.sealed.size() == 1);
  const auto bytes = from_hex(json_in("known.json").at("box_key").get<std::string>());
  REQUIRE(bytes);
  PersonKey key;
  std::copy(bytes->begin(), bytes->end(), key.key.begin());
  const BoxContext context{.origin = origin, .event_id = entry.event_id, .type = entry.type, .version = entry.version};
  const auto opened = open_box(entry.sealed[0], key, context);
  REQUIRE(opened);
  CHECK(text_view(*opened).find("Ada Invented") != std::string_view::npos);
  key.key[0] ^= 1;
  CHECK(open_box(entry.sealed[0], key, context).error().code == Code::damaged);
}

TEST_CASE("golden: the ledger holds every kind of entry, a two-case command and both endings") {
  std::map<Kind, int> kinds;
  for (std::size_t at = 0; at < entries_in(committed()).size(); ++at) ++kinds[entry_at(at).kind];
  CHECK(kinds == std::map<Kind, int>{{Kind::event, 8}, {Kind::refusal, 1}, {Kind::notice, 1}, {Kind::ledger, 6}});
  const Entry one = entry_at(11), two = entry_at(12);
  CHECK(one.command->id == two.command->id);
  CHECK(one.case_id != two.case_id);
  CHECK(two.command->index == 1);
  CHECK(two.command->count == 2);
}
