#include "projections/case_history.h"

#include <limits>

#include "projections/view.h"

namespace acta {
namespace {

// `h` + case id + occurred_at + position -> row; `s` + case id -> the latest occurred_at so far and the present stage.
struct Sofar {
  std::int64_t latest_micros = std::numeric_limits<std::int64_t>::min();
  std::string stage;
};

std::uint64_t sortable(std::int64_t micros) { return static_cast<std::uint64_t>(micros) ^ (1ull << 63); }
std::int64_t from_sortable(std::uint64_t bits) { return static_cast<std::int64_t>(bits ^ (1ull << 63)); }

std::string prefix_of(char what, const CaseId& id) { return what + std::string(text_view(view(id))); }

std::string row_key(const Entry& entry) {
  Bytes out;
  put_be64(out, sortable(entry.occurred_at.micros));
  put_be64(out, entry.position.value);
  return prefix_of('h', *entry.case_id) + std::string(text_view(out));
}

std::string encode_row(const Entry& entry, std::string_view stage, bool late) {
  Bytes out;
  put_u8(out, static_cast<std::uint8_t>(entry.kind));
  put_be32(out, entry.revision.value_or(0));
  put_be64(out, static_cast<std::uint64_t>(entry.recorded_at.micros));
  put_u8(out, late);
  put_prefixed(out, view(stage));
  return std::string(text_view(out));
}

std::optional<HistoryRow> decode_row(std::string_view key_tail, std::string_view stored) {
  HistoryRow row;
  ByteReader key(view(key_tail));
  row.occurred_at.micros = from_sortable(key.be64());
  row.position.value = key.be64();
  ByteReader read(view(stored));
  row.kind = static_cast<Kind>(read.u8());
  row.revision = read.be32();
  row.recorded_at.micros = static_cast<std::int64_t>(read.be64());
  row.late = read.u8() != 0;
  row.stage_after = text_view(read.prefixed());
  if (!key.done() || !read.done()) return std::nullopt;
  return row;
}

Result<Sofar> sofar(const CaseId& id, ViewWriter& out) {
  ACTA_TRY(const auto stored, out.get(prefix_of('s', id)));
  if (!stored) return Sofar{};
  ByteReader read(view(*stored));
  Sofar sofar;
  sofar.latest_micros = static_cast<std::int64_t>(read.be64());
  sofar.stage = text_view(read.prefixed());
  if (!read.done()) return error(Code::damaged, "the history of case " + to_text(id) + " is cut");
  return sofar;
}

void put_sofar(const CaseId& id, const Sofar& sofar, ViewWriter& out) {
  Bytes bytes;
  put_be64(bytes, static_cast<std::uint64_t>(sofar.latest_micros));
  put_prefixed(bytes, view(sofar.stage));
  out.put(prefix_of('s', id), text_view(bytes));
}

Result<void> fold(const Engine& engine, const Entry& entry, ViewWriter& out) {
  if (!entry.case_id) return {};
  ACTA_TRY(auto before, sofar(*entry.case_id, out));
  bool late = false;
  if (entry.kind == Kind::event && entry.effect) {
    late = entry.occurred_at.micros < before.latest_micros;
    before.latest_micros = std::max(before.latest_micros, entry.occurred_at.micros);
    ACTA_TRY(before.stage, stage_after(engine, entry));
    put_sofar(*entry.case_id, before, out);
  }
  out.put(row_key(entry), encode_row(entry, before.stage, late));
  return {};
}

class StoredCaseHistory final : public CaseHistory {
 public:
  explicit StoredCaseHistory(const ViewReader& reader) : reader_(reader) {}
  Result<std::vector<HistoryRow>> of(const CaseId& id, bool refusals) const override;

 private:
  const ViewReader& reader_;
};

Result<std::vector<HistoryRow>> StoredCaseHistory::of(const CaseId& id, bool refusals) const {
  std::vector<HistoryRow> rows;
  bool damaged = false;
  const auto prefix = prefix_of('h', id);
  ACTA_CHECK(reader_.scan(prefix, prefix, [&](std::string_view key, std::string_view value) {
    auto row = decode_row(key.substr(prefix.size()), value);
    damaged = !row;
    if (row && (refusals || row->kind != Kind::refusal)) rows.push_back(*std::move(row));
    return !damaged;
  }));
  if (damaged) return error(Code::damaged, "the history of case " + to_text(id) + " is cut");
  return rows;
}

}  // namespace

const View case_history_view{"case_history", 1, &fold};
std::unique_ptr<CaseHistory> read_case_history(const ViewReader& reader) { return std::make_unique<StoredCaseHistory>(reader); }

Result<std::string> stage_after(const Engine& engine, const Entry& entry, bool* closed) {
  const auto definition = entry.definition ? engine.definition(*entry.definition) : nullptr;
  if (!definition) return error(Code::damaged, "entry " + std::to_string(entry.position.value) + " names a definition the ledger does not hold");
  if (closed) *closed = definition->closed(entry.effect->configuration);
  return definition->stage_of(entry.effect->configuration);
}

}  // namespace acta
