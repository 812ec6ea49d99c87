#pragma once
// This process as the kernel sees it.

#include <cstdint>
#include <string_view>

namespace acta {

struct ProcessFigures {
  std::uint64_t resident_bytes = 0, threads = 0, open_files = 0;   // 0: /proc does not say
  std::int64_t processor_micros = 0;
};
ProcessFigures process_figures();

std::string_view program_version();  // as 0.1.0

}  // namespace acta
