#pragma once
// What a resource gets and gives. Routes are data, a handler is a function: routes.cpp lists them all.

#include "api/matcher.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/router.h"
#include "projections/view.h"

namespace acta {

struct Call {
  const Request& request;
  const RouterOptions& server;
  const Match& match;
  Query query;
  Trail trail;
  std::string actor, role;   // as the headers say; empty outside /v1

  const Engine& engine() const { return *server.engine; }
  const std::string& segment(std::size_t index) const { return match.path[index]; }
};

// A failure becomes a problem in the router.
using Handler = Result<Response> (*)(const Call&);

// Who may ask below /v1: somebody with a name, or anybody, as other people's verifiers do (docs/adr/0013).
enum class Asker : std::uint8_t { named, anybody };

struct Route {
  Pattern pattern;
  Handler handler;
  Asker asker = Asker::named;
};
const std::vector<Route>& routes();

Result<Response> open_case(const Call& call);
Result<Response> list_cases(const Call& call);
Result<Response> show_case(const Call& call);
Result<Response> show_history(const Call& call);
Result<Response> record_event(const Call& call);
Result<Response> list_audit(const Call& call);
Result<Response> list_refusals(const Call& call);
Result<Response> rebuild_view(const Call& call);
Result<Response> show_actions(const Call& call);
Result<Response> show_worklist(const Call& call);
Result<Response> show_statistics(const Call& call);
Result<Response> list_counted_cases(const Call& call);
Result<Response> show_events(const Call& call);
Result<Response> list_subscriptions(const Call& call);
Result<Response> show_subscription(const Call& call);
Result<Response> put_subscription(const Call& call);
Result<Response> acknowledge_position(const Call& call);
Result<Response> delete_subscription(const Call& call);
Result<Response> show_schema(const Call& call);
Result<Response> show_checkpoint(const Call& call);
Result<Response> show_proof(const Call& call);
Result<Response> show_consistency(const Call& call);
Result<Response> show_log_key(const Call& call);
Result<Response> list_log_keys(const Call& call);
Result<Response> prepare_log_key(const Call& call);
Result<Response> rotate_log_key(const Call& call);
Result<Response> revoke_log_key(const Call& call);
Result<Response> list_anchors(const Call& call);
Result<Response> anchor_now(const Call& call);
Result<Response> show_anchor(const Call& call);
Result<Response> show_receipt(const Call& call);
Result<Response> show_anchored_checkpoint(const Call& call);
Result<Response> show_tile(const Call& call);
Result<Response> show_bundle(const Call& call);
Result<Response> copy_ledger(const Call& call);
Result<Response> confirm_clock(const Call& call);
Result<Response> import_lines(const Call& call);
Result<Response> show_status(const Call& call);
Result<Response> show_metrics(const Call& call);
Result<Response> show_contract(const Call& call);
Result<Response> show_live(const Call& call);
Result<Response> show_ready(const Call& call);
Result<Response> show_start_page(const Call& call);
Result<Response> show_cases_page(const Call& call);
Result<Response> show_case_page(const Call& call);
Result<Response> show_worklist_page(const Call& call);
Result<Response> show_counts_page(const Call& call);
Result<Response> show_counted_cases_page(const Call& call);
Result<Response> show_style(const Call& call);
Result<Response> show_problem_page(const Call& call);

// --- what several resources need
Response json_response(int status, const Json& body);
Response text_response(std::string_view media_type, std::string body);
// What Host may say to who listens there; nothing without an address.
std::vector<std::string> hosts_of(const std::string& address);
// Id or reference. Error: not_found.
Result<CaseId> find_case(const Call& call, std::string_view id_or_reference);
// A view shows what was committed before the request came; waits two seconds at most, or until `min_position` is seen, for
// as long as `Prefer: wait=` says, 30 seconds at most. Error: busy when `min_position` was not reached, or the view is
// being built and not whole yet; unavailable when it stands still.
Result<void> wait_for_view(const Call& call, const View& view);
// A checkpoint over the first `size` entries: the newest that witnesses cosigned where that is enough, else newest_note().
Result<std::string> note_over(const Call& call, std::uint64_t size);
// The checkpoint note: signed now, when this process may sign; else the newest that was. With cosignatures where it has them.
Result<std::string> newest_note(const Call& call);
// The command line on this machine, by the token of this run.
bool is_local(const Call& call);
// Error: malformed when there is none.
Result<std::string> idempotency_key(const Request& request);
bool has_media_type(const Request& request, std::string_view media_type);
std::string etag_of(Revision revision);
// RFC 9110 13.1.2: any of the listed tags, weakly compared.
bool already_has(const Request& request, std::string_view etag);

}  // namespace acta
