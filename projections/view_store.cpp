#include "projections/view_store.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/write_batch_with_index.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "events/assert.h"
#include "events/log.h"

namespace acta {
namespace {

constexpr int lock_attempts_max = 100;
constexpr auto lock_pause = std::chrono::milliseconds(50);
constexpr std::size_t write_buffer_bytes = 4u << 20, write_buffers_bytes_max = 24u << 20;
constexpr std::string_view ledger_key = "ledger";
// Keys of a view begin with a letter; its position stands in front of them.
constexpr std::string_view position_key("\0position", 9);
// There while a view that began empty has not seen what the ledger held.
constexpr std::string_view building_key("\0building", 9);

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view text_of(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

std::string position_bytes(std::uint64_t position) {
  Bytes out;
  put_be64(out, position);
  return std::string(text_view(out));
}

rocksdb::WriteOptions unlogged() {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  return options;
}

Error unavailable(std::string_view doing, const rocksdb::Status& status) {
  return error(Code::unavailable, std::string(doing) + ": " + status.ToString());
}

Result<std::optional<std::string>> found(const rocksdb::Status& status, std::string value) {
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return unavailable("reading a view", status);
  return std::optional(std::move(value));
}

// One build of one view. Whoever reads holds it; it goes with the last of them.
struct Family {
  rocksdb::DB* db;
  rocksdb::ColumnFamilyHandle* handle;
  std::atomic<std::uint64_t> position = 0;
  std::atomic<bool> building = false;
  std::uint64_t whole_at = 0;                // building: until this position

  Family(rocksdb::DB* database, rocksdb::ColumnFamilyHandle* of) : db(database), handle(of) {}
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;
  ~Family() { db->DestroyColumnFamilyHandle(handle); }

  void drop() {
    if (const auto status = db->DropColumnFamily(handle); !status.ok()) spdlog::warn("view_not_dropped reason=\"{}\"", status.ToString());
  }
};
using SharedFamily = std::shared_ptr<Family>;

class Reader final : public ViewReader {
 public:
  explicit Reader(SharedFamily family) : family_(std::move(family)) {}

  SharedFamily family() const { return family_.load(); }
  void read_from(SharedFamily family) { family_.store(std::move(family)); }

  Result<std::optional<std::string>> get(std::string_view key) const override {
    const auto from = family();
    std::string value;
    const auto status = from->db->Get({}, from->handle, slice(key), &value);
    return found(status, std::move(value));
  }

  Result<void> scan(std::string_view prefix, std::string_view start,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    const auto from = family();
    const std::unique_ptr<rocksdb::Iterator> at(from->db->NewIterator({}, from->handle));
    for (at->Seek(slice(std::max(prefix, start))); at->Valid() && at->key().starts_with(slice(prefix)); at->Next())
      if (!visit(text_of(at->key()), text_of(at->value()))) break;
    if (!at->status().ok()) return unavailable("reading a view", at->status());
    return {};
  }

  Result<void> scan_back(std::string_view prefix, std::string_view start,
                         const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    const auto from = family();
    const std::unique_ptr<rocksdb::Iterator> at(from->db->NewIterator({}, from->handle));
    for (at->SeekForPrev(slice(start)); at->Valid() && at->key().starts_with(slice(prefix)); at->Prev())
      if (!visit(text_of(at->key()), text_of(at->value()))) break;
    if (!at->status().ok()) return unavailable("reading a view", at->status());
    return {};
  }

 private:
  std::atomic<SharedFamily> family_;
};

class IndexedBatch final : public ViewBatch, private ViewWriter {
 public:
  explicit IndexedBatch(SharedFamily family) : family_(std::move(family)), batch_(rocksdb::BytewiseComparator(), 0, true) {}

  ViewWriter& writer() override { return *this; }
  Result<void> commit(std::uint64_t position) override {
    const bool building = family_->building && position < family_->whole_at;
    put(position_key, position_bytes(position));
    if (building) put(building_key, "");
    else if (family_->building) erase(building_key);
    if (const auto status = family_->db->Write(unlogged(), batch_.GetWriteBatch()); !status.ok()) return unavailable("writing a view", status);
    family_->position = position;
    family_->building = building;
    return {};
  }

 private:
  Result<std::optional<std::string>> get(std::string_view key) override {
    std::string value;
    const auto status = batch_.GetFromBatchAndDB(family_->db, {}, family_->handle, slice(key), &value);
    return found(status, std::move(value));
  }
  void put(std::string_view key, std::string_view value) override { batch_.Put(family_->handle, slice(key), slice(value)); }
  void erase(std::string_view key) override { batch_.Delete(family_->handle, slice(key)); }

  SharedFamily family_;
  rocksdb::WriteBatchWithIndex batch_;
};

rocksdb::Options options_of(rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.atomic_flush = true;  // a view's state, its position and which build answers reach the disk together
  options.max_background_jobs = 2;
  options.keep_log_file_num = 1;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.write_buffer_size = write_buffer_bytes;
  options.db_write_buffer_size = write_buffers_bytes_max;
  return options;
}

// A view of another version has another name, so that it begins empty beside the old one.
std::string name_of(const std::pair<std::string, std::uint32_t>& view) { return view.first + "." + std::to_string(view.second); }
// Which build of a view answers: `<view>.<version>`, or `<view>.<version>.<n>` after a rebuild.
std::string active_key(const std::string& name) { return "active/" + name; }

}  // namespace

struct ViewStore::Impl {
  std::string folder;
  rocksdb::Options database;
  std::vector<std::string> names;                  // of the views, with their versions
  std::unique_ptr<rocksdb::DB> db;
  SharedFamily meta;
  std::vector<std::unique_ptr<Reader>> readers;

