#include <doctest/doctest.h>

#include <algorithm>

#include "exchanges.h"
#include "fixture.h"
#include "projections/view.h"

using namespace acta;
using namespace acta::test;

namespace {

// The ledger of a fixture, opened again as a machine with too little room has it.
struct CrampedApi : EngineFixture {
  CrampedApi() {
    engine.reset();
    Environment environment;
    environment.free_bytes_min = 1ull << 60;
    engine = *Engine::open(folders, Access::write, environment);
    views = *Views::open(*engine, {.folder = folders.data + "/views"});
    REQUIRE(views->catch_up());
    router = std::make_unique<Router>(RouterOptions{.engine = engine.get(), .views = views.get(), .address = {}, .local_token = {}});
  }
  Response get(const std::string& target) const {
    const Request request{"GET", target, {{"Acta-Actor", "jonna.lind"}}, {}};
    return noted(request, router->handle(request));
  }

  std::unique_ptr<Views> views;
  std::unique_ptr<Router> router;
};

nlohmann::json check_named(const nlohmann::json& checks, const std::string& name) {
  for (const auto& check : checks)
    if (check["check"] == name) return check;
  FAIL(name);
  return {};
}

}  // namespace

TEST_CASE("readyz: each check says what it found") {
  const ApiFixture api;
  const auto answer = api.get("/readyz?verbose", {}, {"", ""});
  REQUIRE(answer.status == 200);
  std::vector<std::string> names;
  const auto body = json_of(answer);
  for (const auto& check : body["checks"]) {
    names.push_back(check["check"]);
    CHECK(check["ok"] == true);
    CHECK_FALSE(check["what"].get<std::string>().empty());
  }
  for (const auto* name : {"ledger", "disk", "clock", "signatures"}) CHECK(std::find(names.begin(), names.end(), name) != names.end());
  CHECK(std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.starts_with("view "); }));
}

TEST_CASE("readyz: without room it is not ready, says why, and reads go on") {
  const CrampedApi api;
  const auto answer = api.get("/readyz?verbose");
  check_problem(answer, 503, "full");
  CHECK(json_of(answer)["detail"].get<std::string>().starts_with("not ready: disk: only "));
  CHECK(check_named(json_of(answer)["checks"], "disk")["ok"] == false);
  CHECK(check_named(json_of(answer)["checks"], "ledger")["ok"] == true);
  CHECK_FALSE(json_of(api.get("/readyz")).contains("checks"));
  CHECK(api.get("/livez").status == 200);
  CHECK(api.get("/v1/cases").status == 200);
  CHECK(api.get("/metrics").body.find("\nacta_writes_open 0\n") != std::string::npos);
}

TEST_CASE("readyz: a view that is being built is not shown half, says how far it is, and nobody else waits for it") {
  ApiFixture api;
  const auto opened = api.open_case("k1");
  const auto size = std::to_string(api.engine->ledger().head().size);
  api.router.reset();
  api.views = *Views::open(*api.engine, {.folder = api.folders.data + "/new-views", .env = nullptr, .follow = false});
  api.router = std::make_unique<Router>(RouterOptions{api.engine.get(), api.views.get(), {}, "", api.feeds.get(), api.subscriptions.get()});
  const Headers at_once = {{"Prefer", "wait=0"}};
  for (const auto* list : {"/v1/cases", "/v1/cases?min_position=0", "/v1/worklist", "/v1/statistics", "/v1/refusals"}) {
    const auto answer = api.get(list, at_once);
    check_problem(answer, 503, "busy");
    CHECK(header_of(answer, "Retry-After") == "1");
    CHECK_MESSAGE(json_of(answer)["detail"].get<std::string>().find("is being built: it has seen 0 of " + size + " entries") != std::string::npos, list);
  }
  const auto ready = api.get("/readyz?verbose", {}, {"", ""});
  CHECK(ready.status == 503);
  CHECK(check_named(json_of(ready)["checks"], "view case_list")["what"] == "is being built: 0 of " + size + " entries");
  CHECK(json_of(api.get("/v1/status"))["views"][0]["state"] == "building");
  CHECK(api.get("/v1/cases/" + to_text(opened.case_id)).status == 200);
  CHECK(api.get("/v1/events").status == 200);
  REQUIRE(api.views->catch_up());
  CHECK(api.get("/v1/cases", at_once).status == 200);
  CHECK(api.get("/readyz", {}, {"", ""}).status == 200);
}

TEST_CASE("status: it says in one answer what an operator asks first") {
  const ApiFixture api;
  const auto answer = api.get("/v1/status");
  REQUIRE(answer.status == 200);
  const auto status = json_of(answer);
  CHECK(status["ready"] == true);
  CHECK(status["writes"] == "open");
  CHECK(status["ledger"]["size"] == api.engine->ledger().head().size);
  CHECK(status["signed"]["size"].get<std::uint64_t>() + status["signed"]["unsigned_entries"].get<std::uint64_t>() == status["ledger"]["size"]);
  CHECK(status["disk"]["free_bytes"].get<std::uint64_t>() > status["disk"]["needed_bytes"].get<std::uint64_t>());
  CHECK(status["views"].size() >= 2);
  CHECK(status["server"].is_null());   // in memory there is none
  const auto cramped = json_of(CrampedApi().get("/v1/status"));
  CHECK(cramped["ready"] == false);
  CHECK(cramped["writes"].get<std::string>().starts_with("only "));
}
