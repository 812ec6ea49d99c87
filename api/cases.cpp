// GET /v1/cases/{case}: now, or as it was.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/entry_json.h"
#include "api/rendered_cases.h"
#include "api/resource.h"

namespace acta {
namespace {

// The revision that was known when the ledger ended with `position`; 0: the case was not yet there.
Result<Revision> revision_known_at(const Engine& engine, const CaseId& id, Position position) {
  ACTA_TRY(const auto positions, engine.ledger().positions_of(id));
  for (auto at = positions.rbegin(); at != positions.rend(); ++at) {
    if (*at > position) continue;
    ACTA_TRY(const auto entry, engine.ledger().read(*at));
    if (entry.kind == Kind::event) return entry.revision.value_or(0);
  }
  return Revision{0};
}

struct Moment {
  std::optional<std::uint64_t> revision, position;
  std::optional<Instant> as_of, recorded_as_of;
  bool is_now() const { return !revision && !position && !as_of && !recorded_as_of; }
};

Result<Moment> moment_of(const Query& query) {
  Moment moment;
  ACTA_TRY(moment.revision, query.number("revision"));
  ACTA_TRY(moment.position, query.number("position"));
  ACTA_TRY(moment.as_of, query.instant("as_of"));
  ACTA_TRY(moment.recorded_as_of, query.instant("recorded_as_of"));
  const bool timed = moment.as_of || moment.recorded_as_of;
  if (int{moment.revision.has_value()} + int{moment.position.has_value()} + int{timed} > 1)
    return error(Code::malformed, "ask for one of revision, position, or a time");
  return moment;
}

Result<std::optional<CaseState>> past_state(const Engine& engine, const CaseId& id, const Moment& moment) {
  if (moment.as_of || moment.recorded_as_of) return engine.state_as_of(id, moment.as_of, moment.recorded_as_of);
  if (moment.revision) {
    if (*moment.revision == 0 || *moment.revision > std::numeric_limits<Revision>::max()) return std::optional<CaseState>();
    return engine.state_at_revision(id, static_cast<Revision>(*moment.revision));
  }
  ACTA_TRY(const auto revision, revision_known_at(engine, id, Position{*moment.position}));
  if (revision == 0) return std::optional<CaseState>();
  return engine.state_at_revision(id, revision);
}

using Rendered = std::shared_ptr<const RenderedCase>;

Rendered render(const Engine& engine, const CaseState& state, Bytes stored) {
  return std::make_shared<const RenderedCase>(RenderedCase{state.id, std::move(stored), case_json(engine, state).dump(), state.revision, state.changed_by});
}

// All three: null when there is no such case, or was none at that time.
Result<Rendered> case_now(const Call& call, const CaseId& id) {
  ACTA_TRY(auto stored, call.engine().ledger().state_bytes(id));
  if (!stored) return Rendered();
  if (auto known = call.server.rendered->find(id, *stored)) return known;
  ACTA_TRY(const auto state, decode_case_state(*stored));
  auto rendered = render(call.engine(), state, *std::move(stored));
  call.server.rendered->keep(rendered);
  return rendered;
}

Result<Rendered> case_then(const Engine& engine, const CaseId& id, const Moment& moment) {
  ACTA_TRY(const auto state, past_state(engine, id, moment));
  return state ? render(engine, *state, {}) : Rendered();
}

Result<Rendered> case_at(const Call& call, const CaseId& id, const Moment& moment) { return moment.is_now() ? case_now(call, id) : case_then(call.engine(), id, moment); }

}  // namespace

Result<Response> show_case(const Call& call) {
  ACTA_CHECK(call.query.only({"revision", "position", "as_of", "recorded_as_of", "min_position"}));
  ACTA_TRY(const auto moment, moment_of(call.query));
  ACTA_TRY(const auto id, find_case(call, call.segment(0)));
  ACTA_TRY(const auto found, case_at(call, id, moment));
  if (!found) return error(Code::not_found, "no case " + to_text(id) + ", or not at that time");
  const auto etag = etag_of(found->revision);
  auto response = already_has(call.request, etag) ? Response{.status = 304, .headers = {}, .body = {}, .pieces = {}, .feed = {}, .pending = {}}
                                                  : text_response("application/json", found->body);
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Acta-Position", std::to_string(found->changed_by.value));
  return response;
}

}  // namespace acta
