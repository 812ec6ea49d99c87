#pragma once
// Named subscriptions: how far a reader of the feed has come, kept for it. Nothing of this is in the ledger, and nothing of
// it can be computed again: each is a file of its own, durable before an acknowledgement is answered.

#include <map>
#include <memory>
#include <mutex>

#include "projections/entry_filter.h"

namespace acta {

struct Subscription {
  std::string name;
  PersonId owner;
  Instant created_at;
  EntryFilter filter;
  Position first;            // where it began
  Position next;             // everything before it is acknowledged
};

// 1 to 64 of a-z 0-9 _ -, a letter first.
bool is_subscription_name(std::string_view text);

struct SubscriptionsOptions {
  std::string folder;                // <data>/subscriptions; made with the first one
  rocksdb::Env* env = nullptr;       // null: the real disk
  std::size_t subscriptions_max = 256, per_person_max = 32;
};

// What somebody wants to have.
struct SubscriptionWish {
  std::string name;
  PersonId owner;
  EntryFilter filter;
  std::optional<Position> first;     // absent: from the beginning, or as it is
  Instant now;
};

// Any thread. Who changes one must be its owner.
class Subscriptions {
 public:
  // A file that cannot be read stops nobody: its subscription alone answers damaged. Error: unavailable.
  static Result<std::unique_ptr<Subscriptions>> open(const Engine& engine, const SubscriptionsOptions& options);

  std::vector<Subscription> all() const;                             // ordered by name
  // Error (all): not_found, damaged (names the file).
  Result<Subscription> find(std::string_view name) const;
  struct Put {
    Subscription subscription;
    bool made = false;
  };
  // Makes it, or gives it another filter. Error: invalid (name, or too many), denied, conflict (it began elsewhere),
  // unavailable.
  Result<Put> put(const SubscriptionWish& wish);
  // Everything up to and with `position` was dealt with. The same again changes nothing. Error: denied, invalid (before what
  // is acknowledged already, or beyond the ledger), unavailable.
  Result<Subscription> acknowledge(std::string_view name, const PersonId& by, Position position);
  Result<void> remove(std::string_view name, const PersonId& by);    // Error: denied, unavailable

 private:
  Subscriptions(const Engine& engine, SubscriptionsOptions options) : engine_(engine), options_(std::move(options)) {}
  Result<void> load();
  void load_file(const std::string& file);
  Result<Subscription> owned(std::string_view name, const PersonId& by) const;
  Result<void> check_room(const PersonId& owner) const;
  Result<void> keep(const Subscription& subscription);
  std::string path_of(std::string_view name) const;

  const Engine& engine_;
  const SubscriptionsOptions options_;
  std::mutex writing_;               // one write at a time; who only reads does not wait for the disk
  mutable std::mutex mutex_;         // of what is held in memory
  std::map<std::string, Subscription, std::less<>> held_;
  std::map<std::string, std::string, std::less<>> unreadable_;       // name -> why
};

}  // namespace acta
