// What an auditor takes away: the signed checkpoint and proofs under it. And the clock, which is an entry of the ledger too.

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/session.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

int print_text(const Globals& globals, Access access, Request request) {
  auto session = Session::open(globals, access);
  if (!session) return report(globals, session.error());
  const auto answer = session->ask(std::move(request));
  if (!answer) return session->report(answer.error());
  std::cout << answer->body << (answer->body.ends_with('\n') ? "" : "\n");
  return 0;
}

int write_file(const Globals& globals, const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) return report(globals, error(Code::unavailable, "cannot write " + path + "."));
  if (!globals.json) std::cout << "Written to " << path << "\n";
  return 0;
}

}  // namespace

int checkpoint(const Globals& globals, bool witnessed) { return print_text(globals, Access::read, {.method = "GET", .target = std::string("/v1/ledger/checkpoint") + (witnessed ? "?witnessed=true" : ""), .headers = {}, .body = {}}); }

int prove(const Globals& globals, std::uint64_t position, const std::string& output) {
  const Request request{.method = "GET", .target = "/v1/ledger/proofs/" + std::to_string(position), .headers = {}, .body = {}};
  if (output.empty()) return print_text(globals, Access::read, request);
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->ask(request);
  return answer ? write_file(globals, output, answer->body) : session->report(answer.error());
}

int confirm_clock(const Globals& globals) {
  return print_text(globals, Access::write, {.method = "POST", .target = "/v1/clock/confirmations", .headers = {{"Content-Type", "application/json"}}, .body = "{}"});
}

}  // namespace acta::cli
