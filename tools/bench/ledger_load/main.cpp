// acta-ledger-load: the commit path in one process, and its floors; prints one line of JSON. tools/bench/ledger calls it.

#include <charconv>
#include <fstream>
#include <iterator>
#include <map>

#include "tools/bench/ledger_load/load.h"

namespace {

using namespace acta::bench;

constexpr const char* usage =
    "acta-ledger-load record|import|rocksdb|append|hashes|digests --folder DIR [--opening FILE --body FILE]\n"
    "                 [--clients 1] [--seconds 3] [--bytes 600] [--lines 0] [--indexed 1]\n";

using Words = std::map<std::string, std::string>;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double number(const Words& words, const std::string& name, double otherwise) {
  const auto found = words.find(name);
  if (found != words.end()) std::from_chars(found->second.data(), found->second.data() + found->second.size(), otherwise);
  return otherwise;
}

Outcome measured(const std::string& what, Words& words) {
  const auto& folder = words["--folder"];
  const double seconds = number(words, "--seconds", 3);
  const int count = static_cast<int>(number(words, "--clients", 1));
  const auto bytes = static_cast<std::size_t>(number(words, "--bytes", 600));
  if (what == "record") return record_events(folder, text_of(words["--opening"]), text_of(words["--body"]), count, seconds);
  if (what == "import") return import_lines(folder, text_of(words["--opening"]), text_of(words["--body"]), {.lines = static_cast<std::uint64_t>(number(words, "--lines", 0)), .seconds = seconds, .indexed = number(words, "--indexed", 1) != 0});
  if (what == "rocksdb") return write_rocksdb(folder, bytes, count, seconds);
  if (what == "append") return append_file(folder, bytes, seconds);
  if (what == "hashes") return hash_entries(folder, seconds);
  if (what == "digests") return digest_entries(folder, seconds);
  give_up(usage);
}

}  // namespace

int main(int count, char** words) {
  Words given;
  for (int i = 2; i + 1 < count; i += 2) given[words[i]] = words[i + 1];
  if (count < 4 || count % 2 != 0 || !given.contains("--folder")) give_up(usage);
  print(measured(words[1], given));
  return 0;
}
