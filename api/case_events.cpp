// POST /v1/cases, GET and POST /v1/cases/{case}/events.

#include <mutex>
#include <nlohmann/json.hpp>

#include "api/entry_json.h"
#include "api/resource.h"
#include "api/submission_body.h"
#include "engine/ledger/tree.h"
#include "projections/case_history.h"

namespace acta {
namespace {

// Headers first: who asks, under which key, against which revision. Then the body.
Result<Submission> submission_of(const Call& call, std::string path) {
  Submission out;
  ACTA_TRY(out.key, idempotency_key(call.request));
  out.actor = call.actor;
  out.role = call.role;
  out.method = "POST";
  out.path = std::move(path);
  out.trace = std::string(call.request.header("traceparent").value_or(""));
  ACTA_TRY(const auto body, parse_json(call.request.body));
  ACTA_CHECK(read_submission(call.engine().catalogue(), body, {}, out));
  return out;
}

// Rendered from the revision the command led to, so that a repeated request gets the same answer, whatever came later.
Result<Response> recorded_response(const Engine& engine, const Recorded& recorded) {
  ACTA_TRY(const auto state, engine.state_at_revision(recorded.case_id, recorded.revision));
  if (!state) return error(Code::damaged, "case " + to_text(recorded.case_id) + " has no revision " + std::to_string(recorded.revision));
  auto body = case_json(engine, *state);
  body["position"] = recorded.first.value;
  body["count"] = recorded.count;
  auto response = json_response(201, body);
  response.headers.emplace_back("Location", "/v1/cases/" + to_text(recorded.case_id));
  response.headers.emplace_back("ETag", etag_of(recorded.revision));
  response.headers.emplace_back("Acta-Position", std::to_string(recorded.first.value + recorded.count - 1));
  if (recorded.replayed) response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

// A command on its way to the disk.
class Recording final : public Pending {
 public:
  explicit Recording(const Call& call) : engine_(call.engine()), trail_(call.trail) {}
  void take(Result<Recorded> result);
  void wait(std::function<void()> ready) override;
  Response answer() override;

 private:
  const Engine& engine_;
  const Trail trail_;
  std::mutex mutex_;
  std::optional<Result<Recorded>> result_;
  std::function<void()> ready_;
};

void Recording::take(Result<Recorded> result) {
  std::function<void()> ready;
  {
    const std::lock_guard lock(mutex_);
    result_ = std::move(result);
    ready = std::move(ready_);
  }
  if (ready) ready();
}

void Recording::wait(std::function<void()> ready) {
  {
    const std::lock_guard lock(mutex_);
    if (!result_) {
      ready_ = std::move(ready);
      return;
    }
  }
  ready();
}

Response Recording::answer() {
  if (!*result_) return problem(trail_, result_->error());
  auto response = recorded_response(engine_, **result_);
  return response ? *std::move(response) : problem(trail_, response.error());
}

Response recorded(const Call& call, const Submission& submission) {
  const auto recording = std::make_shared<Recording>(call);
  call.server.engine->record(submission, [recording](Result<Recorded> result) { recording->take(std::move(result)); });
  Response response;
  response.pending = recording;
  return response;
}

// If-Match is one strong tag: "4". Error: malformed.
Result<Revision> parse_if_match(std::string_view text) {
  const bool quoted = text.size() > 2 && text.front() == '"' && text.back() == '"';
  const auto number = quoted ? parse_number(text.substr(1, text.size() - 2)) : Result<std::uint64_t>(error(Code::malformed, ""));
  if (!number || *number > std::numeric_limits<Revision>::max()) return error(Code::malformed, "If-Match is one revision in quotes, as in the ETag of the case: \"4\"");
  return static_cast<Revision>(*number);
}

Response not_json(const Call& call) { return problem(call.trail, Fault::wrong_media_type, "the body is application/json"); }

Result<Json> history_item(const Call& call, const HistoryRow& row) {
  ACTA_TRY(const auto bytes, call.engine().ledger().read_bytes(row.position));
  ACTA_TRY(const auto entry, decode(bytes));
  Json item;
  ACTA_TRY(item["event"], cloud_event(call.engine(), entry, leaf_hash(bytes)));
  ACTA_TRY(item["personal"], personal_json(call.engine(), entry));
  item["evidence"] = evidence_json(entry.evidence);
  item["facts"] = facts_json(entry.facts);
  item["rule"] = entry.rule.empty() ? Json() : Json(entry.rule);
  if (entry.effect) item["effect"] = effect_json(*entry.effect);
  if (!entry.invented.empty()) item["invented"] = entry.invented;
  item["state"] = row.stage_after;
  item["late"] = row.late;
  return item;
}

Result<Json> history_json(const Call& call, const std::vector<HistoryRow>& rows) {
  Json items = Json::array();
  for (const auto& row : rows) {
    ACTA_TRY(auto item, history_item(call, row));
    items.push_back(std::move(item));
  }
  return Json{{"items", std::move(items)}, {"next", nullptr}};
}

}  // namespace

Result<Response> open_case(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!has_media_type(call.request, "application/json")) return not_json(call);
  ACTA_TRY(const auto submission, submission_of(call, "/v1/cases"));
  return recorded(call, submission);
}

Result<Response> record_event(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!has_media_type(call.request, "application/json")) return not_json(call);
  const auto if_match = call.request.header("If-Match");
  if (!if_match) return problem(call.trail, Fault::no_if_match, "say which revision this was decided on: If-Match: \"4\", as in the ETag of the case");
  ACTA_TRY(const auto revision, parse_if_match(*if_match));
  ACTA_TRY(const auto id, find_case(call, call.segment(0)));
  ACTA_TRY(auto submission, submission_of(call, "/v1/cases/" + to_text(id) + "/events"));
  submission.case_id = id;
  submission.expected_revision = revision;
  return recorded(call, submission);
}

Result<Response> show_history(const Call& call) {
  ACTA_CHECK(call.query.only({"refusals", "min_position"}));
  ACTA_TRY(const auto refusals, call.query.flag("refusals"));
  ACTA_TRY(const auto id, find_case(call, call.segment(0)));
  ACTA_TRY(const auto state, call.engine().ledger().state(id));
  if (!state) return error(Code::not_found, "no case " + to_text(id));
  ACTA_CHECK(wait_for_view(call, case_history_view));
  const auto seen = call.server.views->position(case_history_view);
  ACTA_TRY(const auto rows, call.server.views->history().of(id, refusals));
  ACTA_TRY(const auto body, history_json(call, rows));
  auto response = json_response(200, body);
  response.headers.emplace_back("ETag", etag_of(state->revision));
  response.headers.emplace_back("Acta-Position", std::to_string(seen));
  return response;
}

}  // namespace acta
