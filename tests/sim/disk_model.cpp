#include "tests/sim/disk_model.h"

#include <algorithm>

#include "events/assert.h"

namespace acta::sim {
namespace {

bool coin(std::mt19937_64& dice) { return dice() % 2 == 0; }

std::size_t below(std::mt19937_64& dice, std::size_t bound) { return static_cast<std::size_t>(dice() % bound); }

void spoil(Inode& file, std::size_t from, std::size_t to, std::mt19937_64& dice) {
  const bool zeros = dice() % 4 != 0;
  for (std::size_t i = from; i < to; ++i) file.data[i] = zeros ? std::uint8_t{0} : static_cast<std::uint8_t>(dice());
}

void lose_pages(Inode& file, std::size_t from, std::size_t to, std::mt19937_64& dice) {
  for (std::size_t at = from; at < to;) {
    const std::size_t end = std::min(to, (at / page_bytes + 1) * page_bytes);
    if (coin(dice)) spoil(file, at, end, dice);
    at = end;
  }
}

// How much of the tail the file system had told the disk of: nothing, all, or up to anywhere.
std::size_t surviving_size(const Inode& file, std::mt19937_64& dice) {
  const std::size_t tail = file.data.size() - file.synced;
  switch (dice() % 3) {
    case 0: return file.synced;
    case 1: return file.data.size();
    default: return file.synced + below(dice, tail + 1);
  }
}

void crash_file(Inode& file, std::mt19937_64& dice) {
  for (const auto& [from, to] : file.dropped) lose_pages(file, from, std::min(to, file.data.size()), dice);
  file.dropped.clear();
  file.data.resize(surviving_size(file, dice));
  if (coin(dice)) lose_pages(file, file.synced, file.data.size(), dice);
  file.synced = file.data.size();
}

// Sorted by path: a folder comes before what is in it.
void drop_orphans(Names& names) {
  std::erase_if(names, [&](const auto& item) { return item.first != "/" && !names.contains(parent_of(item.first)); });
}

}  // namespace

std::string clean(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out += c;
  }
  if (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

DiskModel::DiskModel() {
  names_["/"] = std::make_shared<Inode>(Inode{.folder = true, .data = {}, .synced = 0, .dropped = {}});
  durable_ = names_;
}

InodePtr DiskModel::find(const std::string& path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? nullptr : found->second;
}

std::vector<std::string> DiskModel::children(const std::string& folder) const {
  const std::string prefix = folder == "/" ? folder : folder + "/";
  std::vector<std::string> names;
  for (auto at = names_.upper_bound(prefix); at != names_.end() && at->first.starts_with(prefix); ++at) {
    if (parent_of(at->first) == folder) names.push_back(at->first.substr(prefix.size()));
  }
  return names;
}

void DiskModel::apply(const Operation& operation, Names& names) const {
  for (const auto& [path, file] : operation.names) {
    if (file) {
      names[path] = file;
    } else {
      names.erase(path);
    }
  }
}

void DiskModel::change(Operation operation) {
  apply(operation, names_);
  pending_.push_back(std::move(operation));
}

InodePtr DiskModel::create(const std::string& path, bool folder) {
  auto made = std::make_shared<Inode>(Inode{.folder = folder, .data = {}, .synced = 0, .dropped = {}});
  change({parent_of(path), {{path, made}}});
  return made;
}

void DiskModel::remove(const std::string& path) { change({parent_of(path), {{path, nullptr}}}); }

void DiskModel::rename(const std::string& from, const std::string& to) {
  const InodePtr moved = find(from);
  ACTA_ASSERT(moved && !moved->folder);
  change({parent_of(to), {{to, moved}, {from, nullptr}}});
}

void DiskModel::link(const std::string& from, const std::string& to) {
  const InodePtr linked = find(from);
  ACTA_ASSERT(linked && !linked->folder);
  change({parent_of(to), {{to, linked}}});
}

void DiskModel::sync(Inode& file) { file.synced = file.data.size(); }

void DiskModel::sync_half(Inode& file) {
  file.synced += (file.data.size() - file.synced) / 2;
  drop(file);
}

void DiskModel::drop(Inode& file) { file.dropped.emplace_back(file.synced, file.data.size()); }

void DiskModel::evict(Inode& file, std::mt19937_64& dice) {
  lose_pages(file, file.synced, file.data.size(), dice);
  drop(file);
}

void DiskModel::sync_names(const std::string& folder) {
  std::erase_if(pending_, [&](const Operation& operation) {
    if (operation.folder != folder) return false;
    apply(operation, durable_);
    return true;
  });
}

void DiskModel::sync_half_of_names(const std::string& folder) {
  const auto is_here = [&](const Operation& operation) { return operation.folder == folder; };
  auto left = (std::count_if(pending_.begin(), pending_.end(), is_here) + 1) / 2;
  std::erase_if(pending_, [&](const Operation& operation) {
    if (!is_here(operation) || left == 0) return false;
    --left;
    apply(operation, durable_);
    return true;
  });
}

void DiskModel::sync_newest_name() {
  ACTA_ASSERT(!pending_.empty());
  apply(pending_.back(), durable_);
  pending_.pop_back();
}

void DiskModel::sync_making_of(const std::string& path) {
  const InodePtr made = find(path);
  std::erase_if(pending_, [&](const Operation& operation) {
    if (operation.names.size() != 1 || operation.names[0] != std::pair(path, made)) return false;
    apply(operation, durable_);
    return true;
  });
}

void DiskModel::lose_names(const std::string& folder, std::mt19937_64& dice) {
  std::erase_if(pending_, [&](const Operation& operation) {
    if (operation.folder != folder) return false;
    if (coin(dice)) apply(operation, durable_);
    return true;
  });
  names_ = durable_;
  for (const Operation& operation : pending_) apply(operation, names_);
  drop_orphans(names_);
}

DiskModel DiskModel::settled() const {
  DiskModel made;
  std::map<const Inode*, InodePtr> copies;
  for (const auto& [path, file] : names_) {
    InodePtr& copy = copies[file.get()];
    if (!copy) copy = std::make_shared<Inode>(Inode{.folder = file->folder, .data = file->data, .synced = file->data.size(), .dropped = {}});
    made.names_[path] = copy;
  }
  made.durable_ = made.names_;
  return made;
}

void DiskModel::crash(std::mt19937_64& dice) {
  for (const Operation& operation : pending_) {
    if (coin(dice)) apply(operation, durable_);
  }
  pending_.clear();
  drop_orphans(durable_);
  for (auto& [path, file] : durable_) {
    if (!file->folder) crash_file(*file, dice);
  }
  names_ = durable_;
}

}  // namespace acta::sim
