#include "engine/disk.h"

#include <rocksdb/env.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace acta {
namespace {

Error failed(const char* doing, const std::string& path, const rocksdb::Status& status) {
  const Code code = status.IsNotFound() || status.IsPathNotFound() ? Code::not_found : Code::unavailable;
  return error(code, std::string(doing) + " " + path + ": " + status.ToString());
}

Result<void> checked(const rocksdb::Status& status, const char* doing, const std::string& path) {
  if (!status.ok()) return failed(doing, path, status);
  return {};
}

std::string parent_of(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// RocksDB's Env has no say in modes, and a fake disk has none.
Result<void> restrict_mode(rocksdb::Env& env, const std::string& path, mode_t mode) {
  if (&env != rocksdb::Env::Default() || chmod(path.c_str(), mode) == 0) return {};
  return error(Code::unavailable, "restrict the mode of " + path + " failed");
}

Result<void> sync_folder(rocksdb::Env& env, const std::string& folder) {
  std::unique_ptr<rocksdb::Directory> directory;
  ACTA_CHECK(checked(env.NewDirectory(folder, &directory), "open", folder));
  return checked(directory->Fsync(), "sync", folder);
}

Error exists(const std::string& path) { return error(Code::conflict, path + " exists already: it is left as it is"); }

// Ours alone from the first moment on. A fake disk has no such thing, and nobody to race with.
Result<void> take_name(rocksdb::Env& env, const std::string& path) {
  if (&env != rocksdb::Env::Default()) return env.FileExists(path).ok() ? Result<void>(exists(path)) : Result<void>();
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file >= 0) return ::close(file), Result<void>();
  return errno == EEXIST ? exists(path) : error(Code::unavailable, "create " + path + ": " + std::strerror(errno));
}

Result<void> write_and_sync(rocksdb::Env& env, const std::string& path, ByteView bytes) {
  std::unique_ptr<rocksdb::WritableFile> file;
  ACTA_CHECK(checked(env.NewWritableFile(path, &file, rocksdb::EnvOptions()), "create", path));
  ACTA_CHECK(restrict_mode(env, path, 0600));
  const std::string_view text = text_view(bytes);
  ACTA_CHECK(checked(file->Append(rocksdb::Slice(text.data(), text.size())), "write", path));
  ACTA_CHECK(checked(file->Flush(), "write", path));
  ACTA_CHECK(checked(file->Fsync(), "sync", path));
  return checked(file->Close(), "close", path);
}

}  // namespace

Result<Bytes> read_file(rocksdb::Env& env, const std::string& path) {
  std::string content;
  ACTA_CHECK(checked(env.FileExists(path), "read", path));
  ACTA_CHECK(checked(rocksdb::ReadFileToString(&env, path, &content), "read", path));
  return bytes_of(content);
}

Result<void> write_file_durably(rocksdb::Env& env, const std::string& path, ByteView bytes) {
  const std::string temporary = path + ".tmp";
  if (auto written = write_and_sync(env, temporary, bytes); !written) {
    env.DeleteFile(temporary).PermitUncheckedError();  // the error that matters is the first one
    return written;
  }
  ACTA_CHECK(checked(env.RenameFile(temporary, path), "rename to", path));
  return sync_folder(env, parent_of(path));
}

Result<void> create_file_durably(rocksdb::Env& env, const std::string& path, ByteView bytes) {
  ACTA_CHECK(take_name(env, path));
  ACTA_CHECK(write_and_sync(env, path, bytes));
  return sync_folder(env, parent_of(path));
}

Result<void> remove_file_durably(rocksdb::Env& env, const std::string& path) {
  ACTA_CHECK(checked(env.DeleteFile(path), "remove", path));
  return sync_folder(env, parent_of(path));
}

Result<void> remove_folder_durably(rocksdb::Env& env, const std::string& path) {
  std::vector<std::string> names;
  const rocksdb::Status listed = env.GetChildren(path, &names);
  if (listed.IsNotFound()) return {};
  ACTA_CHECK(checked(listed, "read", path));
  for (const std::string& name : names) {
    if (name == "." || name == "..") continue;
    const std::string child = path + "/" + name;
    bool folder = false;
    ACTA_CHECK(checked(env.IsDirectory(child, &folder), "read", child));
    if (folder) ACTA_CHECK(remove_folder_durably(env, child));
    else ACTA_CHECK(checked(env.DeleteFile(child), "remove", child));
  }
  ACTA_CHECK(checked(env.DeleteDir(path), "remove", path));
  return sync_folder(env, parent_of(path));
}

Result<void> make_folder(rocksdb::Env& env, const std::string& path) {
  const rocksdb::Status created = env.CreateDirIfMissing(path);
  if (!created.ok()) return error(Code::unavailable, "create " + path + ": " + created.ToString());
  ACTA_CHECK(restrict_mode(env, path, 0700));
  return sync_folder(env, parent_of(path));
}

}  // namespace acta
