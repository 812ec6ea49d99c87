#include "projections/subscriptions.h"

#include <rocksdb/env.h>

#include <algorithm>

#include "engine/disk.h"
#include "events/log.h"
#include "projections/subscription_file.h"

namespace acta {
namespace {

constexpr std::size_t name_length_max = 64;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool in_name(char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

Error not_there(std::string_view name) { return error(Code::not_found, "no subscription `" + std::string(name) + "`: PUT makes it"); }

Error wrong_name() {
  auto failure = error(Code::invalid, "the name of a subscription is 1 to 64 of a-z 0-9 _ -, a letter first");
  failure.fields.push_back({"/name", "1 to 64 of a-z 0-9 _ -, a letter first"});
  return failure;
}

Error wrong_position(std::string detail) {
  auto failure = error(Code::invalid, detail);
  failure.fields.push_back({"/position", std::move(detail)});
  return failure;
}

Error too_many(std::string_view whose, std::size_t most) {
  return error(Code::invalid, std::string(whose) + std::to_string(most) + " subscriptions, which is the most: delete one that nobody reads");
}

}  // namespace

bool is_subscription_name(std::string_view text) {
  return !text.empty() && text.size() <= name_length_max && is_lower(text.front()) && std::all_of(text.begin(), text.end(), in_name);
}

Result<std::unique_ptr<Subscriptions>> Subscriptions::open(const Engine& engine, const SubscriptionsOptions& options) {
  auto chosen = options;
  if (chosen.env == nullptr) chosen.env = rocksdb::Env::Default();
  std::unique_ptr<Subscriptions> made(new Subscriptions(engine, std::move(chosen)));
  ACTA_CHECK(made->load());
  return made;
}

std::string Subscriptions::path_of(std::string_view name) const { return options_.folder + "/" + std::string(name); }

Result<void> Subscriptions::load() {
  std::vector<std::string> files;
  const auto listed = options_.env->GetChildren(options_.folder, &files);
  if (listed.IsNotFound() && options_.env->FileExists(options_.folder).IsNotFound()) return {};   // not: a file, or not to be read
  if (!listed.ok()) return error(Code::unavailable, "reading " + options_.folder + ": " + listed.ToString());
  for (const auto& file : files)
    if (is_subscription_name(file)) load_file(file);   // what a crash left of a write that was never answered has another name
  return {};
}

void Subscriptions::load_file(const std::string& file) {
  const auto bytes = read_file(*options_.env, path_of(file));
  auto read = bytes ? parse_subscription(text_view(*bytes), engine_.genesis().ledger) : Result<Subscription>(bytes.error());
  if (read && read->name == file) return held_.emplace(file, *std::move(read)), void();
  const auto why = read ? std::string("the file holds the subscription of another name") : read.error().message;
  spdlog::error("subscription_unreadable file={} reason=\"{}\"", path_of(file), why);
  unreadable_.emplace(file, why);
}

std::vector<Subscription> Subscriptions::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<Subscription> out;
  for (const auto& [name, subscription] : held_) out.push_back(subscription);
  return out;
}

Result<Subscription> Subscriptions::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (const auto found = held_.find(name); found != held_.end()) return found->second;
  const auto broken = unreadable_.find(name);
  if (broken == unreadable_.end()) return not_there(name);
  return error(Code::damaged, path_of(name) + " cannot be read: " + broken->second + ". Put it back from a backup, or move it away, start again and make the subscription anew, from the position its reader knows");
}

Result<Subscription> Subscriptions::owned(std::string_view name, const PersonId& by) const {
  ACTA_TRY(auto found, find(name));
  if (found.owner != by) return error(Code::denied, "the subscription `" + std::string(name) + "` is somebody else's");
  return found;
}

Result<void> Subscriptions::check_room(const PersonId& owner) const {
  const std::lock_guard lock(mutex_);
  const auto mine = std::count_if(held_.begin(), held_.end(), [&](const auto& held) { return held.second.owner == owner; });
  if (static_cast<std::size_t>(mine) >= options_.per_person_max) return too_many("this person has ", options_.per_person_max);
  if (held_.size() + unreadable_.size() >= options_.subscriptions_max) return too_many("there are ", options_.subscriptions_max);
  return {};
}

Result<void> Subscriptions::keep(const Subscription& subscription) {
  ACTA_CHECK(make_folder(*options_.env, options_.folder));
  ACTA_CHECK(write_file_durably(*options_.env, path_of(subscription.name), view(subscription_text(subscription, engine_.genesis().ledger))));
  const std::lock_guard lock(mutex_);
  held_.insert_or_assign(subscription.name, subscription);
  return {};
}

Result<Subscriptions::Put> Subscriptions::put(const SubscriptionWish& wish) {
  if (!is_subscription_name(wish.name)) return wrong_name();
  const std::lock_guard turn(writing_);
  auto found = owned(wish.name, wish.owner);
  if (!found && found.error().code != Code::not_found) return found.error();
  if (!found) ACTA_CHECK(check_room(wish.owner));
  const auto first = wish.first.value_or(Position{0});
  Subscription wanted = found ? *found : Subscription{wish.name, wish.owner, wish.now, {}, first, first};
  if (wish.first && *wish.first != wanted.first)
    return error(Code::conflict, "the subscription `" + wish.name + "` began at " + std::to_string(wanted.first.value) + ": where it begins is said when it is made; delete it to begin elsewhere");
  wanted.filter = wish.filter;
  if (!found || found->filter != wanted.filter) ACTA_CHECK(keep(wanted));
  return Put{wanted, !found};
}

Result<Subscription> Subscriptions::acknowledge(std::string_view name, const PersonId& by, Position position) {
  const std::lock_guard turn(writing_);
  ACTA_TRY(auto subscription, owned(name, by));
  const auto size = engine_.ledger().head().size;
  if (position.value >= size) return wrong_position("nothing is at position " + std::to_string(position.value) + ": the ledger ends before " + std::to_string(size));
  const auto after = next(position);
  if (after < subscription.next) return wrong_position("position " + std::to_string(position.value) + " is before " + std::to_string(subscription.next.value - 1) + ", which is acknowledged already");
  if (after == subscription.next) return subscription;
  subscription.next = after;
  ACTA_CHECK(keep(subscription));
  return subscription;
}

Result<void> Subscriptions::remove(std::string_view name, const PersonId& by) {
  const std::lock_guard turn(writing_);
  ACTA_TRY(const auto subscription, owned(name, by));
  ACTA_CHECK(remove_file_durably(*options_.env, path_of(name)));
  const std::lock_guard lock(mutex_);
  held_.erase(subscription.name);
  return {};
}

}  // namespace acta
