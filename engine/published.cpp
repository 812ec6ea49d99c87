#include "engine/published.h"

#include <algorithm>

#include "events/kind_of.h"
#include "events/sha256.h"
#include "events/value.h"

namespace acta {
namespace {

// The positions that registers of this prefix name, in ledger order.
std::vector<Position> positions_under(const Ledger& ledger, std::string_view prefix) {
  std::vector<Position> positions;
  for (const auto& [name, value] : ledger.registers()) {
    const auto* held = std::get_if<std::int64_t>(&value.held);
    if (name.starts_with(prefix) && held) positions.push_back(Position{static_cast<std::uint64_t>(*held)});
  }
  std::sort(positions.begin(), positions.end());
  return positions;
}

bool is_current(const Ledger& ledger, const Definition& definition) {
  const auto& registers = ledger.registers();
  const auto found = registers.find("definition/" + definition.process());
  return found != registers.end() && found->second == text(to_text(definition.hash()));
}

}  // namespace

std::shared_ptr<const Definition> Definitions::find(const Hash& hash) const {
  const auto found = by_hash.find(hash);
  return found == by_hash.end() ? nullptr : found->second;
}

std::shared_ptr<const Definition> Definitions::opened_by(std::string_view type) const {
  const auto found = std::find_if(current.begin(), current.end(), [&](const auto& definition) { return definition->opens_with(type); });
  return found == current.end() ? nullptr : *found;
}

bool Definitions::know_role(std::string_view role) const {
  return std::any_of(current.begin(), current.end(), [&](const auto& definition) { return definition->knows_role(role); });
}

Result<Opening> load_opening(const Ledger& ledger) {
  if (ledger.head().size == 0) return error(Code::damaged, "the ledger is empty: it never began");
  ACTA_TRY(const Entry first, ledger.read(Position{0}));
  return read_ledger_opened(first);
}

Result<LogKeys> load_log_keys(const Ledger& ledger, const Opening& opening) {
  LogKeys keys(PublicKey{.name = opening.origin, .type = 0x01, .bytes = opening.log_key}, opening.ledger);
  std::vector<Position> said = positions_under(ledger, log_key_register);
  const std::vector<Position> revoked = positions_under(ledger, log_key_revoked_register);
  said.insert(said.end(), revoked.begin(), revoked.end());
  std::sort(said.begin(), said.end());
  for (const Position position : said) {
    ACTA_TRY(const Entry entry, ledger.read(position));
    if (auto taken = take(keys, entry); !taken) return error(Code::damaged, "entry " + std::to_string(position.value) + ": " + taken.error().message);
  }
  return keys;
}

Result<std::vector<Position>> rollbacks_before(const Ledger& ledger, std::uint64_t size) {
  std::vector<Position> found;
  const auto schema = std::find_if(shipped_control_schemas().begin(), shipped_control_schemas().end(), [](const ShippedSchema& one) { return one.name == rollback_schema; });
  const auto published = ledger.reg("schema/" + to_text(sha256(schema->bytes)));
  const auto* first = published ? std::get_if<std::int64_t>(&published->held) : nullptr;
  if (first == nullptr || static_cast<std::uint64_t>(*first) >= size) return found;
  ACTA_CHECK(ledger.scan(Position{static_cast<std::uint64_t>(*first)}, Position{size}, [&](Position position, ByteView bytes) {
    const auto entry = kind_of(bytes) == Kind::ledger ? decode(bytes) : Result<Entry>(error(Code::not_found, ""));
    if (entry && entry->type == rollback_type) found.push_back(position);
    return true;
  }));
  return found;
}

bool is_published(const Ledger& ledger, const ShippedSchema& schema) { return ledger.reg("schema/" + to_text(sha256(schema.bytes))).has_value(); }

Result<std::shared_ptr<const Catalogue>> load_catalogue(const Ledger& ledger) {
  std::vector<Bytes> schemas;
  for (const Position position : positions_under(ledger, "schema/")) {
    ACTA_TRY(const Entry entry, ledger.read(position));
    ACTA_TRY(Publication publication, read_schema_published(entry));
    schemas.push_back(std::move(publication.bytes));
  }
  for (const ShippedSchema& schema : shipped_control_schemas())
    if (!is_published(ledger, schema)) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
  return Catalogue::from(std::move(schemas));
}

Result<Definitions> load_definitions(const Ledger& ledger, const Catalogue& catalogue) {
  Definitions definitions;
  for (const Position position : positions_under(ledger, "definition-at/")) {
    ACTA_TRY(const Entry entry, ledger.read(position));
    ACTA_TRY(const Publication publication, read_definition_published(entry));
    ACTA_TRY(std::shared_ptr<const Definition> parsed, Definition::parse(publication.bytes, publication.name, catalogue));
    if (is_current(ledger, *parsed)) definitions.current.push_back(parsed);
    definitions.by_hash.emplace(publication.digest, std::move(parsed));
  }
  std::sort(definitions.current.begin(), definitions.current.end(), [](const auto& a, const auto& b) { return a->process() < b->process(); });
  return definitions;
}

}  // namespace acta
