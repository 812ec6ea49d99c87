#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/acknowledge.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::string place_of(const std::string& name) { return "/v1/subscriptions/" + percent_encoded(name); }

std::string age_of(const Json& lag) {
  const Json& seconds = member(lag, "seconds");
  if (!seconds.is_number()) return "";
  const auto total = seconds.get<std::int64_t>();
  if (total < 120) return std::to_string(total) + " s";
  if (total < 7'200) return std::to_string(total / 60) + " min";
  if (total < 172'800) return std::to_string(total / 3'600) + " h";
  return std::to_string(total / 86'400) + " d";
}

std::string filter_of(const Json& item) {
  std::string out;
  for (const auto& [name, value] : flatten(member(item, "filter"))) out += (out.empty() ? "" : " ") + name + "=" + value;
  return out;
}

TableRow row_of(const Json& item) {
  const Json& lag = member(item, "lag");
  return {text_at(item, "name"), text_at(item, "acknowledged"), text_at(lag, "entries"), age_of(lag), plain(member(item, "mine")) == "true" ? "you" : text_at(item, "created_by"), filter_of(item)};
}

void print_table(const Json& items) {
  std::vector<TableRow> rows;
  for (const Json& item : items) rows.push_back(row_of(item));
  const std::vector<Column> columns = {{"name", false, false}, {"acknowledged", true, false}, {"lag", true, false}, {"oldest", true, false}, {"whose"}, {"filter", false, true, true}};
  std::cout << render_table(columns, rows, terminal_width());
}

int print(const Session& session, const Result<Response>& answer) {
  if (!answer) return session.report(answer.error());
  if (session.globals().json) std::cout << answer->body << "\n";
  else print_table(Json::array({parse_answer(answer->body)}));
  return Exit::ok;
}

Json body_of(const SubscriptionOptions& options) {
  Json filter = Json::object();
  const auto add = [&filter](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) filter[name] = values;
  };
  add("case", options.cases);
  add("process", options.processes);
  add("type", options.types);
  add("role", options.roles);
  Json body = {{"filter", std::move(filter)}};
  if (options.from) body["from"] = *options.from;
  return body;
}

}  // namespace

int list_subscriptions(const Globals& globals) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->get("/v1/subscriptions");
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else if (const Json page = parse_answer(answer->body); member(page, "items").empty()) std::cout << "Nobody has a subscription yet: acta subscriptions create NAME makes one.\n";
  else print_table(member(page, "items"));
  return Exit::ok;
}

int create_subscription(const Globals& globals, const SubscriptionOptions& options) {
  auto session = Session::open(globals, Access::write);
  if (!session) return report(globals, session.error());
  return print(*session, session->ask({.method = "PUT", .target = place_of(options.name), .headers = {{"Content-Type", "application/json"}}, .body = body_of(options).dump()}));
}

int show_subscription(const Globals& globals, const SubscriptionOptions& options) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  return print(*session, session->get(place_of(options.name)));
}

int acknowledge_subscription(const Globals& globals, const SubscriptionOptions& options) {
  auto session = Session::open(globals, Access::write);
  if (!session) return report(globals, session.error());
  return print(*session, acknowledge(*session, options.name, options.position));
}

int delete_subscription(const Globals& globals, const SubscriptionOptions& options) {
  auto session = Session::open(globals, Access::write);
  if (!session) return report(globals, session.error());
  const auto answer = session->ask({.method = "DELETE", .target = place_of(options.name), .headers = {}, .body = {}});
  return answer ? Exit::ok : session->report(answer.error());
}

}  // namespace acta::cli
