#pragma once
// Every view, its own position and its place in views/, a second RocksDB without WAL that may be deleted at any time.
// A view's state and position are written together: after any crash it goes on from its position, exactly once.

#include <memory>
#include <string>

#include "engine/engine.h"
#include "projections/progress.h"

namespace acta {

class CaseList;
class CaseHistory;
class Counts;
class Worklist;
class ViewReader;
struct View;

struct ViewsOptions {
  std::string folder;                // <data>/views
  rocksdb::Env* env = nullptr;
  bool follow = true;                // a thread keeps up with the ledger; else only catch_up() does
};

class Views {
 public:
  // Reads the ledger, never appends, never reads a clock.
  static Result<std::unique_ptr<Views>> open(const Engine& engine, const ViewsOptions& options);
  ~Views();
  // To the ledger's head as it is now. Error: why a view stands still, if one does; the others have gone on.
  Result<void> catch_up();
  // True when the view has seen the first `size` entries before the timeout.
  bool wait_for(const View& view, std::uint64_t size, int timeout_ms) const;
  std::uint64_t position(const View& view) const;           // entries seen
  std::uint64_t position() const;                           // entries seen by the slowest view
  std::optional<Error> failure(const View& view) const;     // why it stands still, if it does
  bool building(const View& view) const;                    // it began empty, and is not whole yet: not to be shown
  std::vector<ViewProgress> progress() const;
  // What a view has made so far; a rebuild that takes over does not invalidate it. Any thread.
  const ViewReader& reader(const View& view) const;

  static std::vector<std::string> names();
  // Error: not_found (no view of that name), in_use, unavailable. Not to outlive the views.
  Result<std::unique_ptr<Rebuilding>> rebuild(std::string_view name);

  const CaseList& cases() const;
  const CaseHistory& history() const;
  const Counts& counts() const;
  const Worklist& worklist() const;

 private:
  struct Impl;
  explicit Views(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
