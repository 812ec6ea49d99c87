// POST /v1/views/{view}/rebuilds: a view built anew beside the one that answers.

#include <nlohmann/json.hpp>

#include "api/resource.h"

namespace acta {
namespace {

// A line a step; whoever goes away before the last one leaves the old build answering.
class Steps {
 public:
  Steps(std::unique_ptr<Rebuilding> rebuilding, Trail trail) : rebuilding_(std::move(rebuilding)), trail_(std::move(trail)) {}

  std::optional<std::string> next() {
    if (!rebuilding_) return std::nullopt;
    const auto step = rebuilding_->step();
    if (!step || step->taken_over) rebuilding_.reset();
    if (!step) return Json{{"problem", problem_json(trail_, step.error())}}.dump() + "\n";
    return Json{{"done", step->done}, {"total", step->total}, {"taken_over", step->taken_over}}.dump() + "\n";
  }

 private:
  std::unique_ptr<Rebuilding> rebuilding_;
  Trail trail_;
};

}  // namespace

Result<Response> rebuild_view(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!is_local(call)) return error(Code::denied, "only the command line on this machine may rebuild a view: Acta-Token is missing or wrong");
  ACTA_TRY(auto rebuilding, call.server.views->rebuild(call.segment(0)));
  Response response;
  response.headers = {{"Content-Type", "application/x-ndjson"}};
  response.pieces = [steps = std::make_shared<Steps>(std::move(rebuilding), call.trail)] { return steps->next(); };
  return response;
}

}  // namespace acta
