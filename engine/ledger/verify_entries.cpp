// The pass over the entries: everything that follows from their bytes.

#include "engine/ledger/verify_impl.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::uint64_t progress_every = 1'024;
// Entries in one stretch that cannot be read: then the rest is given up, or a lost disk would be asked for ever.
constexpr std::uint64_t unreadable_max = 4'096;
constexpr std::uint64_t early_positions = 3;   // docs/FORMAT.md: they name the schema that the last of them publishes

bool of_a_case(const Entry& entry) { return entry.kind == Kind::event || entry.kind == Kind::notice; }

}  // namespace

void VerifyRun::check_entries() {
  const auto rows = store->iterate(Family::entries);
  std::uint64_t next = 0, unreadable = 0;
  for (rows->SeekToFirst(); unreadable < unreadable_max;) {
    if (rows->Valid()) {
      next = check_row(*rows, next);
      unreadable = 0;
      rows->Next();
      continue;
    }
    if (rows->status().ok() || next >= claimed_size) break;
    next = pass_unreadable(rows->status(), next);
    ++unreadable;
    rows->Seek(slice(position_key(Position{next})));
  }
  if (rows->status().ok()) check_missing(next, claimed_size);
  else give_up(rows->status(), next);
  if (unfinished) find(Position{claimed_size - 1}, "command", "its command was to write further entries");
  if (options.progress) options.progress(claimed_size, claimed_size);
}

// Gives the position after the row.
std::uint64_t VerifyRun::check_row(const rocksdb::Iterator& row, std::uint64_t next) {
  const auto position = position_in(view(row.key()));
  if (!position || position->value >= claimed_size) {
    find(position, "extra", "an entry that the tree does not count, under key " + to_hex(view(row.key())));
    return next;
  }
  if (options.progress && position->value % progress_every == 0) options.progress(position->value, claimed_size);
  check_missing(next, position->value);
  check_entry(*position, view(row.value()));
  return position->value + 1;
}

void VerifyRun::give_up(const rocksdb::Status& status, std::uint64_t at) {
  find_unreadable(Position{at}, "entry", status);
  unfinished.reset();
  if (at >= claimed_size) return;
  mark_bad(at, claimed_size - 1);
  tree_whole = false;
}

std::uint64_t VerifyRun::pass_unreadable(const rocksdb::Status& status, std::uint64_t at) {
  find_unreadable(Position{at}, "entry", status);
  mark_bad(at, at);
  unfinished.reset();
  grow_over_stored(at, at + 1);
  return at + 1;
}

void VerifyRun::check_entry(Position position, ByteView bytes) {
  const Hash leaf = leaf_hash(bytes);
  check_leaf(position, leaf);
  grow(leaf);
  const Result<Entry> entry = decode(bytes);
  if (!entry) {
    mark_bad(position.value, position.value);
    unfinished.reset();
    return find(position, "entry", entry.error().message);
  }
  count(*entry);
  check_envelope(position, *entry);
  check_schema(position, *entry);
  check_publication(position, *entry);
  check_command(position, *entry);
  check_case(position, *entry);
  fold_registers(*entry);
}

void VerifyRun::check_envelope(Position position, const Entry& entry) {
  if (entry.format != format_version) find(position, "format", "format " + std::to_string(entry.format));
  if (entry.position != position) find(position, "position", "the entry says it is at " + std::to_string(entry.position.value));
  if (entry.recorded_at < last_recorded_at && !(position.value > 0 && is_bad(Position{position.value - 1}))) find(position, "continuity", "recorded_at goes back to " + to_text(entry.recorded_at));
  last_recorded_at = entry.recorded_at;
  if (of_a_case(entry) && !entry.case_id) find(position, "continuity", "an entry of its kind belongs to a case");
  if (entry.kind == Kind::ledger && entry.case_id) find(position, "continuity", "an entry of its kind belongs to no case");
  if (entry.case_id.has_value() != entry.revision.has_value()) find(position, "continuity", "case and revision go together");
}

