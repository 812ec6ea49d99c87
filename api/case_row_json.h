#pragma once
// A row of the case list, as every list of cases shows it.

#include "events/json.h"
#include "projections/case_row.h"

namespace acta {

Json case_row_json(const CaseRow& row);

}  // namespace acta
