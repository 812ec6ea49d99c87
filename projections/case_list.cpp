// What the case list writes; case_query.cpp reads it.

#include "projections/case_list.h"

#include "projections/view.h"

namespace acta {
namespace {

CaseRow opened_row(const Entry& entry) {
  CaseRow row;
  row.id = *entry.case_id;
  row.reference = entry.effect->reference;
  row.process = entry.effect->process;
  row.opened_at = entry.recorded_at;
  return row;
}

Result<std::optional<CaseRow>> row_before(const Entry& entry, ViewWriter& out) {
  ACTA_TRY(const auto key, out.get(key_by_case(*entry.case_id)));
  if (!key) return std::optional<CaseRow>();
  ACTA_TRY(const auto stored, out.get(key_by_sort_key(*key)));
  if (!stored) return error(Code::damaged, "the case list has lost case " + to_text(*entry.case_id));
  ACTA_TRY(auto row, decode_case_row(*stored));
  return std::optional(std::move(row));
}

Result<void> take_event(const Engine& engine, const Entry& entry, CaseRow& row) {
  ACTA_TRY(row.state, stage_after(engine, entry, &row.closed));
  row.revision = entry.revision.value_or(row.revision);
  row.changed_at = entry.recorded_at;
  return {};
}

Result<void> count(CaseField field, const std::string& value, std::int64_t by, ViewWriter& out) {
  const auto key = key_counted(field, value);
  ACTA_TRY(const auto stored, out.get(key));
  const auto before = stored ? static_cast<std::int64_t>(ByteReader(view(*stored)).be64()) : 0;
  Bytes after;
  put_be64(after, static_cast<std::uint64_t>(before + by));
  if (before + by > 0) out.put(key, text_view(after));
  else out.erase(key);
  return {};
}

// What the row is found by now and was not before, or the other way round.
Result<void> index(CaseField field, const std::set<std::string>& before, const std::set<std::string>& after, std::string_view key, ViewWriter& out) {
  for (const auto& value : before) {
    if (after.contains(value)) continue;
    out.erase(key_found(field, value, key));
    ACTA_CHECK(count(field, value, -1, out));
  }
  for (const auto& value : after) {
    if (before.contains(value)) continue;
    out.put(key_found(field, value, key), "");
    ACTA_CHECK(count(field, value, 1, out));
  }
  return {};
}

Result<void> write_row(const std::optional<CaseRow>& before, const CaseRow& row, ViewWriter& out) {
  const auto key = sort_key(row.reference);
  for (const auto field : all_case_fields)
    ACTA_CHECK(index(field, before ? values_of(*before, field) : std::set<std::string>(), values_of(row, field), key, out));
  if (before) out.erase(key_changed(before->changed_at, key));
  out.put(key_changed(row.changed_at, key), "");
  out.put(key_by_case(row.id), key);
  out.put(key_by_sort_key(key), encode(row));
  return {};
}

Result<void> fold(const Engine& engine, const Entry& entry, ViewWriter& out) {
  const bool changes_state = entry.kind == Kind::event || entry.kind == Kind::notice;
  if (!changes_state || !entry.case_id || !entry.effect) return {};
  ACTA_TRY(const auto before, row_before(entry, out));
  auto row = before ? *before : opened_row(entry);
  take_data(*entry.effect, row);
  if (entry.kind == Kind::event) ACTA_CHECK(take_event(engine, entry, row));
  return write_row(before, row, out);
}

}  // namespace

const View case_list_view{"case_list", 2, &fold};

}  // namespace acta
