#pragma once
// One row a case, and what it is found by.

#include <set>
#include <string>
#include <vector>

#include "engine/case_state.h"
#include "events/ids.h"
#include "events/time.h"

namespace acta {

// What a case list can be narrowed by. The letter is the field's name in keys.
enum class CaseField : char { process = 'p', state = 's', country = 'c', theme = 't', region = 'g', requester = 'q', closed = 'x', word = 'w' };

struct CaseRow {
  CaseId id;
  std::string reference, process, title, state;   // state = the definition's stage
  std::string requester, theme, region;           // where the process has them as case data; else empty
  std::vector<std::string> countries;
  Revision revision = 0;
  bool closed = false;
  Instant opened_at, changed_at;                  // recorded_at
};

// All values under which a row is found: none, one, or several (countries, words of title and requester).
std::set<std::string> values_of(const CaseRow& row, CaseField field);
inline constexpr std::array all_case_fields = {CaseField::process, CaseField::state,     CaseField::country, CaseField::theme,
                                               CaseField::region,  CaseField::requester, CaseField::closed,  CaseField::word};

// What lists show as title: the case data of that name, if the process has it.
std::string title_of(const CaseState& state);
// Takes over what an entry's effect says of it.
void take_data(const Effect& effect, CaseRow& row);

std::string encode(const CaseRow& row);
Result<CaseRow> decode_case_row(std::string_view stored);   // Error: damaged

// The reference with its counter at full width, so that ACT-2024-1000 follows ACT-2024-999.
std::string sort_key(std::string_view reference);

// Keys of the view. By case: -> sort key; by sort key: -> row; found: a value, then the sort key; counted: how many
// cases are found by a value; changed: newest change first.
std::string key_by_case(const CaseId& id);
std::string key_by_sort_key(std::string_view sort_key);
std::string key_found(CaseField field, std::string_view value, std::string_view sort_key);
std::string key_counted(CaseField field, std::string_view value);
std::string key_changed(Instant changed_at, std::string_view sort_key);

}  // namespace acta
