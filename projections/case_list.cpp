#include "projections/case_list.h"

#include <algorithm>

#include "projections/view.h"

namespace acta {
namespace {

// `c` + case id -> sort key; `r` + sort key -> row. The sort key is the reference with its counter at full width, so
// that ACT-2024-1000 follows ACT-2024-999.
constexpr std::size_t counter_digits = 10;

std::string sort_key(std::string_view reference) {
  const auto dash = reference.rfind('-');
  const auto counter = reference.substr(dash == std::string_view::npos ? 0 : dash + 1);
  const auto zeros = counter_digits - std::min(counter_digits, counter.size());
  return std::string(reference.substr(0, reference.size() - counter.size())) + std::string(zeros, '0') + std::string(counter);
}

std::string by_case(const CaseId& id) { return "c" + std::string(text_view(view(id))); }
std::string by_sort_key(std::string_view key) { return "r" + std::string(key); }

std::string encode_row(const CaseRow& row) {
  Bytes out;
  put(out, view(row.id));
  for (const auto* text : {&row.reference, &row.process, &row.title, &row.state}) put_prefixed(out, view(*text));
  put_be32(out, row.revision);
  put_u8(out, row.closed);
  put_be64(out, static_cast<std::uint64_t>(row.opened_at.micros));
  put_be64(out, static_cast<std::uint64_t>(row.changed_at.micros));
  return std::string(text_view(out));
}

Result<CaseRow> decode_row(std::string_view stored) {
  ByteReader read(view(stored));
  CaseRow row;
  const auto id = read.take(row.id.bytes.size());
  if (read.ok()) std::copy(id.begin(), id.end(), row.id.bytes.begin());
  for (auto* text : {&row.reference, &row.process, &row.title, &row.state}) *text = text_view(read.prefixed());
  row.revision = read.be32();
  row.closed = read.u8() != 0;
  row.opened_at.micros = static_cast<std::int64_t>(read.be64());
  row.changed_at.micros = static_cast<std::int64_t>(read.be64());
  if (!read.done()) return error(Code::damaged, "a row of the case list is cut");
  return row;
}

CaseRow opened_row(const Entry& entry) {
  CaseRow row;
  row.id = *entry.case_id;
  row.reference = entry.effect->reference;
  row.process = entry.effect->process;
  row.opened_at = entry.recorded_at;
  return row;
}

Result<CaseRow> row_before(const Entry& entry, ViewWriter& out) {
  ACTA_TRY(const auto key, out.get(by_case(*entry.case_id)));
  if (!key) return opened_row(entry);
  ACTA_TRY(const auto stored, out.get(by_sort_key(*key)));
  if (!stored) return error(Code::damaged, "the case list has lost case " + to_text(*entry.case_id));
  return decode_row(*stored);
}

constexpr std::string_view title_data = "title";

void take_title(const Effect& effect, CaseRow& row) {
  for (const auto& change : effect.data) {
    if (change.name != title_data) continue;
    const auto* title = change.value ? std::get_if<std::string>(&change.value->held) : nullptr;
    row.title = title ? *title : std::string();
  }
}

Result<void> take_event(const Engine& engine, const Entry& entry, CaseRow& row) {
  ACTA_TRY(row.state, stage_after(engine, entry, &row.closed));
  row.revision = entry.revision.value_or(row.revision);
  row.changed_at = entry.recorded_at;
  return {};
}

Result<void> fold(const Engine& engine, const Entry& entry, ViewWriter& out) {
  const bool changes_state = entry.kind == Kind::event || entry.kind == Kind::notice;
  if (!changes_state || !entry.case_id || !entry.effect) return {};
  ACTA_TRY(auto row, row_before(entry, out));
  take_title(*entry.effect, row);
  if (entry.kind == Kind::event) ACTA_CHECK(take_event(engine, entry, row));
  const auto key = sort_key(row.reference);
  out.put(by_case(row.id), key);
  out.put(by_sort_key(key), encode_row(row));
  return {};
}

class StoredCaseList final : public CaseList {
 public:
  explicit StoredCaseList(const ViewReader& reader) : reader_(reader) {}
  Result<CasePage> page(std::string_view after, std::size_t limit) const override;
  Result<std::optional<CaseRow>> by_reference(std::string_view reference) const override;

 private:
  const ViewReader& reader_;
};

Result<std::string> start_of_page(std::string_view after) {
  if (after.empty()) return by_sort_key("");
  const auto key = from_hex(after);
  if (!key || key->empty()) return error(Code::malformed, "`after` is not a cursor of this list: take it from `next` of the page before");
  return by_sort_key(text_view(*key)) + '\0';
}

Result<CasePage> StoredCaseList::page(std::string_view after, std::size_t limit) const {
  ACTA_TRY(const auto from, start_of_page(after));
  CasePage page;
  std::optional<Error> damage;
  ACTA_CHECK(reader_.scan("r", from, [&](std::string_view, std::string_view value) {
    if (page.rows.size() == limit) {
      page.next = to_hex(view(sort_key(page.rows.back().reference)));
      return false;
    }
    auto row = decode_row(value);
    if (!row) damage = row.error();
    else page.rows.push_back(*std::move(row));
    return !damage;
  }));
  if (damage) return *damage;
  return page;
}

Result<std::optional<CaseRow>> StoredCaseList::by_reference(std::string_view reference) const {
  ACTA_TRY(const auto stored, reader_.get(by_sort_key(sort_key(reference))));
  if (!stored) return std::optional<CaseRow>();
  ACTA_TRY(auto row, decode_row(*stored));
  if (row.reference != reference) return std::optional<CaseRow>();
  return std::optional(std::move(row));
}

}  // namespace

std::string title_of(const CaseState& state) {
  const auto found = state.data.find(std::string(title_data));
  const auto* title = found == state.data.end() ? nullptr : std::get_if<std::string>(&found->second.held);
  return title ? *title : std::string();
}

const View case_list_view{"case_list", 1, &fold};
std::unique_ptr<CaseList> read_case_list(const ViewReader& reader) { return std::make_unique<StoredCaseList>(reader); }

}  // namespace acta
