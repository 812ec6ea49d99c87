// What the case list answers. A filter names keys in the order of the list; the rarest is walked, the others are tried on
// each row it leads to.

#include <algorithm>

#include "projections/search_words.h"
#include "projections/view.h"

namespace acta {
namespace {

constexpr std::size_t keys_at_once = 256;
constexpr std::size_t words_of_a_beginning_max = 64;     // a beginning of more words than this leads nowhere in particular
constexpr std::uint64_t sorted_in_memory_max = 10'000;

bool within(Instant at, const std::optional<Instant>& from, const std::optional<Instant>& before) { return (!from || at >= *from) && (!before || at < *before); }

bool has_one_of(const CaseRow& row, CaseField field, const std::vector<std::string>& wanted) {
  const auto values = values_of(row, field);
  return std::any_of(wanted.begin(), wanted.end(), [&](const auto& value) { return values.contains(value); });
}

bool begins_a_word(const std::set<std::string>& words, const std::string& beginning) {
  const auto at = words.lower_bound(beginning);
  return at != words.end() && at->starts_with(beginning);
}

bool lets_pass(const CaseFilter& filter, const std::set<std::string>& beginnings, const CaseRow& row) {
  if (!within(row.opened_at, filter.opened_from, filter.opened_before) || !within(row.changed_at, filter.changed_from, filter.changed_before)) return false;
  for (const auto& [field, wanted] : filter.values)
    if (!has_one_of(row, field, wanted)) return false;
  if (beginnings.empty()) return true;
  const auto words = values_of(row, CaseField::word);
  return std::all_of(beginnings.begin(), beginnings.end(), [&](const auto& beginning) { return begins_a_word(words, beginning); });
}

// Where to find cases: under any of these prefixes, each followed by sort keys in their order.
struct Lead {
  std::vector<std::string> prefixes = {key_by_sort_key("")};
  std::optional<std::uint64_t> cases;                    // at most; nothing: all there are
};

class StoredCaseList final : public CaseList {
 public:
  explicit StoredCaseList(const ViewReader& reader) : reader_(reader) {}
  Result<CasePage> page(const CaseFilter& filter, CaseOrder order, std::string_view after, std::size_t limit) const override;
  Result<CaseFacets> facets(const CaseFilter& filter) const override;
  Result<std::optional<CaseRow>> by_reference(std::string_view reference) const override;

 private:
  using Visit = std::function<bool(const CaseRow&)>;
  Result<std::uint64_t> counted(const std::string& key) const;
  Result<std::optional<Lead>> lead_of_word(const std::string& beginning) const;
  Result<Lead> best_lead(const CaseFilter& filter) const;
  Result<std::vector<std::string>> next_keys(const Lead& lead, const std::string& after) const;
  Result<std::optional<CaseRow>> row_at(std::string_view sort_key) const;
  Result<void> walk(const CaseFilter& filter, const Lead& lead, std::string after, const Visit& visit) const;
  Result<void> walk_newest_first(const CaseFilter& filter, const Lead& lead, const std::string& after, const Visit& visit) const;
  Result<void> walk_changes(const CaseFilter& filter, const std::string& after, const Visit& visit) const;
  Result<std::vector<std::pair<std::string, std::uint64_t>>> all_counts(CaseField field) const;

