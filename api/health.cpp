// /livez, /readyz and the pages that problems point to.

#include <nlohmann/json.hpp>

#include "api/resource.h"

namespace acta {
namespace {

// Computed from progress: a view that stands still is not ready, whatever its thread says.
Json readiness(const Call& call) {
  const auto& views = *call.server.views;
  const auto size = call.engine().ledger().head().size;
  const auto stopped = call.engine().writes_stopped();
  return {{"ledger", {{"size", size}}},
          {"views", {{"position", views.position()}, {"behind", size - std::min(size, views.position())}}},
          {"writes", stopped ? stopped->message : std::string("open")}};
}

}  // namespace

Result<Response> show_live(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  return text_response("text/plain; charset=utf-8", "alive\n");
}

Result<Response> show_ready(const Call& call) {
  ACTA_CHECK(call.query.only({"verbose"}));
  const auto stopped = call.engine().writes_stopped();
  if (stopped) return error(stopped->code, "reads go on, writes are refused: " + stopped->message);
  for (const auto& view : call.server.views->progress())
    if (view.state == ViewState::stopped) return error(Code::unavailable, "view " + view.name + " stands still at entry " + std::to_string(view.position) + ": " + view.reason);
  return json_response(200, readiness(call));
}

Result<Response> show_problem_page(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  auto page = problem_page(call.segment(0));
  if (!page) return error(Code::not_found, "no such problem");
  return text_response("text/html; charset=utf-8", *std::move(page));
}

}  // namespace acta
