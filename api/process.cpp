#include "api/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace acta {
namespace {

std::uint64_t resident_bytes() {
  std::uint64_t whole = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> whole >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t entries_of(const char* folder) {
  std::error_code failure;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) ++count;
  return count;
}

std::int64_t processor_micros() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000 + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

}  // namespace

ProcessFigures process_figures() {
  return {.resident_bytes = resident_bytes(), .threads = entries_of("/proc/self/task"), .open_files = entries_of("/proc/self/fd"), .processor_micros = processor_micros()};
}

std::string_view program_version() { return ACTA_VERSION; }

}  // namespace acta
