#pragma once
// A view as the runner sees it: a fold over entries into keys of its own.

#include "engine/engine.h"
#include "projections/audit.h"
#include "projections/case_history.h"
#include "projections/case_list.h"
#include "projections/counts.h"
#include "projections/view_store.h"
#include "projections/worklist.h"

namespace acta {

struct View {
  std::string_view name;
  std::uint32_t version;  // raised with every change of what the fold writes: the view is then built anew
  // Pure: of the entry, the definitions the ledger holds and the view's own keys.
  Result<void> (*fold)(const Engine& engine, const Entry& entry, ViewWriter& out);
};

extern const View case_list_view;
extern const View case_history_view;
extern const View counts_view;
extern const View worklist_view;
extern const View audit_view;        // every entry
extern const View refusals_view;     // the same of refusals alone

std::unique_ptr<CaseList> read_case_list(const ViewReader& reader);
std::unique_ptr<CaseHistory> read_case_history(const ViewReader& reader);
std::unique_ptr<Counts> read_counts(const ViewReader& reader);
std::unique_ptr<Worklist> read_worklist(const ViewReader& reader, const Engine& engine);
std::unique_ptr<Audit> read_audit(const ViewReader& reader, const Engine& engine);

// The stage a configuration is in, by the definition the entry names. Error: damaged when the ledger holds none.
Result<std::string> stage_after(const Engine& engine, const Entry& entry, bool* closed = nullptr);

}  // namespace acta
