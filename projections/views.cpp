#include "projections/views.h"

#include <thread>

#include "events/thread_name.h"
#include "projections/runner.h"

namespace acta {
namespace {

// Every view there is. A new one is its file and a line here.
const std::vector<const View*>& all_views() {
  static const std::vector<const View*> all = {
      &case_list_view,
      &case_history_view,
      &counts_view,
      &worklist_view,
      &audit_view,
      &refusals_view,
  };
  return all;
}

}  // namespace

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
  ViewStoreOptions where;
  where.folder = options.folder;
  where.env = options.env;
  where.ledger = engine.genesis().ledger;
  where.entries_max = engine.ledger().head().size;
  for (const auto* view : all_views()) where.views.emplace_back(std::string(view->name), view->version);
  ACTA_TRY(auto store, ViewStore::open(where));

  auto impl = std::make_unique<Impl>();
  impl->runner = std::make_unique<Runner>(engine, all_views(), std::move(store));
  auto views = std::unique_ptr<Views>(new Views(std::move(impl)));
  views->impl_->cases = read_case_list(views->reader(case_list_view));
  views->impl_->history = read_case_history(views->reader(case_history_view));
  views->impl_->counts = read_counts(views->reader(counts_view));
  views->impl_->worklist = read_worklist(views->reader(worklist_view), engine);
  if (options.follow) views->impl_->follower = std::thread([&held = *views->impl_] { name_this_thread("acta-views"); held.runner->follow(held.stop); });
  return views;
}

Views::Views(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Views::~Views() {
  impl_->stop = true;
  if (impl_->follower.joinable()) impl_->follower.join();
}

Result<void> Views::catch_up() { return impl_->runner->catch_up(); }
bool Views::wait_for(const View& view, std::uint64_t size, int timeout_ms) const {
  return impl_->runner->wait_for(impl_->runner->index_of(view), size, timeout_ms);
}
std::uint64_t Views::position(const View& view) const { return impl_->runner->position(impl_->runner->index_of(view)); }
std::uint64_t Views::position() const { return impl_->runner->slowest(); }
std::optional<Error> Views::failure(const View& view) const { return impl_->runner->failure(impl_->runner->index_of(view)); }
bool Views::building(const View& view) const { return impl_->runner->building(impl_->runner->index_of(view)); }
std::vector<ViewProgress> Views::progress() const { return impl_->runner->progress(); }
const ViewReader& Views::reader(const View& view) const { return impl_->runner->reader(impl_->runner->index_of(view)); }

std::vector<std::string> Views::names() {
  std::vector<std::string> names;
  for (const auto* view : all_views()) names.emplace_back(view->name);
  return names;
}

Result<std::unique_ptr<Rebuilding>> Views::rebuild(std::string_view name) {
  for (const auto* view : all_views())
    if (view->name == name) return impl_->runner->rebuild(impl_->runner->index_of(*view));
  std::string known;
  for (const auto& each : names()) known += (known.empty() ? "" : ", ") + each;
  return error(Code::not_found, "no view `" + std::string(name) + "`; there are " + known);
}

const CaseList& Views::cases() const { return *impl_->cases; }
const CaseHistory& Views::history() const { return *impl_->history; }
const Counts& Views::counts() const { return *impl_->counts; }
const Worklist& Views::worklist() const { return *impl_->worklist; }

}  // namespace acta
