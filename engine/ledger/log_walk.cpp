#include "engine/ledger/log_walk.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <vector>

#include "engine/disk.h"
#include "engine/ledger/log_record.h"

namespace acta {
namespace {

struct Walk {
  ByteView file;
  const std::string& path;

  std::size_t block_end(std::size_t offset) const { return std::min(file.size(), (offset / log_block_bytes + 1) * log_block_bytes); }
  ByteView rest_of_block(std::size_t offset) const { return file.subspan(offset, block_end(offset) - offset); }
  Error damaged_at(std::size_t offset, const std::string& what) const {
    return error(Code::damaged, path + ": " + what + " at byte " + std::to_string(offset) + "; RocksDB would drop what follows without a word, so nothing is opened. Restore this file from a backup, or the whole folder");
  }
};

bool is_trailer(ByteView rest, std::size_t offset) {
  const bool at_block_end = (offset + rest.size()) % log_block_bytes == 0;
  return at_block_end && rest.size() < log_header_bytes && std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; });
}

// The offset after what stands at `offset`; nothing when that does not hold.
std::optional<std::size_t> step(const Walk& walk, std::size_t offset) {
  const ByteView rest = walk.rest_of_block(offset);
  if (is_trailer(rest, offset)) return offset + rest.size();
  const auto record = whole_log_record(rest);
  if (!record) return std::nullopt;
  return offset + record->bytes;
}

bool begins_at(const Walk& walk, std::size_t offset) {
  const auto record = whole_log_record(walk.rest_of_block(offset));
  return record && record->begins;
}

// A write begins in the block of `offset`, anywhere after it.
bool write_follows_in_block(const Walk& walk, std::size_t offset) {
  for (std::size_t at = offset + 1; at < walk.block_end(offset); ++at)
    if (begins_at(walk, at)) return true;
  return false;
}

// A write begins in a later block: there the records can be followed from the block's first byte.
bool write_follows_in_later_blocks(const Walk& walk, std::size_t offset) {
  for (std::size_t block = walk.block_end(offset); block < walk.file.size(); block = walk.block_end(block)) {
    for (std::optional<std::size_t> at = block; at && *at < walk.block_end(block); at = step(walk, *at))
      if (begins_at(walk, *at)) return true;
  }
  return false;
}

// What stands at `offset` does not hold: gives the offset if a crash tore the last write there.
Result<std::uint64_t> judge(const Walk& walk, std::size_t offset) {
  switch (fault_of_log_record(walk.rest_of_block(offset), offset)) {
    case LogFault::altered_length: return walk.damaged_at(offset, "the length of a record was altered");
    case LogFault::altered_byte: return walk.damaged_at(offset, "a record does not fit its checksum");
    case LogFault::torn: break;
  }
  if (write_follows_in_block(walk, offset) || write_follows_in_later_blocks(walk, offset)) return walk.damaged_at(offset, "a record does not hold, and whole ones follow,");
  return offset;
}

bool is_wal(const std::string& name) { return name.size() > 4 && name.ends_with(".log") && name.find_first_not_of("0123456789") == name.size() - 4; }

Result<std::string> current_manifest(rocksdb::Env& env, const std::string& folder) {
  ACTA_TRY(const Bytes current, read_file(env, folder + "/CURRENT"));
  std::string name(text_view(current));
  if (!name.starts_with("MANIFEST-") || !name.ends_with("\n") || name.find_first_not_of("0123456789", 9) != name.size() - 1)
    return error(Code::damaged, folder + "/CURRENT does not name a MANIFEST: restore it from a backup");
  name.pop_back();
  return folder + "/" + name;
}

Result<void> note_torn(rocksdb::Env& env, const std::string& path, TornFiles& torn) {
  ACTA_TRY(const std::uint64_t holds, walk_log_file(env, path));
  std::uint64_t bytes = 0;
  const rocksdb::Status status = env.GetFileSize(path, &bytes);
  if (!status.ok()) return error(Code::unavailable, "reading the size of " + path + ": " + status.ToString());
  if (holds < bytes) torn.emplace(path, holds);
  return {};
}

}  // namespace

Result<std::uint64_t> walk_log_file(rocksdb::Env& env, const std::string& path) {
  ACTA_TRY(const Bytes file, read_file(env, path));
  const Walk walk{file, path};
  for (std::size_t offset = 0; offset < file.size();) {
    const auto next = step(walk, offset);
    if (!next) return judge(walk, offset);
    offset = *next;
  }
  return std::uint64_t{file.size()};
}

Result<TornFiles> walk_logs(rocksdb::Env& env, const std::string& folder) {
  TornFiles torn;
  ACTA_TRY(const std::string manifest, current_manifest(env, folder));
  Result<void> walked = note_torn(env, manifest, torn);
  if (!walked && walked.error().code == Code::not_found) return error(Code::damaged, folder + "/CURRENT names " + manifest + ", which is missing: one of the two was altered, restore both from a backup");
  ACTA_CHECK(std::move(walked));
  std::vector<std::string> names;
  const rocksdb::Status status = env.GetChildren(folder, &names);
  if (!status.ok()) return error(Code::unavailable, "listing " + folder + ": " + status.ToString());
  for (const std::string& name : names)
    if (is_wal(name)) ACTA_CHECK(note_torn(env, folder + "/" + name, torn));
  return torn;
}

}  // namespace acta
