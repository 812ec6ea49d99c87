#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/random.h"
#include "tools/acta/input.h"
#include "tools/acta/moment.h"
#include "tools/acta/session.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::size_t key_bytes = 16;

Error invalid(std::string message) { return error(Code::invalid, std::move(message)); }

// What the flags say goes over what the input says.
Result<void> add_flags(const RecordOptions& options, Json& body) {
  if (!options.reason.empty()) body["reason"] = options.reason;
  if (!options.evidence.empty()) {
    body["evidence"] = Json::array();
    for (const std::string& category : options.evidence) body["evidence"].push_back({{"category", category}});
  }
  if (options.occurred_at.empty()) return {};
  ACTA_TRY(const Moment moment, at_the_start_of("--occurred-at", options.occurred_at));
  body["occurred_at"] = moment.text;
  if (moment.whole_day) body["precision"] = "day";
  return {};
}

// The input as it is where no flag touches it: the server reads it strictly, and a second parse here could hide a
// duplicate member.
Result<std::string> body_of(const RecordOptions& options) {
  ACTA_TRY(std::string text, read_input(options.input));
  ACTA_TRY(Json body, parse_json(text));
  const std::string type = text_at(body, "type");
  if (!options.type.empty() && type != options.type) return invalid("the input is of type " + (type.empty() ? "none" : type) + ", not " + options.type + ".");
  if (options.reason.empty() && options.evidence.empty() && options.occurred_at.empty()) return text;
  ACTA_CHECK(add_flags(options, body));
  return body.dump();
}

Result<std::string> current_revision(Session& session, const std::string& id) {
  ACTA_TRY(const Json now, session.get_json("/v1/cases/" + percent_encoded(id)));
  return text_at(now, "revision");
}

Result<Request> request_of(Session& session, const RecordOptions& options, const std::string& key, std::string body) {
  Request request{.method = "POST", .target = "/v1/cases", .headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", key}}, .body = std::move(body)};
  if (options.case_id == "new") return request;
  request.target += "/" + percent_encoded(options.case_id) + "/events";
  ACTA_TRY(const std::string current, options.if_match ? Result<std::string>(std::to_string(*options.if_match)) : current_revision(session, options.case_id));
  request.headers.emplace_back("If-Match", "\"" + current + "\"");
  return request;
}

void print(const Response& answer, const std::string& key) {
  const Json recorded = parse_answer(answer.body);
  const bool replayed = answer.header("Idempotency-Replayed").has_value();
  std::cout << (replayed ? "Recorded before with this key: " : "Recorded: ") << printable(text_at(recorded, "reference")) << ", revision "
            << text_at(recorded, "revision") << ", position " << text_at(recorded, "position") << ", now " << printable(text_at(recorded, "state")) << "\n"
            << "  case  " << text_at(recorded, "id") << "\n  key   " << key << "\n";
}

}  // namespace

int record(const Globals& globals, const RecordOptions& options) {
  auto body = body_of(options);
  if (!body) return report(globals, body.error());
  auto session = Session::open(globals, Access::write);
  if (!session) return report(globals, session.error());
  const std::string key = options.key.empty() ? to_hex(random_bytes(*system_randomness(), key_bytes)) : options.key;
  auto request = request_of(*session, options, key, *std::move(body));
  if (!request) return session->report(request.error());
  const auto answer = session->ask(*std::move(request));
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else print(*answer, key);
  return 0;
}

}  // namespace acta::cli
