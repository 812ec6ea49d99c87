#include "engine/folders.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <charconv>

#include "engine/disk.h"
#include "engine/folder_lock.h"

namespace acta {
namespace {

constexpr std::string_view format_prefix = "acta-ledger ";

std::string format_file(const std::string& data_folder) { return data_folder + "/FORMAT"; }

std::vector<std::string> contents(rocksdb::Env& env, const std::string& folder) {
  std::vector<std::string> names;
  if (!env.GetChildren(folder, &names).ok()) return {};
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".." || name == lock_file_name; });
  return names;
}

// The number in "acta-ledger <number>\n".
std::optional<unsigned> format_in(std::string_view text) {
  if (!text.starts_with(format_prefix) || !text.ends_with('\n')) return std::nullopt;
  text.remove_prefix(format_prefix.size());
  text.remove_suffix(1);
  unsigned number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Folders Folders::beside(std::string data) {
  while (data.size() > 1 && data.ends_with('/')) data.pop_back();
  return Folders{.data = data, .keys = data + ".keys", .kek = data + ".kek", .head = data + ".head"};
}

Result<void> check_format(rocksdb::Env& env, const std::string& data_folder) {
  if (contents(env, data_folder).empty()) return error(Code::not_found, "there is no ledger in " + data_folder + ": `acta init` makes one");
  Result<Bytes> marker = read_file(env, format_file(data_folder));
  if (!marker && marker.error().code != Code::not_found) return std::move(marker).error();
  const std::optional<unsigned> format = marker ? format_in(text_view(*marker)) : std::nullopt;
  if (!format) return error(Code::foreign, data_folder + " is not a data folder of Acta, or was never finished: it has no readable FORMAT file");
  if (*format > format_version) return error(Code::newer, data_folder + " has format " + std::to_string(*format) + ", this program knows " + std::to_string(format_version) + ": use a newer release");
  if (*format != format_version) return error(Code::foreign, data_folder + " has format " + std::to_string(*format) + ", which no release has written");
  return {};
}

Result<void> write_format(rocksdb::Env& env, const std::string& data_folder) {
  return write_file_durably(env, format_file(data_folder), view(std::string(format_prefix) + std::to_string(format_version) + "\n"));
}

Result<void> check_empty(rocksdb::Env& env, const std::string& data_folder) {
  if (contents(env, data_folder).empty()) return {};
  return error(Code::conflict, data_folder + " is not empty: a new ledger needs a folder of its own");
}

Result<void> check_free_space(rocksdb::Env& env, const std::string& data_folder, std::uint64_t free_bytes_min) {
  std::uint64_t free_bytes = 0;
  // A disk that cannot tell is written to: a write that does not fit stops the process, it loses nothing.
  if (!env.GetFreeSpace(data_folder, &free_bytes).ok() || free_bytes >= free_bytes_min) return {};
  return error(Code::full, "only " + std::to_string(free_bytes >> 20) + " MiB are free where the ledger lies, " + std::to_string(free_bytes_min >> 20) + " are needed: nothing is recorded until there is room");
}

}  // namespace acta
