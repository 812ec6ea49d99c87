#include "tools/acta/progress.h"

#include <algorithm>
#include <iostream>

#include "tools/acta/terminal.h"

namespace acta::cli {
namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr std::uint64_t bar_columns = 30;

}  // namespace

std::string render_progress(const std::string& label, std::uint64_t done, std::uint64_t total) {
  if (total == 0) return label + "  " + std::to_string(done);
  const std::uint64_t shown = std::min(done, total);
  const auto filled = static_cast<std::size_t>(shown * bar_columns / total);
  return label + "  [" + std::string(filled, '#') + std::string(bar_columns - filled, '-') + "]  " + std::to_string(shown * 100 / total) + " %  " +
         std::to_string(shown) + "/" + std::to_string(total);
}

Progress::Progress(std::string label, std::uint64_t total) : label_(std::move(label)), total_(total), visible_(errors_go_to_terminal()) {}

Progress::~Progress() {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
}

void Progress::show(std::uint64_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (!visible_ || (drawn_ && now - last_ < redraw_interval)) return;
  drawn_ = true;
  last_ = now;
  std::cerr << "\r\033[K" << render_progress(label_, done, total_) << std::flush;
}

void Progress::show(std::uint64_t done, std::uint64_t total) {
  total_ = total;
  show(done);
}

}  // namespace acta::cli
