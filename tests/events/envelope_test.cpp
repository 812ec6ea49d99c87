#include <doctest/doctest.h>

#include "events/envelope.h"
#include "events/kind_of.h"
#include "events/value.h"

using namespace acta;

namespace {

// An entry with something in every place.
Entry full_entry() {
  Entry entry;
  entry.kind = Kind::event;
  entry.mark = Mark::synthetic;
  entry.position = Position{7};
  entry.event_id.bytes.fill(1);
  entry.case_id = CaseId{};
  entry.revision = 3;
  entry.type = "FeePaid";
  entry.version = 2;
  entry.schema = Hash{};
  entry.occurred_at = Instant{-5};
  entry.precision = Precision::month;
  entry.recorded_at = Instant{1'700'000'000'000'000};
  entry.actor = Actor{.person = PersonId{}, .role = "cashier", .on_behalf_of = PersonId{}, .delegation = Position{2}, .proof = Proof::claimed};
  entry.definition = Hash{};
  entry.cause = Position{6};
  entry.correlation = EventId{};
  entry.command = CommandRef{.id = CommandId{}, .body = Hash{}, .index = 1, .count = 2};
  entry.reason = "late";
  entry.evidence = {Evidence{.digest = Hash{}, .size = 10, .media_type = "application/pdf", .category = "invoice", .held = true}};
  entry.retention = "financial";
  entry.source = Hash{};
  entry.target = Position{5};
  entry.payload = {1, 2, 3, 4, 5};
  entry.facts = {Fact{.name = "rate", .value = list({number(1), text("x")}), .position = Position{4}}};
  entry.effect = Effect{};
  entry.effect->configuration = {"paid"};
  entry.effect->data = {Change{.name = "amount", .value = Value{Money{5, "EUR"}}}, Change{.name = "gone", .value = {}}};
  entry.effect->clocks = {ClockChange{.name = "payment", .state = ClockState::paused, .due_at = Instant{1}, .left = 2, .calendar = Position{3}}};
  entry.effect->totals = {Total{.case_id = CaseId{}, .name = "paid", .delta = -7}};
  entry.effect->state = Hash{};
  entry.sealed = {Box{.person = PersonId{}, .retention = "case", .epoch = 1, .commitment = Hash{}, .nonce = Bytes(24, 9), .bytes = Bytes(80, 8)}};
  entry.trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  entry.invented = {"occurred_at"};
  return entry;
}

}  // namespace

TEST_CASE("envelope: an entry decodes to what was encoded, and encodes to the same bytes again") {
  const Entry entry = full_entry();
  const auto bytes = encode(entry);
  REQUIRE(bytes);
  CHECK(text_view(*bytes).substr(4, 4) == "ACT1");
  const auto decoded = decode(*bytes);
  REQUIRE(decoded);
  CHECK(*decoded == entry);
  CHECK(*encode(*decoded) == *bytes);
}

TEST_CASE("envelope: the kind is read without the rest, and from altered bytes without a crash") {
  Entry entry = full_entry();
  for (const Kind kind : {Kind::event, Kind::refusal, Kind::notice, Kind::ledger}) {
    entry.kind = kind;
    const Bytes bytes = *encode(entry);
    CHECK(kind_of(bytes) == kind);
    for (std::size_t size = 0; size < 8; ++size) CHECK(kind_of(ByteView(bytes).first(size)) == Kind::unset);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      Bytes altered = bytes;
      altered[at] ^= 0xff;
      const auto whole = decode(altered);
      if (whole) CHECK(kind_of(altered) == whole->kind);
      else CHECK(kind_of(altered) <= Kind::ledger);
    }
  }
  CHECK(kind_of({}) == Kind::unset);
}

TEST_CASE("envelope: what is absent stays absent") {
  Entry entry;
  entry.kind = Kind::ledger;
  entry.type = "LedgerOpened";
  const auto decoded = decode(*encode(entry));
  REQUIRE(decoded);
  CHECK(*decoded == entry);
  CHECK_FALSE(decoded->case_id);
  CHECK_FALSE(decoded->command);
}

TEST_CASE("envelope: an entry too long for a bundle is refused, naming its type") {
  Entry entry = full_entry();
  entry.payload = Bytes(entry_bytes_max, 1);
  const auto bytes = encode(entry);
  REQUIRE_FALSE(bytes);
  CHECK(bytes.error().code == Code::too_large);
  CHECK(bytes.error().message.find("FeePaid") != std::string::npos);
}

TEST_CASE("envelope: a payload lies at a multiple of eight, so that it can be read in place") {
  for (std::size_t size = 1; size <= 40; ++size) {
    Entry entry = full_entry();
    entry.payload = Bytes(size, 0xAB);
    const Bytes bytes = *encode(entry);
    CHECK(text_view(bytes).find(std::string(size, '\xAB')) % 8 == 0);
  }
}

TEST_CASE("envelope: cut or altered bytes never crash the reader, and cut ones are damaged") {
  const Bytes bytes = *encode(full_entry());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = decode(ByteView(bytes).first(size));
    if (size + 8 < bytes.size()) CHECK_FALSE(cut);
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes altered = bytes;
    for (const unsigned mask : {0x01u, 0x80u, 0xffu}) {
      altered[at] = static_cast<std::uint8_t>(bytes[at] ^ mask);
      const auto read = decode(altered);
      if (!read) CHECK(read.error().code == Code::damaged);
    }
  }
  CHECK_FALSE(decode(Bytes(entry_bytes_max + 1, 0)));
}
