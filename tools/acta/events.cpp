#include <nlohmann/json.hpp>

#include "tools/acta/acknowledge.h"
#include "tools/acta/event_printer.h"
#include "tools/acta/follow.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::string decimal(const std::optional<std::uint64_t>& number) { return number ? std::to_string(*number) : ""; }

std::string filters_of(const EventsOptions& options) {
  std::string out;
  const auto add = [&out](const char* name, const std::vector<std::string>& values) {
    for (const auto& value : values) out += std::string("&") + name + "=" + percent_encoded(value);
  };
  add("case", options.cases);
  add("process", options.processes);
  add("type", options.types);
  add("role", options.roles);
  return out;
}

std::optional<std::uint64_t> first_of(const EventsOptions& options) {
  return options.after ? std::optional(*options.after + 1) : options.from;
}

// What there is now. Nobody can add to a folder that is open here: without a server there is nothing to follow.
int print_page(const Globals& globals, Session session, const EventsOptions& options) {
  const auto query = Query().add("from", decimal(options.from)).add("after", decimal(options.after)).add("limit", decimal(options.limit)).add("subscription", options.subscription).add("follow", "false");
  EventPrinter printer(globals.json);
  const Request request{.method = "GET", .target = "/v1/events" + query.text() + filters_of(options), .headers = {{"Accept", "application/x-ndjson"}}, .body = {}};
  const auto answer = session.ask(request, [&printer](std::string_view piece) { return printer.take(piece); });
  if (!answer) return session.report(answer.error());
  if (!options.ack || !printer.next() || *printer.next() == 0) return Exit::ok;
  const auto acknowledged = acknowledge(session, options.subscription, *printer.next() - 1);
  return acknowledged ? Exit::ok : session.report(acknowledged.error());
}

}  // namespace

int events(const Globals& globals, const EventsOptions& options) {
  if (options.ack && options.subscription.empty()) return report_usage("--ack needs --subscription: whose position is it?");
  auto session = Session::open(globals, options.ack ? Access::write : Access::read);
  if (!session) return report(globals, session.error());
  if (!options.follow || !session->is_server()) return print_page(globals, *std::move(session), options);
  return follow(globals, *std::move(session), {.query = filters_of(options), .subscription = options.subscription, .ack = options.ack, .from = first_of(options), .limit = options.limit});
}

}  // namespace acta::cli
