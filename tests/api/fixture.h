#pragma once
// The router in memory over a real engine and its views.

#include "../projections/engine_fixture.h"
#include "api/router.h"

namespace acta::test {

struct Caller {
  std::string actor = "jonna.lind", role = "project_officer";
};

struct ApiFixture : EngineFixture {
  explicit ApiFixture(std::string address = {});
  Response get(const std::string& target, Headers more = {}, const Caller& caller = {}) const;
  Response post(const std::string& target, const nlohmann::json& body, Headers more = {}, const Caller& caller = {}) const;
  Response send(const Request& request) const;

  std::unique_ptr<Views> views;
  std::unique_ptr<Router> router;
};

nlohmann::json json_of(const Response& response);
std::string header_of(const Response& response, std::string_view name);  // empty when it is not there
std::string all_of(const Response& response);                            // body, or all its pieces
// Status, media type, page and code of a problem; fails the test when one of them is not as it must be.
void check_problem(const Response& response, int status, std::string_view code);

}  // namespace acta::test