  ~Impl();
  Result<void> begin_with(const ViewStoreOptions& options, std::map<std::string, SharedFamily> there);
  Result<SharedFamily> active(const std::string& name, std::map<std::string, SharedFamily>& there) const;
  Result<SharedFamily> create(const std::string& name) const;
  Result<std::uint64_t> stored_position(const Reader& reader) const;
  Result<bool> is_building(const Reader& reader) const;
  bool worth_keeping(const ViewStoreOptions& options, const std::string& family) const;
  Result<bool> belongs_to(const ViewStoreOptions& options) const;
  Result<void> flush() const;
  Result<void> answer_from(std::size_t view, const SharedFamily& family) const;
};

ViewStore::Impl::~Impl() {
  if (!db) return;
  if (meta && !readers.empty())
    if (const auto flushed = flush(); !flushed) spdlog::warn("views_not_flushed reason=\"{}\"", flushed.error().message);
  readers.clear();
  meta.reset();
}

Result<void> ViewStore::Impl::flush() const {
  std::vector<SharedFamily> held = {meta};
  for (const auto& reader : readers) held.push_back(reader->family());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  for (const auto& family : held) handles.push_back(family->handle);
  if (const auto status = db->Flush({}, handles); !status.ok()) return unavailable("flushing the views", status);
  return {};
}

Result<SharedFamily> ViewStore::Impl::create(const std::string& name) const {
  rocksdb::ColumnFamilyHandle* handle = nullptr;
  if (const auto status = db->CreateColumnFamily(database, name, &handle); !status.ok()) return unavailable("beginning view " + name, status);
  return std::make_shared<Family>(db.get(), handle);
}

Result<SharedFamily> ViewStore::Impl::active(const std::string& name, std::map<std::string, SharedFamily>& there) const {
  std::string build;
  const auto status = db->Get({}, meta->handle, active_key(name), &build);
  if (!status.ok() && !status.IsNotFound()) return unavailable("views in " + folder, status);
  const auto held = there.find(status.IsNotFound() ? name : build);
  if (held == there.end()) return create(name);
  auto family = held->second;
  there.erase(held);
  return family;
}

Result<std::uint64_t> ViewStore::Impl::stored_position(const Reader& reader) const {
  ACTA_TRY(const auto value, reader.get(position_key));
  if (!value) return std::uint64_t{0};
  ByteReader read(view(*value));
  const auto position = read.be64();
  if (!read.done()) return error(Code::damaged, "a view's position is not one");
  return position;
}

Result<bool> ViewStore::Impl::belongs_to(const ViewStoreOptions& options) const {
  std::string ledger;
  const auto status = db->Get({}, meta->handle, slice(ledger_key), &ledger);
  if (!status.ok() && !status.IsNotFound()) return unavailable("views in " + folder, status);
  const auto ours = std::string(text_view(view(options.ledger)));
  if (!status.IsNotFound()) return ledger == ours;
  if (const auto written = db->Put(unlogged(), meta->handle, slice(ledger_key), ours); !written.ok()) return unavailable("views in " + folder, written);
  return true;
}

Result<bool> ViewStore::Impl::is_building(const Reader& reader) const {
  ACTA_TRY(const auto marked, reader.get(building_key));
  const auto family = reader.family();
  return family->position < family->whole_at && (marked || family->position == 0);
}

// Another version of a view that is not whole yet. Builds of this version that never took over are not.
bool ViewStore::Impl::worth_keeping(const ViewStoreOptions& options, const std::string& family) const {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (family.starts_with(options.views[i].first + ".")) return readers[i]->family()->building && family != names[i] && !family.starts_with(names[i] + ".");
  return false;
}

Result<void> ViewStore::Impl::begin_with(const ViewStoreOptions& options, std::map<std::string, SharedFamily> there) {
  ACTA_TRY(const auto ours, belongs_to(options));
  if (!ours) return error(Code::foreign, "the views are of another ledger");
  for (const auto& view : options.views) {
    names.push_back(name_of(view));
    ACTA_TRY(auto family, active(names.back(), there));
    readers.push_back(std::make_unique<Reader>(family));
    ACTA_TRY(family->position, stored_position(*readers.back()));
    if (family->position > options.entries_max) return error(Code::damaged, "a view has seen more entries than the ledger has");
    family->whole_at = options.entries_max;
    ACTA_TRY(family->building, is_building(*readers.back()));
  }
  for (const auto& [name, family] : there)
    if (!worth_keeping(options, name)) family->drop();
  return {};
}

Result<void> ViewStore::Impl::answer_from(std::size_t view, const SharedFamily& family) const {
  const auto before = readers[view]->family();
  if (const auto status = db->Put(unlogged(), meta->handle, active_key(names[view]), family->handle->GetName()); !status.ok())
    return unavailable("naming a view's build", status);
  readers[view]->read_from(family);
  ACTA_CHECK(flush());
  before->drop();
  return {};
}

namespace {

bool held_by_another(const rocksdb::Status& status) {
  return status.IsIOError() && status.ToString().find("lock") != std::string::npos;
}

struct OpenDatabase {
  std::map<std::string, SharedFamily> families;   // all there are, but for meta
  SharedFamily meta;
  std::unique_ptr<rocksdb::DB> db;                // families go before it
  ~OpenDatabase() {
    families.clear();
    meta.reset();
  }
};

rocksdb::Status open_once(const ViewStoreOptions& options, const rocksdb::Options& database, OpenDatabase& out) {
  std::vector<std::string> names;
  if (!rocksdb::DB::ListColumnFamilies(database, options.folder, &names).ok()) names = {rocksdb::kDefaultColumnFamilyName};
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& name : names) families.emplace_back(name, database);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(database, options.folder, families, &handles, &db);
  out.db.reset(db);
  for (std::size_t i = 0; i < handles.size(); ++i) {
    auto family = std::make_shared<Family>(db, handles[i]);
    if (names[i] == rocksdb::kDefaultColumnFamilyName) out.meta = std::move(family);
    else out.families.emplace(names[i], std::move(family));
  }
  return status;
}

rocksdb::Status open_patiently(const ViewStoreOptions& options, const rocksdb::Options& database, OpenDatabase& out) {
  auto status = open_once(options, database, out);
  for (int i = 1; i < lock_attempts_max && held_by_another(status); ++i) {
    std::this_thread::sleep_for(lock_pause);
    status = open_once(options, database, out);
  }
  return status;
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
    const auto database = options_of(env);
    const auto status = open_patiently(options, database, opened);
    if (held_by_another(status)) return error(Code::in_use, "views in " + options.folder + " are being read by another process");
    if (status.ok()) {
      auto impl = std::make_unique<Impl>();
      impl->folder = options.folder;
      impl->database = database;
      impl->db = std::move(opened.db);
      impl->meta = std::move(opened.meta);
      auto begun = impl->begin_with(options, std::move(opened.families));
      if (begun) return std::unique_ptr<ViewStore>(new ViewStore(std::move(impl)));
      why = begun.error();
    } else {
      why = unavailable("views in " + options.folder, status);
    }
    spdlog::warn("views_rebuilt reason=\"{}\"", why.message);
    delete_folder(env, options.folder);
  }
  return why;
}

ViewStore::ViewStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ViewStore::~ViewStore() = default;

std::uint64_t ViewStore::position(std::size_t view) const { return impl_->readers[view]->family()->position; }
bool ViewStore::building(std::size_t view) const { return impl_->readers[view]->family()->building; }
const ViewReader& ViewStore::reader(std::size_t view) const { return *impl_->readers[view]; }
std::unique_ptr<ViewBatch> ViewStore::begin(std::size_t view) { return std::make_unique<IndexedBatch>(impl_->readers[view]->family()); }

namespace {

class SecondBuild final : public ViewRebuild {
 public:
  SecondBuild(SharedFamily family, std::function<Result<void>(const SharedFamily&)> take_over)
      : family_(std::move(family)), take_over_(std::move(take_over)) {}
  ~SecondBuild() override {
    if (!taken_over_) family_->drop();
  }
  std::uint64_t position() const override { return family_->position; }
  std::unique_ptr<ViewBatch> begin() override { return std::make_unique<IndexedBatch>(family_); }
  Result<void> take_over() override {
    taken_over_ = true;   // even if it fails half way: a restart decides by what was written
    return take_over_(family_);
  }

 private:
  SharedFamily family_;
  std::function<Result<void>(const SharedFamily&)> take_over_;
  bool taken_over_ = false;
};

// `<name>.1` after `<name>` or `<name>.2`, else `<name>.2`.
std::string other_build(const std::string& name, const std::string& now) { return name + (now == name + ".1" ? ".2" : ".1"); }

}  // namespace

Result<std::unique_ptr<ViewRebuild>> ViewStore::rebuild(std::size_t view) {
  const auto now = impl_->readers[view]->family()->handle->GetName();
  ACTA_TRY(auto family, impl_->create(other_build(impl_->names[view], now)));
  auto take_over = [impl = impl_.get(), view](const SharedFamily& built) { return impl->answer_from(view, built); };
  return std::unique_ptr<ViewRebuild>(std::make_unique<SecondBuild>(std::move(family), std::move(take_over)));
}

}  // namespace acta
