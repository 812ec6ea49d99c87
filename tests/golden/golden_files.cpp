#include "tests/golden/golden_files.h"

#include <rocksdb/env.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "engine/control_events.h"
#include "engine/ledger/proof_file.h"
#include "events/assert.h"

namespace acta::golden {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::uint64_t proven = 6;  // the refusal: it has its place in the tree as everything else

std::string bundle_name(std::string_view level, std::uint64_t size) {
  ACTA_ASSERT(size < 256);
  return "tile/" + std::string(level) + "/000.p/" + std::to_string(size);
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "acta-golden-XXXXXX").string();
    ACTA_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

template <class T>
T checked(Result<T> result) {
  ACTA_ASSERT(result);
  return *std::move(result);
}

Bytes pretty(const Json& json) { return bytes_of(json.dump(1) + "\n"); }

Bytes states_json(const Ledger& ledger) {
  Json states = Json::array();
  for (std::uint64_t at = 0; at < ledger.head().size; ++at) {
    const Entry entry = checked(ledger.read(Position{at}));
    if (!entry.effect || !entry.effect->state) continue;
    states.push_back({{"position", at}, {"case", to_text(*entry.case_id)}, {"revision", *entry.revision}, {"state", to_text(*entry.effect->state)}});
  }
  return pretty(states);
}

Bytes known_json(const Story& story, const PublicKey& key) {
  Json keys = Json::object();
  for (const auto& [position, text] : story.keys) keys[std::to_string(position)] = text;
  return pretty({{"vkey", to_vkey(key)}, {"box_key", to_hex(story.box_key)}, {"idempotency_keys", keys}});
}

void put_tiles(Files& files, const Ledger& ledger) {
  Bytes bundle, leaves;
  const std::uint64_t size = ledger.head().size;
  for (std::uint64_t at = 0; at < size; ++at) {
    const Bytes entry = checked(ledger.read_bytes(Position{at}));
    put_be16(bundle, static_cast<std::uint16_t>(entry.size()));
    put(bundle, entry);
    put(leaves, view(checked(ledger.leaf(Position{at}))));
  }
  files[bundle_name("entries", size)] = std::move(bundle);
  files[bundle_name("0", size)] = std::move(leaves);
}

Files files_of(const Ledger& ledger, const Story& story) {
  const SigningKey key(std::string(origin), log_key_seed());
  const Head head = ledger.head();
  const std::string note = sign_checkpoint({.origin = std::string(origin), .size = head.size, .root = head.root}, key);
  const auto proof = checked(inclusion_proof(proven, head.size, ledger.subtree_reader()));
  Files files{{"checkpoint", bytes_of(note)}, {"6.tlog-proof", bytes_of(to_proof_file(proven, proof, note))}};
  files["states.json"] = states_json(ledger);
  files["known.json"] = known_json(story, key.public_key());
  put_tiles(files, ledger);
  return files;
}

}  // namespace

Files write_through_ledger(const Sources& sources) {
  const TemporaryFolder folder;
  const Story story = tell(sources);
  auto ledger = checked(Ledger::open({.folder = folder.path() + "/ledger", .env = rocksdb::Env::Default(), .create = true}));
  for (const std::vector<Entry>& entries : story.batches) {
    Batch batch;
    ACTA_ASSERT(ledger->stage(entries, batch));
    ACTA_ASSERT(ledger->commit(batch));
  }
  Files files = files_of(*ledger, story);
  ACTA_ASSERT(ledger->close());
  return files;
}

Files read_folder(const std::string& folder) {
  Files files;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (!item.is_regular_file()) continue;
    std::ifstream in(item.path(), std::ios::binary);
    files[fs::relative(item.path(), folder).string()] = Bytes(std::istreambuf_iterator<char>(in), {});
  }
  return files;
}

void write_folder(const std::string& folder, const Files& files) {
  for (const auto& [path, content] : files) {
    const fs::path whole = fs::path(folder) / path;
    fs::create_directories(whole.parent_path());
    std::ofstream(whole, std::ios::binary).write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
  }
}

std::vector<Bytes> entries_in(const Files& files) {
  const auto bundle = files.lower_bound("tile/entries/");
  ACTA_ASSERT(bundle != files.end());
  ByteReader reader(bundle->second);
  std::vector<Bytes> entries;
  while (!reader.done()) {
    const ByteView entry = reader.take(reader.be16());
    ACTA_ASSERT(reader.ok());
    entries.emplace_back(entry.begin(), entry.end());
  }
  return entries;
}

Sources sources_in(const Files& files) {
  const std::vector<Bytes> entries = entries_in(files);
  const auto schema = [&](std::size_t at) { return checked(read_schema_published(checked(decode(entries.at(at))))).bytes; };
  return {.ledger_schema = schema(1), .control_schema = schema(2), .facility_schema = schema(3), .definition = checked(read_definition_published(checked(decode(entries.at(4))))).bytes};
}

}  // namespace acta::golden
