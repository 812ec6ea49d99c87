#pragma once
// One reader that follows the ledger: from the ring while it keeps up, from the ledger when it does not.

#include "api/feed.h"
#include "api/feed_hall.h"

namespace acta {

class FeedReader final : public Feed {
 public:
  using Time = std::chrono::steady_clock::time_point;

  FeedReader(std::shared_ptr<FeedHall> hall, FollowOptions options);
  ~FeedReader() override;
  FeedPiece recent() override;
  FeedPiece stored() override;
  bool wait(std::function<void()> woken) override;
  void wake() override;
  std::string farewell() override;

  // --- the hall's side, under its mutex; but for at(), of a parked reader
  Position at() const { return at_; }
  // Passes over what this reader does not want. True when it has to be told something.
  bool to_be_woken(Time now);
  std::function<void()> unpark();
  std::size_t place() const { return place_; }
  void set_place(std::size_t place) { place_ = place; }

 private:
  void take_from_ring(FeedPiece& piece);
  bool take_tail(FeedPiece& piece);
  void take_chosen(FeedPiece& piece);
  void fall_behind(FeedPiece& piece);
  void add_entry(const SharedFeedEntry& entry, FeedPiece& piece);
  void add_control(std::string_view name, FeedPiece& piece);
  void add_beginning(FeedPiece& piece);
  void add_progress(FeedPiece& piece);
  void go_to(Position position);
  bool nothing_to_wait_for() const;
  Position told() const;

  const std::shared_ptr<FeedHall> hall_;
  const FollowOptions options_;
  Position at_;                              // the next one to be looked at; written under the hall's mutex
  std::optional<std::uint64_t> rest_;        // of events_max
  bool begun_ = false, caught_up_ = false, early_ = false;
  Time progress_due_;
  std::function<void()> woken_;              // parked while it is set
  std::size_t place_ = 0;                    // among the parked
};

}  // namespace acta
