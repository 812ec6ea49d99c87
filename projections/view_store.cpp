#include "projections/view_store.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/write_batch_with_index.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "events/assert.h"

namespace acta {
namespace {

constexpr int lock_attempts_max = 100;
constexpr auto lock_pause = std::chrono::milliseconds(50);
constexpr std::string_view ledger_key = "ledger";
// Keys of a view begin with a letter; its position stands in front of them.
constexpr std::string_view position_key("\0position", 9);

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view text_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

std::string position_bytes(std::uint64_t position) {
  Bytes out;
  put_be64(out, position);
  return std::string(text_view(out));
}

Error unavailable(const std::string& folder, const rocksdb::Status& status) {
  return error(Code::unavailable, "views in " + folder + ": " + status.ToString());
}

Result<std::optional<std::string>> found(const rocksdb::Status& status, std::string value) {
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return error(Code::unavailable, "reading a view: " + status.ToString());
  return std::optional(std::move(value));
}

class Reader final : public ViewReader {
 public:
  Reader(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family) : db_(db), family_(family) {}

  Result<std::optional<std::string>> get(std::string_view key) const override {
    std::string value;
    const auto status = db_->Get({}, family_, slice(key), &value);
    return found(status, std::move(value));
  }

  Result<void> scan(std::string_view prefix, std::string_view from,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}, family_));
    for (at->Seek(slice(std::max(prefix, from))); at->Valid() && at->key().starts_with(slice(prefix)); at->Next())
      if (!visit(text_of(at->key()), text_of(at->value()))) break;
    if (!at->status().ok()) return error(Code::unavailable, "reading a view: " + at->status().ToString());
    return {};
  }

 private:
  rocksdb::DB* db_;
  rocksdb::ColumnFamilyHandle* family_;
};

class Writer final : public ViewWriter {
 public:
  Writer(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family, rocksdb::WriteBatchWithIndex* batch)
      : db_(db), family_(family), batch_(batch) {}

  Result<std::optional<std::string>> get(std::string_view key) override {
    std::string value;
    const auto status = batch_->GetFromBatchAndDB(db_, {}, family_, slice(key), &value);
    return found(status, std::move(value));
  }
  void put(std::string_view key, std::string_view value) override { batch_->Put(family_, slice(key), slice(value)); }
  void erase(std::string_view key) override { batch_->Delete(family_, slice(key)); }

 private:
  rocksdb::DB* db_;
  rocksdb::ColumnFamilyHandle* family_;
  rocksdb::WriteBatchWithIndex* batch_;
};

rocksdb::Options options_of(rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.atomic_flush = true;  // a view's state and its position, and all views, reach the disk together
  options.max_background_jobs = 2;
  options.keep_log_file_num = 1;
  options.info_log_level = rocksdb::WARN_LEVEL;
  return options;
}

}  // namespace

struct ViewStore::Impl {
  std::string folder;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // those of the views, in their order; the default one is last
  std::vector<std::unique_ptr<Reader>> readers;
  std::vector<std::unique_ptr<std::atomic<std::uint64_t>>> positions;

  rocksdb::ColumnFamilyHandle* meta() const { return families.back(); }
  ~Impl();
  Result<void> begin_with(const ViewStoreOptions& options);
  Result<std::uint64_t> stored_position(std::size_t view) const;
  Result<bool> belongs_to(const ViewStoreOptions& options) const;
};

ViewStore::Impl::~Impl() {
  readers.clear();
  if (!db) return;
  rocksdb::FlushOptions wait;
  if (const auto status = db->Flush(wait, families); !status.ok()) spdlog::warn("views_not_flushed reason=\"{}\"", status.ToString());
  for (auto* family : families) db->DestroyColumnFamilyHandle(family);
}

Result<std::uint64_t> ViewStore::Impl::stored_position(std::size_t view) const {
  ACTA_TRY(const auto value, readers[view]->get(position_key));
  if (!value) return std::uint64_t{0};
  ByteReader read(acta::view(*value));
  const auto position = read.be64();
  if (!read.done()) return error(Code::damaged, "a view's position is not one");
  return position;
}

Result<bool> ViewStore::Impl::belongs_to(const ViewStoreOptions& options) const {
  std::string ledger;
  const auto status = db->Get({}, meta(), slice(ledger_key), &ledger);
  if (!status.ok() && !status.IsNotFound()) return unavailable(folder, status);
  const auto ours = std::string(text_view(acta::view(options.ledger)));
  if (status.IsNotFound()) {
    rocksdb::WriteOptions unlogged;
    unlogged.disableWAL = true;
    if (const auto written = db->Put(unlogged, meta(), slice(ledger_key), ours); !written.ok()) return unavailable(folder, written);
    return true;
  }
  return ledger == ours;
}

Result<void> ViewStore::Impl::begin_with(const ViewStoreOptions& options) {
  for (std::size_t i = 0; i < options.views.size(); ++i) {
    readers.push_back(std::make_unique<Reader>(db.get(), families[i]));
    ACTA_TRY(const auto position, stored_position(i));
    positions.push_back(std::make_unique<std::atomic<std::uint64_t>>(position));
    if (position > options.entries_max) return error(Code::damaged, "a view has seen more entries than the ledger has");
  }
  ACTA_TRY(const auto ours, belongs_to(options));
  if (!ours) return error(Code::foreign, "the views are of another ledger");
  return {};
}

