// The indexes of cases and commands must hold the rows that the entries account for, and no others.

#include <algorithm>

#include "engine/ledger/verify_impl.h"

namespace acta {
namespace {

struct CaseRow {
  CaseId id;
  Revision revision = 0;
  Position position;
};

std::optional<CaseRow> case_row_in(ByteView key) {
  const auto id = id_in<CaseId>(key.first(std::min<std::size_t>(key.size(), 16)));
  if (!id) return std::nullopt;
  ByteReader in(key.subspan(16));
  const CaseRow row{.id = *id, .revision = in.be32(), .position = Position{in.be64()}};
  return in.done() ? std::optional(row) : std::nullopt;
}

}  // namespace

// A command id stands once in its index: with all rows in place no id was used twice.
void VerifyRun::check_indexes() {
  if (sum_of(Family::cases) == case_rows && sum_of(Family::commands) == command_rows) return;
  name_index_faults();
}

// Nothing: the family cannot be read to its end.
std::optional<RowSum> VerifyRun::sum_of(Family family) const {
  RowSum sum;
  const auto rows = store->iterate(family);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) sum.add(sum_key, view(rows->key()), view(rows->value()));
  return rows->status().ok() ? std::optional(sum) : std::nullopt;
}

// Reads each entry once more.
void VerifyRun::name_index_faults() {
  const StretchReader reader = stretch_reader();
  for (std::uint64_t number = next_stretch(0); number < reader.count(); ++number) {
    const Stretch stretch = reader.read(number);
    for (const StretchRow& row : stretch.rows)
      if (row.entry && *row.entry) check_index_rows_of(*row.position, **row.entry);
    if (stretch.rows.empty()) number = std::max(number, next_stretch(stretch.end) - 1);
    if (given_up && stretch.end > next_position) break;
  }
  check_commands();
  check_case_rows();
}

void VerifyRun::check_index_rows_of(Position position, const Entry& entry) {
  if (entry.command && entry.command->index == 0 && !commands.emplace(entry.command->id, SeenCommand{position, entry.command->count}).second) find(position, "command", "its command id was used before");
  if (!entry.case_id) return;
  const auto row = store->get(Family::cases, case_key(*entry.case_id, entry.revision.value_or(0), position));
  if (!row || !*row) find(position, "case index", "the case index does not hold this entry");
  else if (!(*row)->empty()) find(position, "case index", "the row of this entry is not empty");
}

void VerifyRun::check_commands() {
  each_row(Family::commands, "command index", [this](ByteView key, ByteView value) {
    const auto id = id_in<CommandId>(key);
    const auto known = id ? commands.find(*id) : commands.end();
    const auto stored = decode_seen_command(value);
    if (known == commands.end() && stored && is_bad(stored->first)) return;
    if (known == commands.end()) return find(stored ? std::optional(stored->first) : std::nullopt, "command index", "a row of a command no entry knows, " + to_hex(key));
    if (!stored || stored->first != known->second.first || stored->count != known->second.count) find(known->second.first, "command index", "the row of its command does not lead to it");
    commands.erase(known);
  });
  std::vector<std::pair<Position, std::string>> missing;
  for (const auto& [id, known] : commands) missing.emplace_back(known.first, to_text(id));
  std::sort(missing.begin(), missing.end());
  for (const auto& [position, id] : missing) find(position, "command index", "the row of its command " + id + " is missing");
}

void VerifyRun::check_case_rows() {
  each_row(Family::cases, "case index", [this](ByteView key, ByteView) { check_case_row_leads(key); });
}

void VerifyRun::check_case_row_leads(ByteView key) {
  const auto row = case_row_in(key);
  if (!row) return find(std::nullopt, "case index", "a row that is none, " + to_hex(key));
  const auto bytes = store->get(Family::entries, position_key(row->position));
  const auto entry = bytes && *bytes ? decode(**bytes) : Result<Entry>(error(Code::not_found, ""));
  if (!entry || entry->case_id != row->id || entry->revision.value_or(0) != row->revision) find(row->position, "case index", "a row of case " + to_text(row->id) + " leads to an entry that is not its own");
}

}  // namespace acta
