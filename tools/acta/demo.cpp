#include "tools/demo/demo.h"

#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/folders.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/shell.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

struct Told {
  DemoSummary summary;
  Genesis genesis;
  std::uint64_t entries = 0, bytes = 0;
};

// Once nothing writes there any more.
std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t bytes = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(folder))
    if (item.is_regular_file()) bytes += item.file_size();
  return bytes;
}

Error with_way_out(Error failure) {
  if (failure.code == Code::conflict) failure.message += "; a ledger that is there already is served by `acta serve`";
  return failure;
}

Result<DemoSummary> fill(Engine& engine, SimulatedClock& clock) {
  Progress progress("sample");
  ACTA_TRY(const DemoSummary summary, tell_story(engine, clock, shipped_actions(), [&](std::size_t done, std::size_t total) { progress.show(done, total); }));
  ACTA_CHECK(engine.checkpoint());
  return summary;
}

Result<Told> tell(const Globals& globals, std::uint64_t seed) {
  const Folders folders = folders_of(globals);
  SimulatedClock clock(start_of_demo());
  Environment environment;
  environment.clock = &clock;
  environment.simulated = true;
  auto made = Engine::create(folders, founding_of_demo(seed), environment);
  if (!made) return with_way_out(made.error());
  Engine& engine = **made;
  Told told{.summary = {}, .genesis = engine.genesis(), .entries = 0, .bytes = 0};
  ACTA_TRY(told.summary, fill(engine, clock));
  told.entries = engine.ledger().head().size;
  ACTA_CHECK(engine.close());
  told.bytes = bytes_in(ledger_folder(folders));
  return told;
}

std::string kilobytes(std::uint64_t bytes) { return std::to_string((bytes + 999) / 1'000) + " kB"; }

void print_json(const Told& told, std::uint64_t seed) {
  std::cout << Json{{"cases", told.summary.cases}, {"actions", told.summary.actions}, {"events", told.summary.events}, {"refusals", told.summary.refusals}, {"size", told.entries}, {"bytes", told.bytes}, {"seed", seed}, {"key", to_vkey(told.genesis.log_key)}, {"demo", told.genesis.demo}}.dump() << "\n";
}

void print(const Globals& globals, const Told& told, std::uint64_t seed) {
  const DemoSummary& summary = told.summary;
  std::cout << "The sample lies in " << globals.data << "\n"
            << "  cases    " << summary.cases << ", " << summary.actions << " of which became actions\n"
            << "  events   " << summary.events << ", and " << summary.refusals << " attempts that were refused\n"
            << "  ledger   " << told.entries << " entries, " << kilobytes(told.bytes) << "\n"
            << "  log key  " << to_vkey(told.genesis.log_key) << "\n"
            << "The log key comes from the seed " << seed << ", so it is public: anybody could sign as this ledger, and its signatures prove nothing.\n"
            << "What the public pages do not say is invented; each entry names what.\n";
}

}  // namespace

int demo(const Globals& globals, const DemoOptions& options) {
  if (!globals.url.empty()) return report_usage("the sample is told into a folder, not to a server: leave out --url (ACTA_URL).");
  const auto told = tell(globals, options.seed);
  if (!told) return report(globals, told.error());
  globals.json ? print_json(*told, options.seed) : print(globals, *told, options.seed);
  if (options.serve) return serve(globals, options.server);
  if (!globals.json) std::cout << "Next: " << program_word() << " --data " << shell_word(globals.data) << " serve\n";
  return Exit::ok;
}

}  // namespace acta::cli
