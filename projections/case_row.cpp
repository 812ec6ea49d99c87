#include "projections/case_row.h"

#include <algorithm>

#include "projections/search_words.h"

namespace acta {
namespace {

constexpr std::size_t counter_digits = 10;

std::set<std::string> only(const std::string& value) { return value.empty() ? std::set<std::string>() : std::set<std::string>{value}; }

std::string text_in(const Change& change) {
  const auto* text = change.value ? std::get_if<std::string>(&change.value->held) : nullptr;
  return text ? *text : std::string();
}

std::vector<std::string> texts_in(const Change& change) {
  const auto* list = change.value ? std::get_if<std::vector<Value>>(&change.value->held) : nullptr;
  std::vector<std::string> texts;
  if (!list) return texts;
  for (const auto& item : *list)
    if (const auto* text = std::get_if<std::string>(&item.held)) texts.push_back(*text);
  return texts;
}

}  // namespace

std::set<std::string> values_of(const CaseRow& row, CaseField field) {
  switch (field) {
    case CaseField::process: return only(row.process);
    case CaseField::state: return only(row.state);
    case CaseField::country: return {row.countries.begin(), row.countries.end()};
    case CaseField::theme: return only(row.theme);
    case CaseField::region: return only(row.region);
    case CaseField::requester: return only(row.requester);
    case CaseField::closed: return {row.closed ? "true" : "false"};
    case CaseField::word: return search_words(row.title + " " + row.requester + " " + row.reference);
  }
  return {};
}

std::string title_of(const CaseState& state) {
  const auto found = state.data.find("title");
  const auto* title = found == state.data.end() ? nullptr : std::get_if<std::string>(&found->second.held);
  return title ? *title : std::string();
}

void take_data(const Effect& effect, CaseRow& row) {
  for (const auto& change : effect.data) {
    if (change.name == "title") row.title = text_in(change);
    if (change.name == "authority") row.requester = text_in(change);
    if (change.name == "theme") row.theme = text_in(change);
    if (change.name == "region") row.region = text_in(change);
    if (change.name == "countries") row.countries = texts_in(change);
  }
}

std::string encode(const CaseRow& row) {
  Bytes out;
  put(out, view(row.id));
  for (const auto* text : {&row.reference, &row.process, &row.title, &row.state, &row.requester, &row.theme, &row.region}) put_prefixed(out, view(*text));
  put_be32(out, static_cast<std::uint32_t>(row.countries.size()));
  for (const auto& country : row.countries) put_prefixed(out, view(country));
  put_be32(out, row.revision);
  put_u8(out, row.closed);
  put_be64(out, static_cast<std::uint64_t>(row.opened_at.micros));
  put_be64(out, static_cast<std::uint64_t>(row.changed_at.micros));
  return std::string(text_view(out));
}

Result<CaseRow> decode_case_row(std::string_view stored) {
  ByteReader read(view(stored));
  CaseRow row;
  const auto id = read.take(row.id.bytes.size());
  if (read.ok()) std::copy(id.begin(), id.end(), row.id.bytes.begin());
  for (auto* text : {&row.reference, &row.process, &row.title, &row.state, &row.requester, &row.theme, &row.region}) *text = text_view(read.prefixed());
  for (auto left = read.be32(); left > 0 && read.ok(); --left) row.countries.emplace_back(text_view(read.prefixed()));
  row.revision = read.be32();
  row.closed = read.u8() != 0;
  row.opened_at.micros = static_cast<std::int64_t>(read.be64());
  row.changed_at.micros = static_cast<std::int64_t>(read.be64());
  if (!read.done()) return error(Code::damaged, "a row of the case list is cut");
  return row;
}

std::string sort_key(std::string_view reference) {
  const auto dash = reference.rfind('-');
  const auto counter = reference.substr(dash == std::string_view::npos ? 0 : dash + 1);
  const auto zeros = counter_digits - std::min(counter_digits, counter.size());
  return std::string(reference.substr(0, reference.size() - counter.size())) + std::string(zeros, '0') + std::string(counter);
}

std::string key_by_case(const CaseId& id) { return "c" + std::string(text_view(view(id))); }
std::string key_by_sort_key(std::string_view sort_key) { return "r" + std::string(sort_key); }
std::string key_found(CaseField field, std::string_view value, std::string_view sort_key) {
  return std::string("i") + static_cast<char>(field) + std::string(value) + '\0' + std::string(sort_key);
}
std::string key_counted(CaseField field, std::string_view value) { return std::string("n") + static_cast<char>(field) + std::string(value); }
std::string key_changed(Instant changed_at, std::string_view sort_key) {
  Bytes newest_first;
  put_be64(newest_first, ~(static_cast<std::uint64_t>(changed_at.micros) ^ (1ull << 63)));
  return "t" + std::string(text_view(newest_first)) + std::string(sort_key);
}

}  // namespace acta