  const ViewReader& reader_;
};

// --- which filter to walk

Result<std::uint64_t> StoredCaseList::counted(const std::string& key) const {
  ACTA_TRY(const auto stored, reader_.get(key));
  return stored ? ByteReader(view(*stored)).be64() : 0;
}

Result<std::optional<Lead>> StoredCaseList::lead_of_word(const std::string& beginning) const {
  Lead lead{{}, 0};
  const auto prefix = key_counted(CaseField::word, beginning);
  ACTA_CHECK(reader_.scan(prefix, prefix, [&](std::string_view key, std::string_view value) {
    lead.prefixes.push_back(key_found(CaseField::word, key.substr(key_counted(CaseField::word, "").size()), ""));
    *lead.cases += ByteReader(view(value)).be64();
    return lead.prefixes.size() <= words_of_a_beginning_max;
  }));
  if (lead.prefixes.size() > words_of_a_beginning_max) return std::optional<Lead>();
  return std::optional(std::move(lead));
}

Result<Lead> StoredCaseList::best_lead(const CaseFilter& filter) const {
  Lead best;
  const auto consider = [&](Lead lead) {
    if (!best.cases || *lead.cases < *best.cases) best = std::move(lead);
  };
  for (const auto& [field, wanted] : filter.values) {
    Lead lead{{}, 0};
    for (const auto& value : wanted) {
      ACTA_TRY(const auto cases, counted(key_counted(field, value)));
      *lead.cases += cases;
      lead.prefixes.push_back(key_found(field, value, ""));
    }
    consider(std::move(lead));
  }
  for (const auto& word : search_words(filter.text)) {
    ACTA_TRY(auto lead, lead_of_word(word));
    if (lead) consider(*std::move(lead));
  }
  return best;
}

// --- walking

// The next sort keys under any of the prefixes, in order, each once.
Result<std::vector<std::string>> StoredCaseList::next_keys(const Lead& lead, const std::string& after) const {
  std::set<std::string> keys;
  for (const auto& prefix : lead.prefixes) {
    std::size_t taken = 0;
    const auto from = after.empty() ? prefix : prefix + after + '\0';
    ACTA_CHECK(reader_.scan(prefix, from, [&](std::string_view key, std::string_view) {
      keys.emplace(key.substr(prefix.size()));
      return ++taken < keys_at_once;
    }));
  }
  std::vector<std::string> next;
  for (const auto& key : keys)
    if (next.size() < keys_at_once) next.push_back(key);
  return next;
}

Result<std::optional<CaseRow>> StoredCaseList::row_at(std::string_view sort_key) const {
  ACTA_TRY(const auto stored, reader_.get(key_by_sort_key(sort_key)));
  if (!stored) return std::optional<CaseRow>();
  ACTA_TRY(auto row, decode_case_row(*stored));
  return std::optional(std::move(row));
}

Result<void> StoredCaseList::walk(const CaseFilter& filter, const Lead& lead, std::string after, const Visit& visit) const {
  const auto beginnings = search_words(filter.text);
  for (;;) {
    ACTA_TRY(const auto keys, next_keys(lead, after));
    if (keys.empty()) return {};
    for (const auto& key : keys) {
      ACTA_TRY(const auto row, row_at(key));
      if (row && lets_pass(filter, beginnings, *row) && !visit(*row)) return {};
    }
    after = keys.back();
  }
}

Result<void> StoredCaseList::walk_changes(const CaseFilter& filter, const std::string& after, const Visit& visit) const {
  const auto beginnings = search_words(filter.text);
  const auto head = key_changed({}, "").size();
  Result<void> walked;
  ACTA_CHECK(reader_.scan("t", after.empty() ? "t" : after + '\0', [&](std::string_view key, std::string_view) {
    const auto row = row_at(key.substr(head));
    if (!row) walked = row.error();
    return row && (!*row || !lets_pass(filter, beginnings, **row) || visit(**row));
  }));
  return walked;
}

Result<void> StoredCaseList::walk_newest_first(const CaseFilter& filter, const Lead& lead, const std::string& after, const Visit& visit) const {
  if (!lead.cases || *lead.cases > sorted_in_memory_max) return walk_changes(filter, after, visit);
  std::map<std::string, CaseRow> sorted;
  ACTA_CHECK(walk(filter, lead, {}, [&](const CaseRow& row) {
    sorted.emplace(key_changed(row.changed_at, sort_key(row.reference)), row);
    return true;
  }));
  for (auto at = after.empty() ? sorted.begin() : sorted.upper_bound(after); at != sorted.end(); ++at)
    if (!visit(at->second)) break;
  return {};
}

// --- answers

// A cursor is the key of the last row, with a letter for the order it belongs to.
std::string cursor_after(const CaseRow& row, CaseOrder order) {
  const auto key = sort_key(row.reference);
  return to_hex(view(order == CaseOrder::by_reference ? key_by_sort_key(key) : key_changed(row.changed_at, key)));
}

Result<std::string> key_in(std::string_view cursor, CaseOrder order) {
  if (cursor.empty()) return std::string();
  const auto bytes = from_hex(cursor);
  const auto key = bytes ? std::string(text_view(*bytes)) : std::string();
  const char letter = order == CaseOrder::by_reference ? 'r' : 't';
  if (key.size() < 2 || key.front() != letter) return error(Code::malformed, "`after` is not a cursor of this list: take it from `next` of the page before");
  return order == CaseOrder::by_reference ? key.substr(1) : key;
}

Result<CasePage> StoredCaseList::page(const CaseFilter& filter, CaseOrder order, std::string_view after, std::size_t limit) const {
  ACTA_TRY(const auto start, key_in(after, order));
  ACTA_TRY(const auto lead, best_lead(filter));
  CasePage page;
  const auto take = [&](const CaseRow& row) {
    if (page.rows.size() == limit) page.next = cursor_after(page.rows.back(), order);
    else page.rows.push_back(row);
    return page.next.empty();
  };
  ACTA_CHECK(order == CaseOrder::by_reference ? walk(filter, lead, start, take) : walk_newest_first(filter, lead, start, take));
  return page;
}

constexpr std::array faceted = {CaseField::process, CaseField::state, CaseField::country, CaseField::theme, CaseField::region, CaseField::closed};

std::vector<std::pair<std::string, std::uint64_t>> most_first(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

Result<std::vector<std::pair<std::string, std::uint64_t>>> StoredCaseList::all_counts(CaseField field) const {
  std::map<std::string, std::uint64_t> counts;
  const auto prefix = key_counted(field, "");
  ACTA_CHECK(reader_.scan(prefix, prefix, [&](std::string_view key, std::string_view value) {
    counts.emplace(key.substr(prefix.size()), ByteReader(view(value)).be64());
    return true;
  }));
  return most_first(counts);
}

bool narrows(const CaseFilter& filter) {
  return !filter.values.empty() || !filter.text.empty() || filter.opened_from || filter.opened_before || filter.changed_from || filter.changed_before;
}

Result<CaseFacets> StoredCaseList::facets(const CaseFilter& filter) const {
  CaseFacets facets;
  for (const auto field : faceted) {
    auto others = filter;
    others.values.erase(field);
    if (!narrows(others)) {
      ACTA_TRY(auto counts, all_counts(field));
      facets.fields.push_back({field, std::move(counts)});
      continue;
    }
    ACTA_TRY(const auto lead, best_lead(others));
    std::map<std::string, std::uint64_t> counts;
    std::size_t rows = 0;
    ACTA_CHECK(walk(others, lead, {}, [&](const CaseRow& row) {
      for (const auto& value : values_of(row, field)) ++counts[value];
      return ++rows < facet_rows_max;
    }));
    facets.complete = facets.complete && rows < facet_rows_max;
    facets.fields.push_back({field, most_first(counts)});
  }
  return facets;
}

Result<std::optional<CaseRow>> StoredCaseList::by_reference(std::string_view reference) const {
  ACTA_TRY(auto row, row_at(sort_key(reference)));
  if (row && row->reference != reference) row.reset();
  return row;
}

}  // namespace

std::unique_ptr<CaseList> read_case_list(const ViewReader& reader) { return std::make_unique<StoredCaseList>(reader); }

}  // namespace acta
