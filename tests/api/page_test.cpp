#include <doctest/doctest.h>

#include <regex>
#include <set>

#include "fixture.h"

using namespace acta;
using namespace acta::test;

namespace {

const Headers browser = {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};
const Caller nobody = {.actor = "", .role = ""};

Response page(const ApiFixture& api, const std::string& target) { return api.get(target, browser, nobody); }

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string open_titled(const ApiFixture& api, const std::string& title, const std::string& key) {
  auto body = opening_body();
  body["data"]["title"] = title;
  const auto response = api.post("/v1/cases", body, {{"Idempotency-Key", key}});
  REQUIRE_MESSAGE(response.status == 201, response.body);
  return json_of(response)["reference"];
}

// What stands between the quotes of the first `name="`.
std::string attribute(const std::string& html, const std::string& name) {
  const auto begin = html.find(name + "=\"");
  REQUIRE(begin != std::string::npos);
  const auto from = begin + name.size() + 2;
  return html.substr(from, html.find('"', from) - from);
}

std::string unescaped(std::string text) {
  for (auto at = text.find("&amp;"); at != std::string::npos; at = text.find("&amp;", at + 1)) text.replace(at, 5, "&");
  return text;
}

// Where links lead, and what stands on them.
std::vector<std::pair<std::string, std::string>> links_and_texts(const std::string& html) {
  static const std::regex link("<a [^>]*href=\"([^\"]*)\"[^>]*>([^<]*)</a>");
  std::vector<std::pair<std::string, std::string>> out;
  for (std::sregex_iterator at(html.begin(), html.end(), link), end; at != end; ++at) out.emplace_back(unescaped((*at)[1]), (*at)[2]);
  return out;
}

std::vector<std::string> links(const std::string& html) {
  std::vector<std::string> out;
  for (const auto& [link, text] : links_and_texts(html)) out.push_back(link);
  return out;
}

std::vector<std::pair<std::string, std::string>> numbers(const std::string& html) {
  auto all = links_and_texts(html);
  std::erase_if(all, [](const auto& link) { return !link.first.starts_with("/counts/cases?"); });
  return all;
}

}  // namespace

TEST_CASE("pages: a case and its history are reached from the start by links alone") {
  const ApiFixture api;
  const auto reference = open_titled(api, "Harbour statistics", "k");
  const auto start = page(api, "/");
  REQUIRE(start.status == 200);
  CHECK(holds(start.body, "<h1>Test facility</h1>"));
  REQUIRE(holds(start.body, "href=\"/cases?state=received\""));
  const auto list = page(api, "/cases?state=received");
  REQUIRE(holds(list.body, "href=\"/cases/" + reference + "\""));
  const auto shown = page(api, "/cases/" + reference);
  CHECK(shown.status == 200);
  CHECK(holds(shown.body, "Harbour statistics"));
  CHECK(holds(shown.body, "RequestReceived"));
  CHECK(holds(shown.body, "request letter"));
  CHECK(holds(shown.body, "blocked by"));
  CHECK(holds(page(api, "/cases/" + reference + "?role=project_officer").body, "<span class=\"yes\">allowed</span>"));
}

TEST_CASE("pages: each count by state is the number of cases that its link leads to") {
  const ApiFixture api;
  for (const auto* key : {"k1", "k2", "k3"}) open_titled(api, "T", key);
  CHECK(holds(page(api, "/").body, "received</a></th><td class=\"number\">3</td>"));
  CHECK(holds(page(api, "/cases?state=received").body, "<caption>3 cases with state received</caption>"));
  CHECK(holds(page(api, "/cases?state=closed").body, "<p>No case with state closed."));
}

TEST_CASE("pages: the worklist shows what waits, for all or for one role, with what it lacks") {
  const ApiFixture api;
  const auto reference = open_titled(api, "Harbour statistics", "k");
  REQUIRE(holds(page(api, "/").body, "href=\"/worklist\""));
  for (const auto* target : {"/worklist", "/worklist?role=", "/worklist?role=project_officer"}) {
    const auto shown = page(api, target);
    REQUIRE_MESSAGE(shown.status == 200, shown.body);
    CHECK(holds(shown.body, "href=\"/cases/" + reference + "\""));
    CHECK(holds(shown.body, "Request acknowledged"));
    CHECK(holds(shown.body, "acknowledgement</td>"));
    CHECK(holds(shown.body, ">project officer (1)</option>"));
  }
  CHECK(holds(page(api, "/worklist?role=project_officer").body, "<option value=\"project_officer\" selected>"));
  const auto none = page(api, "/worklist?role=steering_chair").body;
  CHECK(holds(none, "<p>Nothing waits for the role of steering chair.</p>"));
  CHECK(holds(none, "<option value=\"steering_chair\" selected>steering chair (0)</option>"));
  CHECK_FALSE(holds(none, reference));
  CHECK(page(api, "/worklist?role=nobody").status == 400);
}

// Through the links to the next page, all of which keep what was chosen.
std::multiset<std::string> read_through(const ApiFixture& api, std::string target) {
  const auto chosen = target.substr(target.find('?') + 1);
  std::multiset<std::string> cases;
  for (int pages = 1; !target.empty(); ++pages) {
    REQUIRE(pages <= 2);
    const auto html = page(api, target).body;
    for (const auto& link : links(html))
      if (link.starts_with("/cases/")) cases.insert(link);
    const auto next = html.find("rel=\"next\"");
    CHECK((next != std::string::npos) == (pages == 1));
    target = next == std::string::npos ? "" : links(html.substr(html.rfind("<a ", next))).front();
    if (!target.empty()) CHECK(holds(target, chosen));
  }
  return cases;
}

