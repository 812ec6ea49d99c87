#pragma once
// Where views live: one RocksDB without WAL, one column family a view. It may be deleted at any time.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/ids.h"

namespace rocksdb {
class Env;
}

namespace acta {

// One view's keys as of the newest folded batch. Any thread.
class ViewReader {
 public:
  virtual ~ViewReader() = default;
  virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
  // Keys that begin with `prefix`, in byte order, from `from` on; stops when visit gives false.
  virtual Result<void> scan(std::string_view prefix, std::string_view from,
                            const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;
  // The same backwards: from `from`, or what stands before it.
  virtual Result<void> scan_back(std::string_view prefix, std::string_view from,
                                 const std::function<bool(std::string_view key, std::string_view value)>& visit) const = 0;
};

// One view's keys inside an open batch: reads see what the batch has written so far. Keys begin with a printable character.
class ViewWriter {
 public:
  virtual ~ViewWriter() = default;
  virtual Result<std::optional<std::string>> get(std::string_view key) = 0;
  virtual void put(std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view key) = 0;
};

// What a view makes of some entries, and the position that goes with it: written whole or not at all.
class ViewBatch {
 public:
  virtual ~ViewBatch() = default;
  virtual ViewWriter& writer() = 0;
  virtual Result<void> commit(std::uint64_t position) = 0;
};

// A view built a second time beside the one that answers. Gone without a trace unless it takes over.
class ViewRebuild {
 public:
  virtual ~ViewRebuild() = default;
  virtual std::uint64_t position() const = 0;
  virtual std::unique_ptr<ViewBatch> begin() = 0;
  // From now on readers see this one, after a restart too. Readers under way end with what they began.
  virtual Result<void> take_over() = 0;
};

struct ViewStoreOptions {
  std::string folder;
  rocksdb::Env* env = nullptr;         // null: the real disk
  LedgerId ledger;                     // views of another ledger are thrown away
  std::uint64_t entries_max = 0;       // of the ledger: views that claim to have seen more are thrown away
  // Name and version, in the order of `view` below. One of a new version begins empty; what an older version wrote stays
  // until a later opening finds the new one whole, so that an older program still finds it.
  std::vector<std::pair<std::string, std::uint32_t>> views;
};

// Readers from any thread; batches of one view from one thread at a time.
class ViewStore {
 public:
  // Waits up to five seconds for another process to let go. Damaged: deleted and begun anew, with one line in the log.
  // Error: in_use, unavailable.
  static Result<std::unique_ptr<ViewStore>> open(const ViewStoreOptions& options);
  ~ViewStore();                        // flushes

  std::uint64_t position(std::size_t view) const;  // entries this view has seen
  // It began empty, and has not seen yet what the ledger held when it was opened: what it says is not wrong, but not whole.
  bool building(std::size_t view) const;
  const ViewReader& reader(std::size_t view) const;

  std::unique_ptr<ViewBatch> begin(std::size_t view);
  Result<std::unique_ptr<ViewRebuild>> rebuild(std::size_t view);  // Error: unavailable

 private:
  struct Impl;
  explicit ViewStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
