// The table files as a whole: their blocks have checksums of their own, but not every byte is in a block that is read.

#include <rocksdb/file_checksum.h>

#include "engine/ledger/ahead.h"
#include "engine/ledger/verify_impl.h"

namespace acta {
namespace {

constexpr std::size_t chunk_bytes = 1u << 20;

// Nothing: it has none of this kind.
std::optional<bool> is_what_was_written(rocksdb::Env& env, const std::string& folder, const rocksdb::LiveFileMetaData& file) {
  const auto generator = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({.file_name = file.name, .requested_checksum_func_name = {}});
  if (file.file_checksum_func_name != generator->Name()) return std::nullopt;
  std::unique_ptr<rocksdb::SequentialFile> stored;
  if (!env.NewSequentialFile(folder + file.name, &stored, rocksdb::EnvOptions()).ok()) return false;
  std::string scratch(chunk_bytes, '\0');
  for (rocksdb::Slice chunk;;) {
    if (!stored->Read(chunk_bytes, &chunk, scratch.data()).ok()) return false;
    if (chunk.empty()) break;
    generator->Update(chunk.data(), chunk.size());
  }
  generator->Finalize();
  return generator->GetChecksum() == file.file_checksum;
}

}  // namespace

void VerifyRun::check_files() {
  std::vector<rocksdb::LiveFileMetaData> files;
  store->db->GetLiveFilesMetaData(&files);
  Ahead<std::optional<bool>> whole(files.size(), options.cores, [&](std::uint64_t number) { return is_what_was_written(*options.env, options.folder, files[number]); });
  for (const rocksdb::LiveFileMetaData& file : files)
    if (whole.next() == false) find(std::nullopt, "file", "table file " + file.name.substr(1) + " is not what was written");
}

}  // namespace acta
