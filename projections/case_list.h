#pragma once
// The list of cases: narrowed, sorted, a page at a time, and counted by what it can be narrowed by.

#include <map>
#include <optional>

#include "projections/case_row.h"

namespace acta {

enum class CaseOrder : std::uint8_t { by_reference, newest_change_first };

// All that is given must hold; of several values of one field, one.
struct CaseFilter {
  std::map<CaseField, std::vector<std::string>> values = {};   // whole values
  std::string text = {};                                       // every word of it begins a word of title, requester or reference
  std::optional<Instant> opened_from = {}, opened_before = {}, changed_from = {}, changed_before = {};
};

struct CasePage {
  std::vector<CaseRow> rows;
  std::string next;                                       // opaque cursor; empty at the end
};

struct CaseFacet {
  CaseField field;
  std::vector<std::pair<std::string, std::uint64_t>> values;  // most cases first
};

struct CaseFacets {
  std::vector<CaseFacet> fields;                          // each under the other filters
  bool complete = true;                                   // false: only the first `facet_rows_max` cases were counted
};

inline constexpr std::size_t facet_rows_max = 50'000;

class CaseList {
 public:
  virtual ~CaseList() = default;
  // after: a cursor of an earlier page of the same order, or empty. A cursor stays good while the list changes. Walks the
  // cases of the rarest filter given. Error: malformed (not a cursor).
  virtual Result<CasePage> page(const CaseFilter& filter, CaseOrder order, std::string_view after, std::size_t limit) const = 0;
  virtual Result<CaseFacets> facets(const CaseFilter& filter) const = 0;
  virtual Result<std::optional<CaseRow>> by_reference(std::string_view reference) const = 0;
};

}  // namespace acta
