#pragma once
// A ledger of its own with a process of two steps, for tests of the path below the engine.

#include <doctest/doctest.h>

#include "engine/sequencer.h"
#include "events/sha256.h"
#include "tests/engine/scratch.h"

namespace acta {

inline constexpr std::string_view two_steps = R"(acta: 1
process: two_steps
title: Two steps
reference: TWO
roles: [clerk, checker]
opens:
  ReminderSent: {to: open, by: [clerk]}
distinct_persons:
  eyes: {open: [ReminderSent], close: [ClockConfirmed]}
stages: {open: open, done: done}
initial: open
states:
  open: {on: {ClockConfirmed: {to: done, by: [clerk, checker]}}}
  done: {closed: true}
)";

struct SmallLedger {
  Scratch scratch;
  RefusingDisk disk;
  SimulatedClock clock{Instant{1'700'000'000'000'000}};
  std::unique_ptr<Randomness> randomness = seeded_randomness(11);
  std::shared_ptr<const Catalogue> catalogue = control_catalogue();
  std::shared_ptr<const Definition> definition = parsed();
  std::unique_ptr<Ledger> ledger = opened(true);
  std::optional<Error> stopped_by;
  std::function<Result<void>()> may_write = [] { return Result<void>(); };
  std::size_t queue_max = 10'000, batch_entries_max = 1'000;
  std::uint64_t look_back_max = refusal_look_back_max;
  Measures measures;
  std::unique_ptr<Sequencer> sequencer;

  ~SmallLedger() { sequencer.reset(); }

  static std::shared_ptr<const Catalogue> control_catalogue() {
    std::vector<Bytes> schemas;
    for (const ShippedSchema& schema : shipped_schemas()) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
    auto made = Catalogue::from(std::move(schemas));
    REQUIRE(made);
    return *made;
  }
  std::shared_ptr<const Definition> parsed() const {
    auto made = Definition::parse(view(two_steps), "two_steps", *catalogue);
    if (!made) {
      for (const FieldError& fault : made.error().fields) MESSAGE(fault.pointer << " " << fault.detail);
    }
    REQUIRE(made);
    return *made;
  }
  std::unique_ptr<Ledger> opened(bool create) {
    auto made = Ledger::open({.folder = scratch / "ledger", .env = &disk, .create = create});
    REQUIRE(made);
    return std::move(*made);
  }

  Sequencer& start() {
    sequencer = std::make_unique<Sequencer>(SequencerOptions{
        .ledger = ledger.get(),
        .clock = &clock,
        .randomness = randomness.get(),
        .catalogue = catalogue.get(),
        .measures = &measures,
        .queue_max = queue_max,
        .batch_entries_max = batch_entries_max,
        .look_back_max = look_back_max,
        .definition = [this](const Hash& hash) { return hash == definition->hash() ? definition : nullptr; },
        .opened_by = [this](std::string_view type) { return definition->opens_with(type) ? definition : nullptr; },
        .may_write = [this] { return may_write(); },
        .fail_stop = [this](const Error& why) { stopped_by = why; },
    });
    return *sequencer;
  }

  static PersonId person(std::uint8_t number) {
    PersonId id;
    id.bytes[0] = number;
    return id;
  }

  // A command under `key`; its body digest is that of `body`.
  Command command(std::string_view type, std::uint8_t who, std::string_view key, std::string_view body = "body") const {
    const EventType* found = catalogue->find(type);
    REQUIRE(found != nullptr);
    Command made;
    made.type = found;
    made.role = "clerk";
    made.body = sha256(view(body));
    const Hash id = sha256(view(key));
    std::copy_n(id.bytes.begin(), 16, made.id.bytes.begin());
    made.entry.kind = Kind::event;
    made.entry.type = found->name;
    made.entry.schema = found->schema;
    made.entry.event_id = EventId{made.id.bytes};
    made.entry.actor = Actor{.person = person(who), .role = "clerk", .on_behalf_of = {}, .delegation = {}, .proof = Proof::claimed};
    made.entry.retention = found->retention;
    return made;
  }
  Command opening(std::uint8_t who, std::string_view key, std::string_view body = "body") const { return command("ReminderSent", who, key, body); }
  Command closing(const CaseId& id, std::uint8_t who, std::string_view key, std::string_view body = "body") const {
    Command made = command("ClockConfirmed", who, key, body);
    made.case_id = id;
    return made;
  }
  Result<Recorded> record(Command made) const { return sequencer->submit(std::move(made)).get(); }
};

}  // namespace acta
