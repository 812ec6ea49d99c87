#include "tools/acta/shell.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace acta::cli {
namespace {

namespace fs = std::filesystem;

bool is_safe(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("/._-+:,@%").find(c) != std::string_view::npos; }

// The shell takes the first one it finds.
bool on_path(const fs::path& self) {
  const char* held = std::getenv("PATH");
  for (std::string_view rest = held == nullptr ? "" : held; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const fs::path candidate = fs::path(rest.substr(0, end)) / "acta";
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::error_code failure;
    if (fs::exists(candidate, failure)) return fs::equivalent(candidate, self, failure);
  }
  return false;
}

std::string path_from_here(const fs::path& self) {
  std::error_code failure;
  const fs::path here = fs::proximate(self, failure);
  if (failure || here.empty() || *here.begin() == "..") return self.string();
  return here.has_parent_path() ? here.string() : "./" + here.string();
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_safe)) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string program_word() {
  std::error_code failure;
  const fs::path self = fs::read_symlink("/proc/self/exe", failure);
  if (failure || on_path(self)) return "acta";
  return shell_word(path_from_here(self));
}

}  // namespace acta::cli
