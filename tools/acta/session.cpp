#include "tools/acta/session.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/terminal.h"

namespace acta::cli {
namespace {

void print_failure(const Error& failure) {
  std::cerr << "acta: " << printable(failure.message) << "\n";
  for (const FieldError& field : failure.fields)
    std::cerr << "  " << (field.pointer.empty() ? "/" : printable(field.pointer)) << "  " << printable(field.detail) << "\n";
  if (!failure.rule.empty()) std::cerr << "  rule: " << printable(failure.rule) << "\n";
  if (failure.current_revision) std::cerr << "  current revision: " << *failure.current_revision << "\n";
  std::string allowed;
  for (const std::string& type : failure.allowed) allowed += (allowed.empty() ? "" : ", ") + type;
  if (!allowed.empty()) std::cerr << "  accepted now: " << printable(allowed) << "\n";
  // A conflict that is not a case's, as a folder that is not empty, says itself what to do.
  if (failure.code != Code::conflict || !failure.allowed.empty()) std::cerr << way_out(failure.code) << "\n";
}

// For failures before any request could be sent.
std::string problem_of(const Error& failure) {
  Json problem{{"type", "/problems/" + std::string(name_of(failure.code))}, {"title", name_of(failure.code)}, {"code", name_of(failure.code)}, {"detail", failure.message}};
  for (const FieldError& field : failure.fields) problem["errors"].push_back({{"pointer", field.pointer}, {"detail", field.detail}});
  return problem.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

int report(const Globals& globals, const Error& failure) {
  print_failure(failure);
  if (globals.json) std::cerr << problem_of(failure) << "\n";
  return exit_code(failure.code);
}

int report_usage(const std::string& message) {
  std::cerr << "acta: " << message << "\nRun acta with --help for what it understands.\n";
  return Exit::usage;
}

Result<Session> Session::open(const Globals& globals, Access access) {
  Globals asking = globals;
  if (asking.actor.empty() && access == Access::write) return error(Code::denied, "an entry says who recorded it, and nobody was named.");
  if (asking.actor.empty()) asking.actor = reader_handle;
  ACTA_TRY(auto transport, open_transport(asking, access));
  return Session(asking, std::move(transport));
}

Result<Response> Session::ask(Request request, const Sink& sink) {
  request.headers.emplace_back("Acta-Actor", globals_.actor);
  if (!globals_.role.empty()) request.headers.emplace_back("Acta-Role", globals_.role);
  problem_.clear();
  ACTA_TRY(Response answer, transport_->send(request, sink));
  if (answer.status < 300) return answer;
  problem_ = answer.body;
  return error_of(answer);
}

Result<Response> Session::get(const std::string& target) { return ask({.method = "GET", .target = target, .headers = {}, .body = {}}); }

Result<Json> Session::get_json(const std::string& target) {
  ACTA_TRY(const Response answer, get(target));
  Json json = parse_answer(answer.body);
  if (json.is_null()) return error(Code::unavailable, "the answer to " + target + " is not JSON.");
  return json;
}

int Session::report(const Error& failure) const {
  if (problem_.empty()) return cli::report(globals_, failure);
  print_failure(failure);
  if (globals_.json) std::cerr << problem_ << "\n";
  return exit_code(failure.code);
}

Query& Query::add(std::string_view name, const std::string& value) {
  if (value.empty()) return *this;
  ((((text_ += text_.empty() ? '?' : '&') += name) += '=') += percent_encoded(value));
  return *this;
}

}  // namespace acta::cli
