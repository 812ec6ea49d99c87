#pragma once
// A bar on standard error while something long runs; silent when nobody looks.

#include <chrono>
#include <cstdint>
#include <string>

namespace acta::cli {

class Progress {
 public:
  // total 0: not known, only counts.
  explicit Progress(std::string label, std::uint64_t total = 0);
  ~Progress();  // leaves the line empty
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void show(std::uint64_t done);
  void show(std::uint64_t done, std::uint64_t total);

 private:
  std::string label_;
  std::uint64_t total_;
  bool visible_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_;
};

// As the bar looks: "verify   [#####-----]  50 %  100/200".
std::string render_progress(const std::string& label, std::uint64_t done, std::uint64_t total);

}  // namespace acta::cli