void VerifyRun::check_schema(Position position, const Entry& entry) {
  if (!entry.payload.empty() && !entry.schema) find(position, "schema", "its payload names no schema");
  if (entry.definition && definitions.emplace(*entry.definition, position).second && !any_bad(0, position.value)) find(position, "definition", "its definition was not published before");
  if (!entry.schema) return;
  if (position.value < early_positions) {
    early_schemas.emplace_back(position, *entry.schema);
  } else if (schemas.emplace(*entry.schema, position).second && !any_bad(0, position.value)) {
    find(position, "schema", "its schema was not published before");
  }
}

void VerifyRun::check_publication(Position position, const Entry& entry) {
  if (position.value == 0 && entry.type != "LedgerOpened") find(position, "genesis", "a ledger begins with LedgerOpened");
  if (entry.kind != Kind::ledger) return;
  if (entry.type == "LedgerOpened") return check_opening(position, entry);
  if (concerns_log_keys(entry)) return check_log_keys(position, entry);
  if (entry.type == "ClockConfirmed" && !clock_confirmed) clock_confirmed = position;
  if (entry.type == rollback_type) return check_rollback(position, entry);
  if (entry.type == anchored_type) return check_anchor(position, entry);
  const bool schema = entry.type == "SchemaPublished";
  if (!schema && entry.type != "DefinitionPublished") return;
  const auto read = schema ? read_schema_published(entry) : read_definition_published(entry);
  if (!read) return find(position, "publication", read.error().message);
  if (sha256(ByteView(read->bytes)) != read->digest) find(position, "publication", "the published bytes do not have the digest given");
  (schema ? schemas : definitions).emplace(read->digest, position);
  if (schema) check_schema_published(position, read->digest);
}

void VerifyRun::check_opening(Position position, const Entry& entry) {
  auto read = read_ledger_opened(entry);
  if (!read) return find(position, "genesis", read.error().message);
  if (position.value != 0) return find(position, "genesis", "a ledger is opened once");
  opening = *std::move(read);
  log_keys.emplace(PublicKey{.name = opening->origin, .type = 0x01, .bytes = opening->log_key}, opening->ledger);
}

// A key that was not named by the one before it signs nothing here: what it signed later is told as well.
void VerifyRun::check_log_keys(Position position, const Entry& entry) {
  if (!log_keys) return;
  if (const auto taken = take(*log_keys, entry); !taken) find(position, "log key", taken.error().message);
}

// Sound, and for ever told: a signed part of the ledger was lost and somebody accepted it.
void VerifyRun::check_rollback(Position position, const Entry& entry) {
  const auto incident = read_rollback_accepted(entry);
  if (!incident) return find(position, "rollback", incident.error().message);
  if (incident->size > position.value) find(position, "rollback", "it says that more entries were found than stand before it");
  report.remarks.push_back(sentence_of(*incident, position));
}

// The first entries name ahead what is published right after them.
void VerifyRun::check_schema_published(Position position, const Hash& digest) {
  if (position.value == 1 && opening && opening->ledger_schema != digest) find(position, "genesis", "it is not the ledger schema that entry 0 names");
  if (position.value != early_positions - 1) return;
  for (const auto& [early, named] : early_schemas)
    if (named != digest && !is_bad(position)) find(early, "schema", "it does not name the schema that position 2 publishes");
}

void VerifyRun::fold_registers(const Entry& entry) {
  if (!entry.effect) return;
  for (const Change& change : entry.effect->registers) {
    if (change.value) registers.insert_or_assign(change.name, SetRegister{*change.value, entry.position});
    else registers.erase(change.name);
  }
}

void VerifyRun::count(const Entry& entry) {
  switch (entry.kind) {
    case Kind::event: ++report.events; break;
    case Kind::refusal: ++report.refusals; break;
    case Kind::notice: ++report.notices; break;
    case Kind::ledger: ++report.ledger_entries; break;
    case Kind::unset: break;
  }
}

}  // namespace acta
