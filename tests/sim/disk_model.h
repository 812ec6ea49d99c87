#pragma once
// A disk as a careful reader of POSIX must imagine it: what was not synced may be there after a crash, or not, in any
// order. Content is certain up to the last sync of its file, a name from the last sync of its directory. Not locked:
// faulty_disk does that.

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "events/bytes.h"

namespace acta::sim {

struct Inode {
  bool folder = false;
  Bytes data;
  std::size_t synced = 0;  // bytes that a crash cannot take
  // What a failed sync dropped: the system thinks it clean, so that a later sync which succeeds does not save it
  // (as Linux does). Retrying a failed sync is thus seen to lose data.
  std::vector<std::pair<std::size_t, std::size_t>> dropped;
};
using InodePtr = std::shared_ptr<Inode>;
using Names = std::map<std::string, InodePtr>;

class DiskModel {
 public:
  DiskModel();

  InodePtr find(const std::string& path) const;                 // null: no such name
  std::vector<std::string> children(const std::string& folder) const;
  bool empty(const std::string& folder) const { return children(folder).empty(); }

  InodePtr create(const std::string& path, bool folder);        // replaces what had the name
  void remove(const std::string& path);
  void rename(const std::string& from, const std::string& to);
  void link(const std::string& from, const std::string& to);

  static void sync(Inode& file);
  static void sync_half(Inode& file);                           // the first half of what was not; the rest is dropped
  static void drop(Inode& file);                                // a sync that failed
  static void evict(Inode& file, std::mt19937_64& dice);        // and what it dropped is read back as it lies on the disk
  void sync_names(const std::string& folder);
  void sync_half_of_names(const std::string& folder);
  void sync_newest_name();                                      // the change made last, alone
  void sync_making_of(const std::string& path);                 // of the file that has this name
  void lose_names(const std::string& folder, std::mt19937_64& dice);

  // Keeps everything synced and a random, reordered subset of the rest: appended data by pages (later ones kept while
  // earlier ones are lost, as zeros or garbage), names by operation.
  void crash(std::mt19937_64& dice);

  // Another disk that holds the same, all of it safe.
  DiskModel settled() const;

 private:
  struct Operation {                                            // happens as a whole or not at all
    std::string folder;
    std::vector<std::pair<std::string, InodePtr>> names;        // null: the name goes
  };
  void apply(const Operation& operation, Names& names) const;
  void change(Operation operation);

  Names names_, durable_;
  std::vector<Operation> pending_;
};

inline constexpr std::size_t page_bytes = 512;

std::string parent_of(const std::string& path);
std::string clean(const std::string& path);                     // no doubled and no final slash

}  // namespace acta::sim
