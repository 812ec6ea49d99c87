#include "engine/backup/hashed_copy.h"

#include <openssl/evp.h>
#include <rocksdb/env.h>
#include <sys/stat.h>

#include <memory>

#include "events/assert.h"
#include "events/bytes.h"

namespace acta {
namespace {

constexpr std::size_t chunk_bytes = 1u << 20;

Error failed(const char* doing, const std::string& path, const rocksdb::Status& status) {
  const Code code = status.IsNoSpace() ? Code::full : status.IsNotFound() || status.IsPathNotFound() ? Code::not_found : Code::unavailable;
  return error(code, std::string(doing) + " " + path + ": " + status.ToString() + (code == Code::full ? ". Free some space there, then try again; what was complete before still is" : ""));
}

Result<void> checked(const rocksdb::Status& status, const char* doing, const std::string& path) {
  if (!status.ok()) return failed(doing, path, status);
  return {};
}

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { ACTA_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1); }
  void add(const rocksdb::Slice& chunk) { ACTA_ASSERT(EVP_DigestUpdate(context_.get(), chunk.data(), chunk.size()) == 1); }
  Hash finish() {
    Hash hash;
    ACTA_ASSERT(EVP_DigestFinal_ex(context_.get(), hash.bytes.data(), nullptr) == 1);
    return hash;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

Result<HashedFile> each_chunk(rocksdb::Env& env, const std::string& path, const BytesRead& read, const std::function<Result<void>(const rocksdb::Slice&)>& take) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  ACTA_CHECK(checked(env.NewSequentialFile(path, &file, rocksdb::EnvOptions()), "read", path));
  std::string scratch(chunk_bytes, '\0');
  Digest digest;
  HashedFile out;
  for (rocksdb::Slice chunk;;) {
    ACTA_CHECK(checked(file->Read(chunk_bytes, &chunk, scratch.data()), "read", path));
    if (chunk.empty()) break;
    ACTA_CHECK(take(chunk));
    digest.add(chunk);
    out.size += chunk.size();
    if (read) read(chunk.size());
  }
  out.digest = digest.finish();
  return out;
}

Result<HashedFile> copy_chunks(rocksdb::Env& env, const std::string& from, const std::string& to, const BytesRead& read) {
  std::unique_ptr<rocksdb::WritableFile> file;
  ACTA_CHECK(checked(env.NewWritableFile(to, &file, rocksdb::EnvOptions()), "create", to));
  if (&env == rocksdb::Env::Default() && chmod(to.c_str(), 0600) != 0) return error(Code::unavailable, "restrict the mode of " + to + " failed");
  ACTA_TRY(const HashedFile copied, each_chunk(env, from, read, [&](const rocksdb::Slice& chunk) { return checked(file->Append(chunk), "write", to); }));
  ACTA_CHECK(checked(file->Flush(), "write", to));
  ACTA_CHECK(checked(file->Fsync(), "sync", to));
  ACTA_CHECK(checked(file->Close(), "close", to));
  return copied;
}

}  // namespace

Result<HashedFile> hash_file(rocksdb::Env& env, const std::string& path, const BytesRead& read) {
  return each_chunk(env, path, read, [](const rocksdb::Slice&) { return Result<void>(); });
}

Result<HashedFile> copy_file(rocksdb::Env& env, const std::string& from, const std::string& to, const BytesRead& read) {
  auto copied = copy_chunks(env, from, to, read);
  if (!copied) env.DeleteFile(to).PermitUncheckedError();   // the error that matters is the first one
  return copied;
}

Result<void> sync_names(rocksdb::Env& env, const std::string& folder) {
  std::unique_ptr<rocksdb::Directory> directory;
  ACTA_CHECK(checked(env.NewDirectory(folder, &directory), "open", folder));
  return checked(directory->Fsync(), "sync", folder);
}

}  // namespace acta
