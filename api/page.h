#pragma once
// Pages for people: what resources give as JSON, put into the templates of api/pages. No other way to read.

#include "api/resource.h"
#include "events/json.h"

namespace acta {

// A template of api/pages filled with the members of an object; every value is escaped.
std::string fill(std::string_view page, const Json& members);
// A whole page. `content` is HTML.
Response page_response(int status, std::string_view title, const std::string& content);
// The same problem, for a browser.
Response problem_as_page(const Response& problem);
bool wants_page(const Request& request);

struct Reading {
  std::vector<std::string> path;                    // what stands for each {name} of the resource's route
  std::multimap<std::string, std::string> query = {};
  std::string role = {};
};
// What a resource answers to GET by `browser`. Error: as the resource.
Result<Response> read_resource(const Call& page, Handler resource, const Reading& reading);
Result<Json> read_json(const Call& page, Handler resource, const Reading& reading);

std::string day_of(const Json& time);               // 2021-03-02
std::string minute_of(const Json& time);            // 2021-03-02 15:24
std::string spaced(std::string code);                // project_officer -> project officer
std::string readable(const Json& value);            // money, lists and the rest as one text
std::string needed(const Json& needs);              // ["factsheet|web_page"] -> factsheet or web page
std::string cases_text(std::uint64_t count);        // 1 case, 2 cases

}  // namespace acta