namespace {

// A view of another version has another name, so that it begins empty; what is left of the old one is dropped.
std::string family_name(const std::pair<std::string, std::uint32_t>& view) {
  return view.first + "." + std::to_string(view.second);
}

std::vector<rocksdb::ColumnFamilyDescriptor> families_of(const ViewStoreOptions& options, const rocksdb::Options& database) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& view : options.views) families.emplace_back(family_name(view), database);
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, database);
  std::vector<std::string> there;
  if (!rocksdb::DB::ListColumnFamilies(database, options.folder, &there).ok()) return families;
  for (const auto& name : there)
    if (std::none_of(families.begin(), families.end(), [&](const auto& family) { return family.name == name; }))
      families.emplace_back(name, database);
  return families;
}

bool held_by_another(const rocksdb::Status& status) {
  return status.IsIOError() && status.ToString().find("lock") != std::string::npos;
}

struct OpenDatabase {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
};

rocksdb::Status open_once(const ViewStoreOptions& options, rocksdb::Env* env, OpenDatabase& out) {
  const auto database = options_of(env);
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(database, options.folder, families_of(options, database), &out.handles, &db);
  out.db.reset(db);
  return status;
}

rocksdb::Status open_patiently(const ViewStoreOptions& options, rocksdb::Env* env, OpenDatabase& out) {
  auto status = open_once(options, env, out);
  for (int i = 1; i < lock_attempts_max && held_by_another(status); ++i) {
    std::this_thread::sleep_for(lock_pause);
    status = open_once(options, env, out);
  }
  return status;
}

// Families beyond those asked for belong to versions of views that nobody reads any more.
void drop_outdated(OpenDatabase& open, std::size_t wanted) {
  while (open.handles.size() > wanted) {
    if (const auto status = open.db->DropColumnFamily(open.handles.back()); !status.ok())
      spdlog::warn("view_not_dropped reason=\"{}\"", status.ToString());
    open.db->DestroyColumnFamilyHandle(open.handles.back());
    open.handles.pop_back();
  }
}

void delete_folder(rocksdb::Env* env, const std::string& folder) {
  std::vector<std::string> names;
  if (!env->GetChildren(folder, &names).ok()) return;
  for (const auto& name : names)
    if (name != "." && name != "..") env->DeleteFile(folder + "/" + name).PermitUncheckedError();
}

}  // namespace

Result<std::unique_ptr<ViewStore>> ViewStore::open(const ViewStoreOptions& options) {
  rocksdb::Env* env = options.env ? options.env : rocksdb::Env::Default();
  Error why;
  for (int attempt = 0; attempt < 2; ++attempt) {
    OpenDatabase opened;
    const auto status = open_patiently(options, env, opened);
    if (held_by_another(status)) return error(Code::in_use, "views in " + options.folder + " are being read by another process");
    if (status.ok()) {
      drop_outdated(opened, options.views.size() + 1);
      auto impl = std::make_unique<Impl>();
      impl->folder = options.folder;
      impl->db = std::move(opened.db);
      impl->families = std::move(opened.handles);
      auto begun = impl->begin_with(options);
      if (begun) return std::unique_ptr<ViewStore>(new ViewStore(std::move(impl)));
      why = begun.error();
    } else {
      why = unavailable(options.folder, status);
    }
    spdlog::warn("views_rebuilt reason=\"{}\"", why.message);
    delete_folder(env, options.folder);
  }
  return why;
}

ViewStore::ViewStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ViewStore::~ViewStore() = default;

std::uint64_t ViewStore::position(std::size_t view) const { return impl_->positions[view]->load(); }
const ViewReader& ViewStore::reader(std::size_t view) const { return *impl_->readers[view]; }

namespace {

struct Open {
  rocksdb::DB* db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  std::vector<std::atomic<std::uint64_t>*> positions;
};

class IndexedBatch final : public ViewStore::Batch {
 public:
  explicit IndexedBatch(Open open) : open_(std::move(open)), batch_(rocksdb::BytewiseComparator(), 0, true) {
    for (std::size_t i = 0; i < open_.positions.size(); ++i)
      writers_.push_back(std::make_unique<Writer>(open_.db, open_.families[i], &batch_));
  }
  ViewWriter& writer(std::size_t view) override { return *writers_[view]; }
  Result<void> commit(std::uint64_t position) override;

 private:
  Open open_;
  rocksdb::WriteBatchWithIndex batch_;
  std::vector<std::unique_ptr<Writer>> writers_;
};

Result<void> IndexedBatch::commit(std::uint64_t position) {
  // A view that is ahead of the others keeps its position: it was not given these entries.
  for (std::size_t i = 0; i < writers_.size(); ++i)
    if (open_.positions[i]->load() < position) writers_[i]->put(position_key, position_bytes(position));
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  if (const auto status = open_.db->Write(unlogged, batch_.GetWriteBatch()); !status.ok())
    return error(Code::unavailable, "writing views: " + status.ToString());
  for (auto* at : open_.positions)
    if (at->load() < position) at->store(position);
  return {};
}

}  // namespace

std::unique_ptr<ViewStore::Batch> ViewStore::begin() {
  Open open{impl_->db.get(), impl_->families, {}};
  for (const auto& position : impl_->positions) open.positions.push_back(position.get());
  return std::make_unique<IndexedBatch>(std::move(open));
}

}  // namespace acta