TEST_CASE("pages: lists of several pages are read through by their links, each case once, with what was chosen") {
  const ApiFixture api;
  for (int i = 0; i < 51; ++i) open_titled(api, "T", "k" + std::to_string(i));
  for (const auto* target : {"/worklist?role=project_officer", "/cases?state=received"}) {
    const auto cases = read_through(api, target);
    CHECK(cases.size() == 51);
    CHECK(std::set<std::string>(cases.begin(), cases.end()).size() == 51);
  }
}

TEST_CASE("pages: every number of the counts leads to exactly as many cases, by whatever it is counted") {
  const ApiFixture api;
  const auto reference = open_titled(api, "Harbour statistics", "k1");
  open_titled(api, "T", "k2");
  REQUIRE(holds(page(api, "/").body, "href=\"/counts\""));
  CHECK(page(api, "/counts").body == page(api, "/counts?by=theme&from=&to=").body);
  for (const auto* by : {"theme", "region", "country", "state", "year", "process"}) {
    const auto shown = page(api, std::string("/counts?by=") + by);
    REQUIRE_MESSAGE(shown.status == 200, shown.body);
    CHECK(holds(shown.body, std::string("<option value=\"") + by + "\" selected>"));
    std::size_t followed = 0;
    for (const auto& [link, number] : numbers(shown.body)) {
      const auto cases = page(api, link);
      REQUIRE_MESSAGE(cases.status == 200, cases.body);
      if (holds(link, "?measure=") && !holds(link, "measure=converted")) CHECK_MESSAGE(holds(cases.body, number == "0" ? "<p>No cases.</p>" : "<caption>" + number + (number == "1" ? " case" : " cases") + "</caption>"), link);
      ++followed;
    }
    CHECK(followed == 2 * 13);   // one value, and all
  }
  const auto [link, number] = numbers(page(api, "/counts").body).front();
  CHECK(number == "2");
  CHECK(holds(page(api, link).body, "href=\"/cases/" + reference + "\""));
  CHECK(holds(page(api, link).body, "<dt>measure</dt><dd>received</dd>"));
  for (const auto* wrong : {"/counts?by=colour", "/counts?from=noon", "/counts/cases", "/counts/cases?measure=nonsense"}) CHECK(page(api, wrong).status == 400);
}

TEST_CASE("pages: what people wrote stays text") {
  const ApiFixture api;
  const auto reference = open_titled(api, "<script>alert('x')</script> \"q\" & {{title}} \u202Eabc", "k");
  for (const auto& target : {std::string("/cases"), "/cases/" + reference, std::string("/worklist"), std::string("/counts/cases?measure=received"), std::string("/cases?text=%3Cscript%3E%22")}) {
    const auto html = page(api, target).body;
    CHECK_FALSE(holds(html, "<script"));
    CHECK_FALSE(holds(html, "=\"<"));
  }
  const auto html = page(api, "/cases/" + reference).body;
  CHECK(holds(html, "<bdi>&lt;script&gt;alert("));
  CHECK(holds(html, "&quot;q&quot; &amp; {{title}}"));
}

TEST_CASE("pages: personal values are not on them") {
  const ApiFixture api;
  const auto reference = open_titled(api, "T", "k");
  REQUIRE(holds(api.get("/v1/cases/" + reference + "/events").body, "Orla Quist"));
  for (const auto& target : {"/cases/" + reference, std::string("/worklist"), std::string("/counts/cases?measure=received")}) CHECK_FALSE(holds(page(api, target).body, "Orla Quist"));
}

TEST_CASE("pages: they run no script and load nothing from elsewhere") {
  const ApiFixture api;
  for (const auto* target : {"/", "/cases", "/worklist", "/counts", "/counts/cases?measure=received"}) {
    const auto response = page(api, target);
    CHECK(header_of(response, "Content-Type") == "text/html; charset=utf-8");
    CHECK(header_of(response, "Content-Security-Policy").starts_with("default-src 'none'; style-src 'self'"));
    CHECK(holds(response.body, "<html lang=\"en\">"));
    CHECK_FALSE(holds(response.body, "http"));
  }
}

TEST_CASE("pages: the style sheet may be kept for ever, under the name that its content gives it") {
  const ApiFixture api;
  const auto html = page(api, "/").body;
  const auto style = attribute(html.substr(html.find("stylesheet")), "href");
  const auto response = page(api, style);
  CHECK(response.status == 200);
  CHECK(header_of(response, "Content-Type") == "text/css; charset=utf-8");
  CHECK(holds(header_of(response, "Cache-Control"), "immutable"));
  CHECK(page(api, "/static/style-0.css").status == 404);
}

TEST_CASE("pages: a problem is a page for a browser and JSON for all others") {
  const ApiFixture api;
  for (const auto* target : {"/cases/ACT-1999-001", "/nowhere", "/cases/x/y"}) {
    const auto response = page(api, target);
    CHECK(response.status == 404);
    CHECK(header_of(response, "Content-Type") == "text/html; charset=utf-8");
    CHECK(holds(response.body, "Status 404"));
    check_problem(api.get(target, {}, nobody), 404, "not_found");
  }
  CHECK(page(api, "/?colour=red").status == 400);
  check_problem(page(api, "/v1/cases"), 401, "no_actor");
}
