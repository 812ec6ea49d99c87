#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "tools/bench/ledger_load/load.h"

namespace acta::bench {
namespace {

using Clock = std::chrono::steady_clock;

double percentile(std::vector<std::uint32_t>& micros, double share) {
  if (micros.empty()) return 0;
  const auto at = micros.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(micros.size() - 1));
  std::nth_element(micros.begin(), at, micros.end());
  return *at / 1'000.0;
}

}  // namespace

Outcome clients(int count, double seconds, const std::function<bool(int, std::uint64_t)>& work) {
  std::vector<std::vector<std::uint32_t>> took(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  std::atomic<bool> failed = false;
  const auto began = Clock::now();
  const auto end = began + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
  for (int client = 0; client < count; ++client)
    threads.emplace_back([&, client] {
      for (std::uint64_t number = 0; !failed; ++number) {
        const auto asked = Clock::now();
        if (asked >= end) return;
        if (!work(client, number)) failed = true;
        took[static_cast<std::size_t>(client)].push_back(static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - asked).count()));
      }
    });
  for (auto& thread : threads) thread.join();
  if (failed) give_up("an event was refused");
  const auto lasted = std::chrono::duration<double>(Clock::now() - began).count();
  std::vector<std::uint32_t> all;
  for (const auto& mine : took) all.insert(all.end(), mine.begin(), mine.end());
  Outcome outcome;
  outcome.per_second = static_cast<double>(all.size()) / lasted;
  outcome.p50_ms = percentile(all, 0.5);
  outcome.p99_ms = percentile(all, 0.99);
  return outcome;
}

void print(const Outcome& outcome) {
  std::cout << "{\"per_second\": " << outcome.per_second << ", \"p50_ms\": " << outcome.p50_ms << ", \"p99_ms\": " << outcome.p99_ms
            << ", \"bytes_per_event\": " << outcome.bytes_per_event << "}\n";
}

void give_up(const std::string& why) {
  std::cerr << "acta-ledger-load: " << why << "\n";
  std::exit(1);
}

}  // namespace acta::bench
