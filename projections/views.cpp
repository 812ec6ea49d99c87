#include "projections/views.h"

#include <thread>

#include "projections/runner.h"

namespace acta {

struct Views::Impl {
  std::unique_ptr<Runner> runner;
  std::unique_ptr<CaseList> cases;
  std::unique_ptr<CaseHistory> history;
  std::unique_ptr<Counts> counts;
  std::unique_ptr<Worklist> worklist;
  std::atomic<bool> stop = false;
  std::thread follower;
};

Result<std::unique_ptr<Views>> Views::open(const Engine& engine, const ViewsOptions& options) {
  const std::vector<View> views = {case_list_view, case_history_view, counts_view, worklist_view};
  ViewStoreOptions where;
  where.folder = options.folder;
  where.env = options.env;
  where.ledger = engine.genesis().ledger;
  where.entries_max = engine.ledger().head().size;
  for (const auto& view : views) where.views.emplace_back(std::string(view.name), view.version);
  ACTA_TRY(auto store, ViewStore::open(where));

  auto impl = std::make_unique<Impl>();
  impl->cases = read_case_list(store->reader(0));
  impl->history = read_case_history(store->reader(1));
  impl->counts = read_counts(store->reader(2));
  impl->worklist = read_worklist(store->reader(3), engine);
  impl->runner = std::make_unique<Runner>(engine, views, std::move(store));
  if (options.follow) impl->follower = std::thread([&held = *impl] { held.runner->follow(held.stop); });
  return std::unique_ptr<Views>(new Views(std::move(impl)));
}

Views::Views(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Views::~Views() {
  impl_->stop = true;
  if (impl_->follower.joinable()) impl_->follower.join();
}

Result<void> Views::catch_up() { return impl_->runner->catch_up(); }
bool Views::wait_for(std::uint64_t size, int timeout_ms) const { return impl_->runner->wait_for(size, timeout_ms); }
std::uint64_t Views::position() const { return impl_->runner->position(); }
std::optional<Error> Views::failure() const { return impl_->runner->failure(); }
const CaseList& Views::cases() const { return *impl_->cases; }
const CaseHistory& Views::history() const { return *impl_->history; }
const Counts& Views::counts() const { return *impl_->counts; }
const Worklist& Views::worklist() const { return *impl_->worklist; }

}  // namespace acta
