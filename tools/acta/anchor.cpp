// Time stamps from outside over checkpoints: seen, taken away, asked for.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/history_item.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::string_view resource = "/v1/ledger/anchors";

void print(const Json& page) {
  std::vector<TableRow> rows;
  for (const Json& item : member(page, "items")) rows.push_back({plain(member(item, "position")), plain(member(item, "size")), until_minute(text_at(item, "stamped_at")), text_at(item, "signer"), text_at(item, "serial")});
  const std::vector<Column> columns = {{"pos", true, false}, {"covers", true, false}, {"stamped", false, false}, {"signed by"}, {"serial", false, true, true}};
  if (rows.empty()) std::cout << "No time stamp is recorded.\n";
  else std::cout << render_table(columns, rows, terminal_width());
  if (const std::string next = text_at(page, "next"); !next.empty()) std::cout << "More: the same with --after " << printable(next) << "\n";
}

void print_one(const Json& anchor) {
  std::cout << render_pairs({{"entry", plain(member(anchor, "position"))}, {"covers", plain(member(anchor, "size")) + " entries"}, {"root", text_at(anchor, "root")}, {"stamped", text_at(anchor, "stamped_at")},
                             {"recorded", text_at(anchor, "recorded_at")}, {"signed by", text_at(anchor, "signer")}, {"policy", text_at(anchor, "policy")}, {"serial", text_at(anchor, "serial")}, {"SHA-256", text_at(anchor, "imprint")}},
                            std::numeric_limits<std::size_t>::max());
}

// The newest where none is named.
Result<std::string> target_of(Session& session, const std::optional<std::uint64_t>& position, const std::optional<std::uint64_t>& entry) {
  if (position) return std::string(resource) + "/" + std::to_string(*position);
  ACTA_TRY(const Json page, session.get_json(std::string(resource) + "?limit=1" + (entry ? "&covers=" + std::to_string(*entry) : "")));
  const Json& items = member(page, "items");
  if (items.empty()) return error(Code::not_found, "no time stamp is recorded");
  return std::string(resource) + "/" + plain(member(items.front(), "position"));
}

Result<void> write(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!(file << bytes << std::flush)) return error(Code::unavailable, "cannot write " + path);
  return {};
}

Result<Json> exported(Session& session, const AnchorOptions& options) {
  ACTA_TRY(const std::string target, target_of(session, options.position, options.entry));
  ACTA_TRY(const Json anchor, session.get_json(target));
  ACTA_TRY(const Response checkpoint, session.get(target + "/checkpoint"));
  ACTA_TRY(const Response receipt, session.get(target + "/receipt"));
  ACTA_CHECK(write(options.output, checkpoint.body));
  ACTA_CHECK(write(options.output + ".tsr", receipt.body));
  return anchor;
}

template <class Ask>
int told(const Globals& globals, Access access, const Ask& ask, void (*tell)(const Json&)) {
  auto session = Session::open(globals, access);
  if (!session) return report(globals, session.error());
  const auto answer = ask(*session);
  if (!answer) return session->report(answer.error());
  if (globals.json) std::cout << answer->dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  else tell(*answer);
  return Exit::ok;
}

}  // namespace

int list_anchors(const Globals& globals, const AnchorOptions& options) {
  const std::string query = Query().add("limit", options.limit ? std::to_string(*options.limit) : "").add("after", options.after).add("covers", options.entry ? std::to_string(*options.entry) : "").text();
  return told(globals, Access::read, [&](Session& session) { return session.get_json(std::string(resource) + query); }, print);
}

int show_anchor(const Globals& globals, const AnchorOptions& options) {
  return told(globals, Access::read, [&](Session& session) -> Result<Json> {
    ACTA_TRY(const std::string target, target_of(session, options.position, options.entry));
    return session.get_json(target);
  }, print_one);
}

int export_anchor(const Globals& globals, const AnchorOptions& options) {
  const int exit = told(globals, Access::read, [&](Session& session) { return exported(session, options); }, print_one);
  if (exit == Exit::ok && !globals.json)
    std::cout << "Written to " << options.output << " and " << options.output << ".tsr. To check who stamped it, and when:\n"
              << "  openssl ts -verify -data " << options.output << " -in " << options.output << ".tsr -CAfile AUTHORITIES.pem\n";
  return exit;
}

int anchor_now(const Globals& globals) {
  return told(globals, Access::write, [](Session& session) -> Result<Json> {
    ACTA_TRY(const Response answer, session.ask({.method = "POST", .target = std::string(resource), .headers = {}, .body = {}}));
    return parse_answer(answer.body);
  }, print_one);
}

}  // namespace acta::cli
