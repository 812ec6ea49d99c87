// The keys that sign checkpoints: seen, prepared, changed, revoked.

#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

Request change(const std::string& what, const Json& body) { return {.method = "POST", .target = "/v1/ledger/keys" + what, .headers = {{"Content-Type", "application/json"}}, .body = body.dump()}; }

std::string number_at(const Json& item, const char* name) {
  const Json& value = member(item, name);
  return value.is_number_unsigned() ? std::to_string(value.get<std::uint64_t>()) : "";
}

std::string sizes_of(const Json& item) {
  const std::string from = number_at(item, "from_size"), to = number_at(item, "to_size");
  if (from.empty()) return "";
  return to.empty() ? "from " + from : from + " to " + to;
}

std::string counts_of(const Json& item) {
  const Json& revoked = member(item, "revoked");
  return revoked.is_object() ? "up to " + number_at(revoked, "counts") + " (entry " + number_at(revoked, "position") + ")" : "";
}

// The keys themselves below: they are as long as a line.
void print(const Json& keys) {
  std::vector<TableRow> rows;
  for (const Json& item : member(keys, "items")) rows.push_back({text_at(item, "id"), text_at(item, "state"), sizes_of(item), counts_of(item)});
  std::cout << render_table({{.title = "key", .shrinks = false}, {.title = "state", .shrinks = false}, {.title = "signs sizes"}, {.title = "counts"}}, rows, terminal_width());
  for (const Json& item : member(keys, "items")) std::cout << (text_at(item, "key").empty() ? text_at(item, "id") + ": " + text_at(item, "why") : text_at(item, "key")) << "\n";
}

int send(const Globals& globals, Access access, Request request, const std::function<void(const Json&)>& tell) {
  auto session = Session::open(globals, access);
  if (!session) return report(globals, session.error());
  const auto answer = session->ask(std::move(request));
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->body << "\n";
  else tell(parse_answer(answer->body));
  return Exit::ok;
}

}  // namespace

int list_keys(const Globals& globals) { return send(globals, Access::read, {.method = "GET", .target = "/v1/ledger/keys", .headers = {}, .body = {}}, print); }

int generate_key(const Globals& globals) {
  return send(globals, Access::write, change("", Json::object()), [](const Json& made) {
    std::cout << "Prepared, and in force once `acta key rotate` was run:\n" << text_at(made, "key") << "\n";
  });
}

int rotate_key(const Globals& globals, const KeyRotateOptions& options) {
  Json body = Json::object();
  if (!options.to.empty()) body["to"] = options.to;
  return send(globals, Access::write, change("/rotations", body), [](const Json& keys) {
    print(keys);
    std::cout << "Recorded, signed with the new key, and the old one destroyed. Hand the new key to those who check.\n";
  });
}

int revoke_key(const Globals& globals, const KeyRevokeOptions& options) {
  Json body{{"key", options.key}, {"reason", options.reason}};
  if (options.counts) body["counts"] = *options.counts;
  return send(globals, Access::write, change("/revocations", body), [](const Json& keys) {
    print(keys);
    std::cout << "Recorded. Hand the key in force to those who check, by another way than this ledger.\n";
  });
}

}  // namespace acta::cli
