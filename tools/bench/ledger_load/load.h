#pragma once
// What acta-ledger-load measures: work done by a number of clients for a time, each waiting for its answer before it goes on.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace acta::bench {

struct Outcome {
  double per_second = 0, p50_ms = 0, p99_ms = 0;
  std::uint64_t bytes_per_event = 0;      // written to the log; 0: not told
};

// `work(client, number)` is one event of a client, on its own thread. It returns false to end the run.
Outcome clients(int count, double seconds, const std::function<bool(int client, std::uint64_t number)>& work);
void print(const Outcome& outcome);

// --- what is measured; each ends the program with a sentence when it cannot
// Engine::record, of an event each on a case of the client's own.
Outcome record_events(const std::string& folder, const std::string& opening_body, const std::string& event_body, int clients, double seconds);
// Lines of NDJSON through POST /v1/imports, without a socket; cases of 100 lines. `lines` 0: for `seconds`.
struct ImportOrder {
  std::uint64_t lines = 0;
  double seconds = 0;
  bool indexed = true;          // all of them: the ledger's, and the views until they have seen the last line; or none
};
Outcome import_lines(const std::string& folder, const std::string& opening_body, const std::string& event_body, const ImportOrder& order);
// RocksDB with its own group commit, each write synced.
Outcome write_rocksdb(const std::string& folder, std::size_t bytes, int clients, double seconds);
// write and fdatasync of one file.
Outcome append_file(const std::string& folder, std::size_t bytes, double seconds);
// Leaf hashes and the tree over entries of the ledger in `folder`: entries a second.
Outcome hash_entries(const std::string& folder, double seconds);
// SHA-256 over the same entries, and nothing else.
Outcome digest_entries(const std::string& folder, double seconds);

// --- what several of them need
std::unique_ptr<Engine> created(const std::string& folder, const Environment& environment = {});
[[noreturn]] void give_up(const std::string& why);

}  // namespace acta::bench
