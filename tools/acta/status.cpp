#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/server_file.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::uint64_t count_at(const Json& of, const char* name) {
  const Json& value = member(of, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

std::string entries(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " entry" : " entries"); }

// As 4 d 7 h, 12 min, 3 s: the two largest parts tell enough.
std::string duration(std::uint64_t seconds) {
  if (seconds >= 86'400) return std::to_string(seconds / 86'400) + " d " + std::to_string(seconds % 86'400 / 3'600) + " h";
  if (seconds >= 3'600) return std::to_string(seconds / 3'600) + " h " + std::to_string(seconds % 3'600 / 60) + " min";
  return seconds >= 60 ? std::to_string(seconds / 60) + " min" : std::to_string(seconds) + " s";
}

std::string mebibytes(const Json& of, const char* name) { return std::to_string(count_at(of, name) >> 20) + " MiB"; }

std::string signature_line(const Json& status) {
  const Json& of = member(status, "signed");
  const auto exposed = count_at(of, "unsigned_entries");
  const std::string until = "up to entry " + std::to_string(count_at(of, "size"));
  return exposed == 0 ? until + ", all" : until + "; " + entries(exposed) + " not yet, the oldest for " + duration(count_at(of, "oldest_unsigned_seconds"));
}

std::string witness_line(const Json& of) {
  const auto exposed = count_at(of, "unwitnessed_entries");
  std::string line = "up to entry " + std::to_string(count_at(of, "size"));
  line += exposed == 0 ? ", all" : "; " + entries(exposed) + " not yet, the oldest for " + duration(count_at(of, "oldest_unwitnessed_seconds"));
  for (const Json& one : member(of, "witnesses"))
    if (!text_at(one, "failure").empty()) line += "; " + text_at(one, "name") + " fails: " + text_at(one, "failure");
  return line;
}

std::string anchor_line(const Json& of) {
  const auto exposed = count_at(of, "unanchored_entries");
  std::string line = "a time stamp covers " + entries(count_at(of, "size"));
  line += exposed == 0 ? ", all" : "; " + entries(exposed) + " not yet, the oldest for " + duration(count_at(of, "oldest_unanchored_seconds"));
  const Json& server = member(of, "server");
  if (!server.is_object()) return line + "; no time-stamp server is asked";
  return text_at(server, "failure").empty() ? line : line + "; it fails: " + text_at(server, "failure");
}

std::string view_line(const Json& view) {
  const std::string state = text_at(view, "state");
  if (state == "stopped") return "stands still at entry " + std::to_string(count_at(view, "position")) + ": " + text_at(view, "reason");
  const std::string rebuilding = member(view, "rebuilding") == Json(true) ? ", being built anew" : "";
  const auto behind = count_at(view, "behind");
  if (state == "building") return "being built: " + std::to_string(count_at(view, "position")) + " of " + entries(count_at(view, "position") + behind);
  return (behind == 0 ? std::string("up to date") : entries(behind) + " behind") + rebuilding;
}

std::string lag_text(const Json& lag, const std::string& what) {
  const auto behind = count_at(lag, "entries");
  return behind == 0 ? "up to date" : entries(behind) + " " + what + ", the oldest for " + duration(count_at(lag, "seconds"));
}

std::string feeds_line(const Json& feeds, std::uint64_t connections) {
  const auto open = count_at(feeds, "open");
  const std::string lag = open == 0 ? "" : "; furthest behind: " + lag_text(member(feeds, "lag"), "behind");
  return std::to_string(open) + " open, " + std::to_string(connections) + " connections" + lag;
}

std::string server_line(const Json& server, const std::string& scheme) {
  if (!server.is_object()) return "none runs on this folder";
  return scheme + "://" + text_at(server, "address") + ", process " + std::to_string(count_at(server, "pid")) + ", up for " + duration(count_at(server, "uptime_seconds")) + ", " +
         mebibytes(server, "resident_bytes") + " resident, " + std::to_string(count_at(server, "threads")) + " threads";
}

std::vector<std::pair<std::string, std::string>> lines_of(const Json& status, const std::string& scheme) {
  const Json &ledger = member(status, "ledger"), &disk = member(status, "disk"), &server = member(status, "server");
  std::vector<std::pair<std::string, std::string>> lines = {
      {"facility", text_at(status, "facility") + (member(status, "demo") == Json(true) ? " (its log key is public)" : "")},
      {"origin", text_at(status, "origin")},
      {"version", text_at(status, "version")},
      {"server", server_line(server, scheme)},
      {"ledger", entries(count_at(ledger, "size"))},
      {"root", text_at(ledger, "root")},
      {"signed", signature_line(status)},
      {"writes", text_at(status, "writes")},
  };
  if (member(status, "witnessed").is_object()) lines.emplace_back("witnessed", witness_line(member(status, "witnessed")));
  if (member(status, "anchored").is_object()) lines.emplace_back("anchored", anchor_line(member(status, "anchored")));
  for (const Json& view : member(status, "views")) lines.emplace_back("view " + text_at(view, "name"), view_line(view));
  if (server.is_object()) lines.emplace_back("feeds", feeds_line(member(status, "feeds"), count_at(server, "connections")));
  for (const Json& one : member(status, "subscriptions")) lines.emplace_back("subscription " + text_at(one, "name"), lag_text(member(one, "lag"), "not acknowledged"));
  if (disk.is_object()) lines.emplace_back("disk", mebibytes(disk, "free_bytes") + " free, " + mebibytes(disk, "needed_bytes") + " needed, ledger " + mebibytes(disk, "ledger_bytes"));
  return lines;
}

// That it was asked in.
std::string scheme_of(const Globals& globals) {
  if (!globals.url.empty()) return globals.url.starts_with("https:") ? "https" : "http";
  const auto server = read_server_file(globals.data);
  return server ? server->scheme : "http";
}

void print(const Json& status, const std::string& scheme) {
  std::cout << render_pairs(lines_of(status, scheme), terminal_width());
  for (const Json& check : member(status, "checks"))
    if (member(check, "ok") == Json(false)) std::cout << "Wrong: " << printable(text_at(check, "check")) << ": " << printable(text_at(check, "what")) << "\n";
  std::cout << (member(status, "ready") == Json(true) ? "Ready.\n" : "Not ready.\n");
}

}  // namespace

int status(const Globals& globals) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const auto answer = session->get_json("/v1/status");
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else print(*answer, scheme_of(globals));
  return member(*answer, "ready") == Json(true) ? Exit::ok : Exit::failed;
}

}  // namespace acta::cli
