// The beginning of a ledger: keys, entry 0, schemas, definitions, all in one synced batch.

#include <algorithm>

#include "engine/disk.h"
#include "engine/engine_impl.h"
#include "engine/folders.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::size_t founders_count = 2;

Error invalid(std::string pointer, std::string detail) {
  Error failure = error(Code::invalid, "this ledger cannot begin so: " + detail);
  failure.fields.push_back(FieldError{.pointer = std::move(pointer), .detail = std::move(detail)});
  return failure;
}

bool is_origin(std::string_view text) {
  const auto allowed = [](char c) { return c > 0x20 && c < 0x7f && c != '+'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

Result<void> check_founding(const Founding& founding, const Environment& environment) {
  if (!is_origin(founding.origin)) return invalid("/origin", "an origin is visible ASCII without + and spaces, as acta.example/mieux");
  if (founding.facility.empty()) return invalid("/facility", "a facility has a name");
  if (founding.founders.size() != founders_count) return invalid("/founders", "a ledger has exactly two founders");
  if (founding.founders[0].handle == founding.founders[1].handle) return invalid("/founders", "the two founders are two persons");
  if (founding.seed.has_value() != environment.simulated) return invalid("/seed", "a seed goes with a simulated clock, and only with one");
  return {};
}

Result<std::vector<GrantedFounder>> grant(KeyStore& keys, const std::vector<Founder>& founders) {
  std::vector<GrantedFounder> granted;
  for (const Founder& founder : founders) {
    ACTA_TRY(const PersonId person, keys.person(founder.handle));
    granted.push_back(GrantedFounder{.person = person, .roles = founder.roles});
  }
  return granted;
}

Result<std::shared_ptr<const Catalogue>> shipped_catalogue() {
  std::vector<Bytes> schemas;
  for (const ShippedSchema& schema : shipped_schemas()) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
  return Catalogue::from(std::move(schemas));
}

Result<std::vector<std::shared_ptr<const Definition>>> shipped_definitions(const Catalogue& catalogue) {
  std::vector<std::shared_ptr<const Definition>> definitions;
  for (const ShippedSchema& shipped : shipped_processes()) {
    ACTA_TRY(auto parsed, Definition::parse(shipped.bytes, shipped.name, catalogue));
    definitions.push_back(std::move(parsed));
  }
  ACTA_CHECK(check_together(definitions));
  return definitions;
}

// Positions are indexes: these are the first entries of all.
std::vector<Entry> first_entries(const Catalogue& catalogue, const Opening& opening, const std::vector<std::shared_ptr<const Definition>>& definitions) {
  std::vector<Entry> entries;
  const auto position = [&entries] { return Position{entries.size()}; };
  entries.push_back(ledger_opened(catalogue, opening));
  for (const ShippedSchema& schema : shipped_schemas()) entries.push_back(schema_published(catalogue, schema, position()));
  for (std::size_t i = 0; i < definitions.size(); ++i) entries.push_back(definition_published(catalogue, definitions[i]->process(), shipped_processes()[i].bytes, position()));
  return entries;
}

Opening opening_of(const Founding& founding, const LedgerId& ledger, std::vector<GrantedFounder> founders, const KeyStore& keys) {
  return Opening{.origin = founding.origin, .facility = founding.facility, .ledger = ledger, .log_key = first_signing_key(founding.origin, keys)->public_key().bytes, .founders = std::move(founders), .ledger_schema = sha256(shipped_schemas().front().bytes), .demo = founding.demo, .seed = founding.seed};
}

}  // namespace

Result<void> Engine::Impl::begin(const Founding& founding) {
  ACTA_TRY(catalogue, shipped_catalogue());
  ACTA_TRY(const auto shipped, shipped_definitions(*catalogue));
  LedgerId id;
  environment.randomness->fill(id.bytes);
  ACTA_TRY(keys, KeyStore::create({.folder = folders.keys, .kek_file = folders.kek, .env = environment.env, .randomness = environment.randomness}, id));
  ACTA_TRY(std::vector<GrantedFounder> founders, grant(*keys, founding.founders));
  const Opening opening = opening_of(founding, id, std::move(founders), *keys);
  ACTA_CHECK(open_ledger(true));
  start_sequencer();
  ACTA_CHECK(write_own([&](Position) { return first_entries(*catalogue, opening, shipped); }));
  sequencer.reset();
  return {};
}

Result<std::unique_ptr<Engine>> Engine::create(const Folders& folders, const Founding& founding, const Environment& environment) {
  ACTA_CHECK(check_founding(founding, environment));
  auto impl = std::make_unique<Impl>(folders, Access::write, environment, founding.seed);
  rocksdb::Env& env = *impl->environment.env;
  ACTA_CHECK(check_empty(env, folders.data));
  ACTA_CHECK(make_folder(env, folders.data));
  ACTA_CHECK(impl->lock_folder());
  ACTA_CHECK(impl->begin(founding));
  // Read back, so that a new ledger runs on what it says, as an old one does.
  ACTA_CHECK(impl->read_ledger());
  ACTA_CHECK(impl->start_writing());
  ACTA_CHECK(impl->signer->sign_now());
  // Last: a folder whose making was cut short is no ledger.
  ACTA_CHECK(write_format(env, folders.data));
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

}  // namespace acta
