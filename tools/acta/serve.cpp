#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "api/server.h"
#include "engine/control_events.h"
#include "projections/view.h"
#include "tools/acta/banner.h"
#include "tools/acta/log.h"
#include "tools/acta/server_file.h"
#include "tools/acta/session.h"
#include "tools/acta/shell.h"
#include "tools/acta/stop_signals.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t cases_looked_at = 500;
// A banner shows what the views know by then; it does not keep the person waiting for more.
constexpr int views_wait_ms = 500;
constexpr const char* opening_example = "docs/examples/open-case.json";

// Everything that runs. Goes in the reverse order.
struct House {
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Views> views;
  std::unique_ptr<Server> server;
};

// On the thread whose write failed: what is on the disk is unknown, so nothing is flushed, signed or answered any more.
[[noreturn]] void end_at_once(const std::string& data, const Error& why) {
  spdlog::critical("write_failed reason=\"{}\"", why.message);
  remove_server_file(data);
  std::cerr << "acta: a write failed, so the server has ended: " << printable(why.message) << "\n"
            << "What was acknowledged is safe. See to the disk, then start again: the start checks what is there.\n" << std::flush;
  std::_Exit(Exit::failed);
}

Result<House> open_house(const Globals& globals, const std::string& listen) {
  House house;
  Environment environment;
  environment.fail_stop = [data = globals.data](const Error& why) { end_at_once(data, why); };
  ACTA_TRY(house.engine, Engine::open(Folders::beside(globals.data), Access::write, environment));
  ACTA_TRY(house.views, Views::open(*house.engine, {.folder = globals.data + "/views", .env = nullptr, .follow = true}));
  const std::string token = to_hex(random_bytes(*system_randomness(), token_bytes));
  ACTA_TRY(house.server, Server::start(*house.engine, *house.views, token, {.listen = listen}));
  ACTA_CHECK(write_server_file(globals.data, {.address = house.server->address(), .token = token, .pid = ::getpid()}));
  return house;
}

Result<void> close_house(House& house, const std::string& data) {
  house.server.reset();
  remove_server_file(data);
  house.views.reset();
  return house.engine->close();
}

// The entry with which the engine left the simulated clock, if it did so since `start`.
std::optional<std::uint64_t> left_simulation(const Ledger& ledger, Instant start) {
  const auto confirmed = ledger.reg(clock_confirmed_register);
  const auto* position = confirmed ? std::get_if<std::int64_t>(&confirmed->held) : nullptr;
  if (position == nullptr) return std::nullopt;
  const auto at = static_cast<std::uint64_t>(*position);
  const auto entry = ledger.read(Position{at});
  return entry && entry->recorded_at >= start ? std::optional(at) : std::nullopt;
}

std::string middle_day(const CaseRow& row) {
  return to_text(date_of(Instant{row.opened_at.micros + (row.changed_at.micros - row.opened_at.micros) / 2}));
}

// The case with the longest story among the first.
std::optional<BannerCase> example_of(const House& house) {
  house.views->wait_for(case_list_view, house.engine->ledger().head().size, views_wait_ms);
  const auto page = house.views->cases().page({}, CaseOrder::by_reference, "", cases_looked_at);
  if (!page || page->rows.empty()) return std::nullopt;
  const auto shorter = [](const CaseRow& a, const CaseRow& b) { return a.revision < b.revision; };
  const CaseRow& longest = *std::max_element(page->rows.begin(), page->rows.end(), shorter);
  return BannerCase{longest.reference, middle_day(longest)};
}

Banner banner_of(const House& house, const Globals& globals, Instant start) {
  const Genesis& genesis = house.engine->genesis();
  const auto stopped = house.engine->writes_stopped();
  return Banner{
      .address = house.server->address(),
      .facility = genesis.facility,
      .origin = genesis.origin,
      .data = globals.data,
      .size = house.engine->ledger().head().size,
      .program = program_word(),
      .example = example_of(house),
      .opening = std::filesystem::exists(opening_example) ? opening_example : "",
      .demo = genesis.demo,
      .left_simulation = left_simulation(house.engine->ledger(), start),
      .writes_stopped = stopped ? stopped->message : "",
  };
}

std::string json_line(const Banner& banner) {
  Json out{{"address", banner.address}, {"facility", banner.facility}, {"origin", banner.origin}, {"size", banner.size}, {"pid", ::getpid()}, {"demo", banner.demo}};
  out["clock_confirmed"] = banner.left_simulation ? Json(*banner.left_simulation) : Json();
  out["writes"] = banner.writes_stopped.empty() ? "open" : banner.writes_stopped;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

int serve(const Globals& globals, const ServeOptions& options) {
  StopSignals signals;
  log_to_stderr(LogLevel::info);
  const Instant start = WallClock().now();
  auto house = open_house(globals, options.listen);
  if (!house) return report(globals, house.error());
  const Banner banner = banner_of(*house, globals, start);
  spdlog::info("serving address={} size={}", banner.address, banner.size);
  std::cout << (globals.json ? json_line(banner) : render(banner)) << std::flush;
  spdlog::info("stopping signal=\"{}\"", ::strsignal(signals.wait()));
  const std::uint64_t size = house->engine->ledger().head().size;
  const auto closed = close_house(*house, globals.data);
  if (!closed) return report(globals, closed.error());
  spdlog::info("stopped size={}", size);
  return Exit::ok;
}

}  // namespace acta::cli
