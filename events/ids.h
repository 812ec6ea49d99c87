#pragma once
// Ids are types, so that a person cannot be passed where a case is meant.

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "events/bytes.h"

namespace acta {

// 128 bits. Text form is that of RFC 9562: 8-4-4-4-12 lower-case hex.
template <class Tag>
struct Id {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Id&) const = default;
};

using EventId = Id<struct EventTag>;      // UUIDv7
using CaseId = Id<struct CaseTag>;        // UUIDv7
using PersonId = Id<struct PersonTag>;    // 128 random bits
using CommandId = Id<struct CommandTag>;  // from ledger id, person and idempotency key
using LedgerId = Id<struct LedgerTag>;    // 128 random bits
using AnyId = Id<struct AnyTag>;          // inside a Value

std::string uuid_text(const std::array<std::uint8_t, 16>& bytes);
Result<std::array<std::uint8_t, 16>> parse_uuid(std::string_view text);  // with or without hyphens; else invalid

template <class Tag>
std::string to_text(const Id<Tag>& id) { return uuid_text(id.bytes); }

template <class Tag>
ByteView view(const Id<Tag>& id) { return ByteView(id.bytes); }

template <class To, class Tag>
To id_cast(const Id<Tag>& id) { return To{id.bytes}; }

struct Hash {  // SHA-256
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Hash&) const = default;
};
inline ByteView view(const Hash& hash) { return ByteView(hash.bytes); }
std::string to_text(const Hash& hash);  // 64 hex digits

// What a person is called outside the ledger: 1 to 64 characters A-Z a-z 0-9 . _ -
bool is_handle(std::string_view text);

struct Position {  // leaf index in the ledger, from 0, no gaps
  std::uint64_t value = 0;
  auto operator<=>(const Position&) const = default;
};
inline Position next(Position p) { return Position{p.value + 1}; }

using Revision = std::uint32_t;  // of a case; the opening event is 1

}  // namespace acta

template <class Tag>
struct std::hash<acta::Id<Tag>> {
  // Ids are random or end in random bits: the last eight bytes are hash enough.
  std::size_t operator()(const acta::Id<Tag>& id) const noexcept {
    std::size_t value = 0;
    for (std::size_t i = 8; i < 16; ++i) value = value << 8 | id.bytes[i];
    return value;
  }
};
