#include "engine/privacy/digest.h"

#include <doctest/doctest.h>

#include <numeric>

using namespace acta;

namespace {

template <class To>
To counting_from(std::uint8_t first) {
  To id;
  std::iota(id.bytes.begin(), id.bytes.end(), first);
  return id;
}

}  // namespace

TEST_CASE("digest: a command id is made of ledger, person and key as docs/FORMAT.md says") {
  const CommandId id = command_id(counting_from<LedgerId>(0), counting_from<PersonId>(16), "key-1");
  CHECK(to_hex(view(id)) == "e5f8e8a14a213e66642f47e8bffbd2b8");  // computed with Python's hashlib
}

TEST_CASE("digest: ledger, person and key each make another command") {
  const LedgerId ledger = counting_from<LedgerId>(0);
  const PersonId person = counting_from<PersonId>(16);
  const CommandId id = command_id(ledger, person, "key-1");
  CHECK(command_id(counting_from<LedgerId>(1), person, "key-1") != id);
  CHECK(command_id(ledger, counting_from<PersonId>(17), "key-1") != id);
  CHECK(command_id(ledger, person, "key-2") != id);
}

TEST_CASE("digest: somebody unnamed is the same person on every attempt, and another in each field, command and ledger") {
  const Key secret{1};
  const CommandId command = counting_from<CommandId>(0);
  const PersonId person = unnamed_person(secret, command, "subject");
  CHECK(unnamed_person(secret, command, "subject") == person);
  CHECK(unnamed_person(secret, command, "contact") != person);
  CHECK(unnamed_person(secret, counting_from<CommandId>(1), "subject") != person);
  CHECK(unnamed_person(Key{2}, command, "subject") != person);
}
