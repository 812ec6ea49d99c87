// The engine in this process: what it costs to record, without HTTP, without JSON and without views.

#include <nlohmann/json.hpp>

#include "api/submission_body.h"
#include "engine/engine.h"
#include "engine/ledger/tree.h"
#include "events/sha256.h"
#include "tools/bench/ledger_load/load.h"

namespace acta::bench {
namespace {

constexpr std::string_view mark = "@MARK@";
constexpr std::uint64_t measured_first = 500;       // events from which the bytes of one are told
constexpr std::uint64_t hashed_max = 20'000;

template <class Given>
Given must(Result<Given> result) {
  if (!result) give_up(result.error().message);
  return *std::move(result);
}

std::unique_ptr<Engine> opened(const std::string& folder, Access access) { return must(Engine::open(Folders::beside(folder), access, {})); }

// One client: a case of its own and what it records there, the same text each time under a key of its own.
class Client {
 public:
  Client(Engine& engine, std::string name, const std::string& opening_body, std::string event_body) : engine_(engine), name_(std::move(name)) {
    const auto opened = must(engine_.record(submission(opening_body, ".open")));
    event_body.replace(event_body.find(mark), mark.size(), "0000bec4-0000-7000-8000-000000000000");
    event_ = submission(event_body, "");
    event_.case_id = opened.case_id;
    event_.expected_revision = opened.revision;
  }
  bool record(std::uint64_t number) {
    event_.key = name_ + "." + std::to_string(number);
    const auto recorded = engine_.record(event_);
    if (recorded) event_.expected_revision = recorded->revision;
    return static_cast<bool>(recorded);
  }

 private:
  Submission submission(const std::string& text, const std::string& key) const {
    Submission out;
    const auto body = parse_json(text);
    if (!body || !read_submission(engine_.catalogue(), *body, {}, out)) give_up("the body is no submission");
    out.actor = "po.bench";
    out.role = "project_officer";
    out.key = name_ + key;
    out.method = "POST";
    out.path = "/v1/cases";
    return out;
  }

  Engine& engine_;
  std::string name_;
  Submission event_;
};

std::vector<std::unique_ptr<Client>> clients_of(Engine& engine, int count, const std::string& opening_body, const std::string& event_body) {
  const auto run = std::to_string(engine.ledger().head().size);   // another key in each run
  std::vector<std::unique_ptr<Client>> all;
  for (int i = 0; i < count; ++i) all.push_back(std::make_unique<Client>(engine, run + "." + std::to_string(i), opening_body, event_body));
  return all;
}

// By the growth of the log over events that one client records alone, before it is cut.
std::uint64_t bytes_of_an_event(Engine& engine, const std::string& opening_body, const std::string& event_body) {
  Client client(engine, "bytes." + std::to_string(engine.ledger().head().size), opening_body, event_body);
  const auto before = engine.ledger().figures().wal_bytes;
  for (std::uint64_t i = 0; i < measured_first; ++i) client.record(i);
  return (engine.ledger().figures().wal_bytes - before) / measured_first;
}

std::vector<Bytes> some_entries(const Engine& engine) {
  std::vector<Bytes> entries;
  if (const auto read = engine.ledger().scan(Position{0}, Position{hashed_max}, [&](Position, ByteView entry) { return entries.emplace_back(entry.begin(), entry.end()), true; }); !read) give_up(read.error().message);
  return entries;
}

Outcome over_entries(const std::string& folder, double seconds, const std::function<void(const Bytes&)>& work) {
  const auto entries = some_entries(*opened(folder, Access::read));
  std::uint64_t bytes = 0;
  for (const auto& entry : entries) bytes += entry.size();
  auto outcome = clients(1, seconds, [&](int, std::uint64_t) {
    for (const auto& entry : entries) work(entry);
    return true;
  });
  outcome.per_second *= static_cast<double>(entries.size());
  outcome.bytes_per_event = bytes / entries.size();
  return outcome;
}

}  // namespace

std::unique_ptr<Engine> created(const std::string& folder, const Environment& environment) {
  const Founding founding{.origin = "acta.example/bench", .facility = "Bench", .founders = {{"first", {"programme_manager"}}, {"second", {"programme_manager"}}}};
  return must(Engine::create(Folders::beside(folder), founding, environment));
}

Outcome record_events(const std::string& folder, const std::string& opening_body, const std::string& event_body, int count, double seconds) {
  const auto engine = created(folder);
  const auto bytes = bytes_of_an_event(*engine, opening_body, event_body);
  const auto all = clients_of(*engine, count, opening_body, event_body);
  auto outcome = clients(count, seconds, [&](int client, std::uint64_t number) { return all[static_cast<std::size_t>(client)]->record(number); });
  outcome.bytes_per_event = bytes;
  return outcome;
}

Outcome hash_entries(const std::string& folder, double seconds) {
  RightEdge edge;
  return over_entries(folder, seconds, [&](const Bytes& entry) { edge.append(leaf_hash(entry)); });
}

Outcome digest_entries(const std::string& folder, double seconds) {
  unsigned kept = 0;
  const auto outcome = over_entries(folder, seconds, [&](const Bytes& entry) { kept += sha256(entry).bytes[0]; });
  return kept == 1 ? Outcome{} : outcome;   // so that nothing is left out as unused
}

}  // namespace acta::bench
