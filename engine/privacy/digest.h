#pragma once
// What names a command and what tells two requests apart. The body digest never leaves this installation's ledger and is
// keyed: without the command secret it says nothing, and once a person's key is erased it can confirm no guess.

#include "engine/command.h"
#include "engine/privacy/key_store.h"

namespace acta {

// docs/FORMAT.md "Commands".
CommandId command_id(const LedgerId& ledger, const PersonId& person, std::string_view key);

// HMAC under the command secret of, each length-prefixed: "acta-body-v1", method, path, role, case id (or empty), type,
// the public part of the data, occurred_at (8 bytes or empty), precision (one byte or empty), reason, correlation (or
// empty), evidence (each: digest or empty, size or empty, media type, category, held), then of each personal part its
// field and HMAC(person's key, plaintext). `personal` and `keys` run side by side. What may differ from one attempt to
// the next stays out: If-Match, trace.
Hash body_digest(const Key& command_secret, const Submission& submission, std::span<const PersonalPart> personal, std::span<const PersonKey> keys);

// The id of somebody a request speaks of without naming. Random to whoever has not the secret, the same on every
// attempt, so that a repeated request can be told from a changed one.
PersonId unnamed_person(const Key& command_secret, const CommandId& command, std::string_view of_field);

}  // namespace acta
