#include <doctest/doctest.h>

#include "api/uri.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;
using nlohmann::json;

namespace {

void open_case(const ApiFixture& api, std::string title, std::string theme, std::string key) {
  auto body = opening_body();
  body["data"]["title"] = std::move(title);
  body["data"]["theme"] = std::move(theme);
  REQUIRE(api.post("/v1/cases", body, {{"Idempotency-Key", std::move(key)}}).status == 201);
}

}  // namespace

TEST_CASE("api: the list of cases is narrowed by its query, and the next page keeps the filters") {
  const ApiFixture api;
  open_case(api, "Labour I", "LM", "k1");
  open_case(api, "Asylum", "IP", "k2");
  open_case(api, "Labour II", "LM", "k3");
  const auto first = api.get("/v1/cases?theme=LM&theme=HO&text=lab&limit=1");
  REQUIRE(first.status == 200);
  CHECK(json_of(first)["items"][0]["title"] == "Labour I");
  const auto link = header_of(first, "Link");
  REQUIRE(link.starts_with("</v1/cases?theme=LM&theme=HO&text=lab&limit=1&after="));
  const auto second = api.get(link.substr(1, link.find('>') - 1));
  CHECK(json_of(second)["items"][0]["title"] == "Labour II");
  CHECK(json_of(second)["next"].is_null());
  CHECK(header_of(second, "Link").empty());
  CHECK_FALSE(header_of(first, "Acta-Position").empty());
}

TEST_CASE("api: facets count what each value would leave") {
  const ApiFixture api;
  open_case(api, "Labour I", "LM", "k1");
  open_case(api, "Asylum", "IP", "k2");
  const auto body = json_of(api.get("/v1/cases?theme=LM&facets=true&sort=-changed_at"));
  CHECK(body["items"].size() == 1);
  CHECK(body["facets"]["complete"] == true);
  CHECK(body["facets"]["fields"]["theme"].size() == 2);
  CHECK(body["facets"]["fields"]["closed"] == json::array({{{"value", "false"}, {"cases", 1}}}));
  CHECK_FALSE(json_of(api.get("/v1/cases")).contains("facets"));
}

TEST_CASE("api: a filter that is none is told by its name") {
  const ApiFixture api;
  for (const auto* query : {"closed=perhaps", "sort=title", "opened_from=yesterday", "facets=1", "theme=LM&colour=red", "text=a&text=b", "min_position=x"})
    check_problem(api.get(std::string("/v1/cases?") + query), 400, "malformed");
  check_problem(api.get("/v1/cases?text=" + std::string(201, 'a')), 400, "malformed");
}

TEST_CASE("uri: a parameter is set in place of the one there was") {
  CHECK(with_parameter("/v1/cases", "after", "61") == "/v1/cases?after=61");
  CHECK(with_parameter("/v1/cases?limit=1", "after", "61") == "/v1/cases?limit=1&after=61");
  CHECK(with_parameter("/v1/cases?after=60&limit=1", "after", "61") == "/v1/cases?limit=1&after=61");
}

TEST_CASE("uri: all but the unreserved characters are written as percent and two digits") {
  CHECK(percent_encoded("Az09-._~") == "Az09-._~");
  CHECK(percent_encoded("a b&c=d/é%") == "a%20b%26c%3Dd%2F%C3%A9%25");
  CHECK(percent_encoded("").empty());
}
