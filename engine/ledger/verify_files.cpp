// The table files as a whole: their blocks have checksums of their own, but not every byte is in a block that is read.

#include <rocksdb/file_checksum.h>

#include "engine/ledger/verify_impl.h"

namespace acta {
namespace {

constexpr std::size_t chunk_bytes = 1u << 20;

// Empty: it cannot be read.
std::string checksum_of(rocksdb::Env& env, const std::string& path, rocksdb::FileChecksumGenerator& generator) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  if (!env.NewSequentialFile(path, &file, rocksdb::EnvOptions()).ok()) return {};
  std::string scratch(chunk_bytes, '\0');
  for (rocksdb::Slice chunk;;) {
    if (!file->Read(chunk_bytes, &chunk, scratch.data()).ok()) return {};
    if (chunk.empty()) break;
    generator.Update(chunk.data(), chunk.size());
  }
  generator.Finalize();
  return generator.GetChecksum();
}

}  // namespace

void VerifyRun::check_files() {
  const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  std::vector<rocksdb::LiveFileMetaData> files;
  store->db->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    const auto generator = factory->CreateFileChecksumGenerator({.file_name = file.name, .requested_checksum_func_name = {}});
    if (file.file_checksum_func_name != generator->Name()) continue;
    if (checksum_of(*options.env, options.folder + file.name, *generator) != file.file_checksum)
      find(std::nullopt, "file", "table file " + file.name.substr(1) + " is not what was written");
  }
}

}  // namespace acta
