// /livez, /readyz and the pages that problems point to.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/condition.h"
#include "api/page.h"
#include "api/resource.h"

namespace acta {
namespace {

Error not_ready(const std::vector<Condition>& wrong) {
  std::string all;
  for (const auto& condition : wrong) all += (all.empty() ? "" : "; ") + condition.name + ": " + condition.what;
  return error(*wrong.front().wrong, "not ready: " + all);
}

// 503 whatever the cause: who asks wants to know whether to send requests here.
Response unready(const Call& call, const std::vector<Condition>& wrong, Json checks) {
  auto response = problem(call.trail, not_ready(wrong));
  auto body = problem_json(call.trail, not_ready(wrong));
  response.status = 503;
  if (!response.header("Retry-After")) response.headers.emplace_back("Retry-After", "1");
  body["status"] = 503;
  if (!checks.is_null()) body["checks"] = std::move(checks);
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

}  // namespace

Result<Response> show_live(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  return text_response("text/plain; charset=utf-8", "alive\n");
}

Result<Response> show_ready(const Call& call) {
  ACTA_CHECK(call.query.only({"verbose"}));
  const auto all = conditions(call.server);
  auto wrong = all;
  std::erase_if(wrong, [](const Condition& condition) { return !condition.wrong; });
  Json checks = call.query.text("verbose") ? conditions_json(all) : Json();
  if (!wrong.empty()) return unready(call, wrong, std::move(checks));
  Json ready{{"ready", true}};
  if (!checks.is_null()) ready["checks"] = std::move(checks);
  return json_response(200, ready);
}

Result<Response> show_problem_page(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  const auto found = problem_meaning(call.segment(0));
  if (!found) return error(Code::not_found, "no such problem");
  return page_response(200, found->title, fill("problem_meaning.html", {{"title", found->title}, {"meaning", found->meaning}, {"status", found->status}, {"code", found->code}}));
}

}  // namespace acta
