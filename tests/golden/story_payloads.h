#pragma once
// The payloads of the golden ledger's events, field by field of golden.fbs.

#include "events/envelope.h"

namespace acta::golden {

Bytes loan_asked(const PersonId& borrower, std::string_view title, const Money& fee);
Bytes borrower_name(std::string_view name);     // the personal part of LoanAsked: what its box holds
Bytes remark(std::string_view text);            // all the others
Bytes reminder(std::string_view clock, Instant due_at, std::string_view role);

}  // namespace acta::golden
