#include "projections/subscription_file.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/disk.h"
#include "events/json.h"
#include "events/sha256.h"

namespace acta {
namespace {

constexpr int file_format = 1;

std::vector<std::string> texts_of(const std::vector<CaseId>& cases) {
  std::vector<std::string> out;
  for (const auto& id : cases) out.push_back(to_text(id));
  return out;
}

Error unreadable(std::string_view why) { return error(Code::damaged, "the file of the subscription " + std::string(why)); }

// Written by us and guarded by its digest: what is missing or of another kind came from elsewhere.
Result<std::string> text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return unreadable(std::string("has no text ") + name);
  return found->get<std::string>();
}

Result<std::vector<std::string>> texts_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return unreadable(std::string("has no list ") + name);
  std::vector<std::string> out;
  for (const auto& item : *found) {
    if (!item.is_string()) return unreadable(std::string("has something else than texts in ") + name);
    out.push_back(item.get<std::string>());
  }
  return out;
}

Result<Position> position_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return unreadable(std::string("has no position ") + name);
  return Position{found->get<std::uint64_t>()};
}

Result<EntryFilter> filter_at(const Json& object) {
  EntryFilter filter;
  ACTA_TRY(filter.processes, texts_at(object, "process"));
  ACTA_TRY(filter.types, texts_at(object, "type"));
  ACTA_TRY(filter.roles, texts_at(object, "role"));
  ACTA_TRY(const auto cases, texts_at(object, "case"));
  for (const auto& text : cases) {
    ACTA_TRY(const auto id, parse_uuid(text));
    filter.cases.push_back(CaseId{id});
  }
  return filter;
}

Result<Json> checked_line(std::string_view text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || text.substr(end + 1) != to_text(sha256(view(text.substr(0, end)))) + "\n") return unreadable("does not have the digest it ends with");
  ACTA_TRY(auto json, parse_json(text.substr(0, end)));
  if (!json.is_object() || json.value("format", 0) != file_format) return unreadable("is of a format that this version does not know");
  return json;
}

}  // namespace

std::string subscription_text(const Subscription& subscription, const LedgerId& ledger) {
  const auto& filter = subscription.filter;
  const Json json = {{"format", file_format}, {"ledger", to_text(ledger)}, {"name", subscription.name}, {"owner", to_text(subscription.owner)},
                     {"created_at", to_text(subscription.created_at)}, {"case", texts_of(filter.cases)}, {"process", filter.processes}, {"type", filter.types},
                     {"role", filter.roles}, {"first", subscription.first.value}, {"next", subscription.next.value}};
  const auto line = json.dump();
  return line + "\n" + to_text(sha256(view(line))) + "\n";
}

Result<Subscription> parse_subscription(std::string_view text, const LedgerId& ledger) {
  ACTA_TRY(const auto json, checked_line(text));
  ACTA_TRY(const auto whose, text_at(json, "ledger"));
  if (whose != to_text(ledger)) return error(Code::foreign, "the file of the subscription counts the positions of another ledger");
  Subscription out;
  ACTA_TRY(out.name, text_at(json, "name"));
  ACTA_TRY(const auto owner, text_at(json, "owner"));
  ACTA_TRY(const auto owner_id, parse_uuid(owner));
  out.owner = PersonId{owner_id};
  ACTA_TRY(const auto created, text_at(json, "created_at"));
  ACTA_TRY(out.created_at, parse_instant(created));
  ACTA_TRY(out.filter, filter_at(json));
  ACTA_TRY(out.first, position_at(json, "first"));
  ACTA_TRY(out.next, position_at(json, "next"));
  return out;
}

Result<std::vector<std::string>> forget_subscriptions_beyond(rocksdb::Env& env, const std::string& folder, const LedgerId& ledger, std::uint64_t size) {
  std::vector<std::string> files, forgotten;
  const auto listed = env.GetChildren(folder, &files);
  if (listed.IsNotFound()) return forgotten;
  if (!listed.ok()) return error(Code::unavailable, "reading " + folder + ": " + listed.ToString());
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    if (!is_subscription_name(file)) continue;
    ACTA_TRY(const Bytes content, read_file(env, folder + "/" + file));
    const auto subscription = parse_subscription(text_view(content), ledger);
    if (!subscription || subscription->next.value <= size) continue;
    ACTA_CHECK(remove_file_durably(env, folder + "/" + file));
    forgotten.push_back(file);
  }
  return forgotten;
}

}  // namespace acta
