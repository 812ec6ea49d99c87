// A ledger that is older than its newest signed checkpoint: says what was found, and accepts it where a person says so.

#include <rocksdb/env.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/disk.h"
#include "engine/recovery.h"
#include "projections/subscription_file.h"
#include "tools/acta/server_file.h"
#include "tools/acta/session.h"
#include "tools/acta/table.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

Json json_of(const Rollback& rollback, bool accepted) {
  const auto head = [](std::uint64_t size, const Hash& root) { return Json{{"size", size}, {"root", to_base64(view(root))}}; };
  return {{"state", accepted ? "accepted" : rollback.recorded ? "half_accepted" : "locked"}, {"signed", head(rollback.outside.size, rollback.outside.root)}, {"found", head(rollback.size, rollback.root)},
          {"signed_by_unknown_key", rollback.unknown_key}, {"shown", rollback.shown}, {"missing", {{"from", rollback.size}, {"to", rollback.outside.size - 1}}}, {"position", rollback.recorded ? Json(rollback.recorded->value) : Json()}};
}

std::string sized(std::uint64_t size, const Hash& root) { return std::to_string(size) + " entries, root " + to_base64(view(root)); }

std::string missing(const Rollback& rollback) { return "positions " + std::to_string(rollback.size) + " to " + std::to_string(rollback.outside.size - 1); }

void print(const Rollback& rollback) {
  std::cout << render_pairs({{"signed", sized(rollback.outside.size, rollback.outside.root)},
                             {"found", sized(rollback.size, rollback.root)},
                             {"missing", missing(rollback)},
                             {"shown", "the first " + std::to_string(rollback.shown) + " entries found are those that were signed"}},
                            std::numeric_limits<std::size_t>::max());
  if (rollback.unknown_key) std::cout << "What was signed last was signed by a log key that no entry here names: the log key was changed in what is missing. So nobody can check that signature here.\n";
}

void print_way_out(const Rollback& rollback) {
  if (rollback.recorded) std::cout << "Accepted at position " << rollback.recorded->value << ", but the head file was not moved yet: give the same command again.\n";
  std::cout << "The ledger is locked. Put back the newest copy. Only if it is lost for good, accept the loss, which is recorded:\n"
            << "  acta recover --accept-rollback --signed " << rollback.outside.size << " --found " << rollback.size << " --why TEXT --as HANDLE --role ROLE\n";
}

// What views and subscriptions know of entries that are no more. Views are built anew; a subscriber that has seen more than
// there is has to say itself where it goes on. `names`: of those that were forgotten.
Result<void> forget_what_is_lost(const std::string& data, const Rollback& rollback, std::vector<std::string>& names) {
  rocksdb::Env& disk = *rocksdb::Env::Default();
  ACTA_CHECK(remove_folder_durably(disk, data + "/views"));
  ACTA_TRY(names, forget_subscriptions_beyond(disk, data + "/subscriptions", rollback.ledger, rollback.size));
  return {};
}

std::string sentence_of(const std::vector<std::string>& forgotten) {
  std::string text;
  for (const std::string& name : forgotten) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "no named subscription knew of what is lost." : "these named subscriptions had acknowledged what is lost and are forgotten: " + text + ".";
}

int look(const Globals& globals) {
  const auto found = find_rollback(folders_of(globals));
  if (!found) return report(globals, found.error());
  if (!*found) {
    std::cout << (globals.json ? Json{{"state", "fits"}}.dump() : std::string("The ledger fits its head file: nothing to recover.")) << "\n";
    return Exit::ok;
  }
  if (globals.json) std::cout << json_of(**found, false).dump() << "\n";
  else print(**found), print_way_out(**found);
  return Exit::tampered;
}

int accept(const Globals& globals, const RecoverOptions& options) {
  if (!options.signed_size || !options.found_size || options.why.empty()) return report_usage("confirm what `acta recover` shows: --signed N --found N --why TEXT.");
  if (globals.actor.empty() || globals.role.empty()) return report_usage("say who accepts it: --as HANDLE --role ROLE.");
  std::vector<std::string> forgotten;
  const auto forget = [&](const Rollback& rollback) { return forget_what_is_lost(globals.data, rollback, forgotten); };
  const auto accepted = accept_rollback(folders_of(globals), {.signed_size = *options.signed_size, .size = *options.found_size, .why = options.why, .actor = globals.actor, .role = globals.role, .forget = forget});
  if (!accepted) return report(globals, accepted.error());
  if (globals.json) return std::cout << json_of(*accepted, true).dump() << "\n", Exit::ok;
  print(*accepted);
  std::cout << "Accepted, recorded at position " << accepted->recorded->value << ": the ledger is unlocked. Views are built anew; " << sentence_of(forgotten) << "\n";
  return Exit::ok;
}

}  // namespace

int recover(const Globals& globals, const RecoverOptions& options) {
  if (!globals.url.empty()) return report_usage("recover works on a stopped folder (--data), not on a server (--url, ACTA_URL).");
  return options.accept_rollback ? accept(globals, options) : look(globals);
}

}  // namespace acta::cli
