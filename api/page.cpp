#include "api/page.h"

#include <algorithm>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

#include "api/embedded.h"
#include "events/sha256.h"

namespace acta {
namespace {

namespace mustache = kainjow::mustache;

constexpr const char* policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
constexpr std::size_t day_characters = 10, minute_characters = 16;

mustache::data data_of(const Json& value) {
  if (value.is_null() || value == "") return false;   // no section for what is not there
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_array()) {
    mustache::data list(mustache::data::type::list);
    for (const auto& item : value) list.push_back(data_of(item));
    return list;
  }
  if (!value.is_object()) return value.dump();
  mustache::data object;
  for (const auto& member : value.items()) object.set(member.key(), data_of(member.value()));
  return object;
}

// Another style sheet has another name: browsers keep each for ever.
std::string style_name() {
  static const std::string name = "style-" + to_text(sha256(view(embedded("style.css")))).substr(0, 16) + ".css";
  return name;
}

// The way to each list; which one is being looked at is said by its title.
Json navigation(std::string_view title) {
  Json out = Json::array();
  for (const auto& [name, link] : {std::pair{"Cases", "/cases"}, {"Worklist", "/worklist"}, {"Counts", "/counts"}, {"Interface", "/v1/openapi.yaml"}})
    out.push_back({{"name", name}, {"link", link}, {"current", title == name}});
  return out;
}

void add_page_headers(Response& response) {
  response.headers.emplace_back("Content-Security-Policy", policy);
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cache-Control", "no-store");
}

}  // namespace

std::string fill(std::string_view page, const Json& members) {
  mustache::mustache filled{std::string(embedded(page))};
  return filled.render(data_of(members));
}

Response page_response(int status, std::string_view title, const std::string& content) {
  auto response = text_response("text/html; charset=utf-8", fill("layout.html", {{"title", title}, {"style", style_name()}, {"navigation", navigation(title)}, {"content", content}}));
  response.status = status;
  add_page_headers(response);
  return response;
}

Response problem_as_page(const Response& problem) {
  const auto body = Json::parse(problem.body, nullptr, false);
  auto page = page_response(problem.status, body.value("title", ""), fill("problem.html", body));
  for (const auto& [name, value] : problem.headers)
    if (name != "Content-Type" && name != "Cache-Control") page.headers.emplace_back(name, value);
  return page;
}

bool wants_page(const Request& request) {
  const bool resource = request.target == "/v1" || request.target.starts_with("/v1/") || request.target.starts_with("/v1?");
  const auto accept = request.header("Accept");
  return !resource && accept && accept->find("text/html") != std::string_view::npos;
}

Result<Response> read_resource(const Call& page, Handler resource, const Reading& reading) {
  const Request request{"GET", page.request.target, {}, {}};
  const Match match{0, reading.path, reading.query};
  return resource(Call{request, page.server, match, Query(reading.query), page.trail, "browser", reading.role});
}

Result<Json> read_json(const Call& page, Handler resource, const Reading& reading) {
  ACTA_TRY(const auto response, read_resource(page, resource, reading));
  return parse_json(response.body);
}

std::string day_of(const Json& time) { return time.get<std::string>().substr(0, day_characters); }

std::string minute_of(const Json& time) {
  auto text = time.get<std::string>().substr(0, minute_characters);
  text[day_characters] = ' ';
  return text;
}

std::string spaced(std::string code) {
  std::replace(code.begin(), code.end(), '_', ' ');
  return code;
}

std::string readable(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("amount")) return value.value("amount", "") + " " + value.value("currency", "");
  if (!value.is_array()) return value.dump();
  std::string out;
  for (const auto& item : value) out += (out.empty() ? "" : ", ") + readable(item);
  return out;
}

std::string needed(const Json& needs) {
  auto text = spaced(readable(needs));
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at)) text.replace(at, 1, " or ");
  return text;
}

std::string cases_text(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " case" : " cases"); }

Result<Response> show_style(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (call.segment(0) != style_name()) return error(Code::not_found, "no such file");
  auto response = text_response("text/css; charset=utf-8", std::string(embedded("style.css")));
  response.headers.emplace_back("ETag", "\"" + style_name() + "\"");
  response.headers.emplace_back("Cache-Control", "max-age=31536000, immutable");
  return response;
}

}  // namespace acta
