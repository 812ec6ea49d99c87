// What the disk and RocksDB do with as many bytes and nothing to decide.

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <memory>

#include "tools/bench/ledger_load/load.h"

namespace acta::bench {

Outcome write_rocksdb(const std::string& folder, std::size_t bytes, int count, double seconds) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 64u << 20;   // as the ledger's families have together
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(options, folder, &opened);
  if (!status.ok()) give_up(status.ToString());
  const std::unique_ptr<rocksdb::DB> database(opened);
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const std::string value(bytes, 'x');
  return clients(count, seconds, [&](int client, std::uint64_t number) {
    return database->Put(durable, std::to_string(client) + "/" + std::to_string(number), value).ok();
  });
}

Outcome append_file(const std::string& folder, std::size_t bytes, double seconds) {
  const int file = ::open((folder + "/appended").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) give_up("cannot write to " + folder);
  const std::string record(bytes, 'x');
  const auto outcome = clients(1, seconds, [&](int, std::uint64_t) { return ::write(file, record.data(), record.size()) == static_cast<ssize_t>(record.size()) && ::fdatasync(file) == 0; });
  ::close(file);
  return outcome;
}

}  // namespace acta::bench
