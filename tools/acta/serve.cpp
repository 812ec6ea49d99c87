#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "api/server.h"
#include "engine/control_events.h"
#include "events/log.h"
#include "projections/subscriptions.h"
#include "projections/view.h"
#include "tools/acta/banner.h"
#include "tools/acta/log.h"
#include "tools/acta/open_files.h"
#include "tools/acta/outside.h"
#include "tools/acta/server_file.h"
#include "tools/acta/service_manager.h"
#include "tools/acta/session.h"
#include "tools/acta/shell.h"
#include "tools/acta/stop_signals.h"
#include "tools/acta/terminal.h"
#include "tools/acta/tls_files.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t cases_looked_at = 500;
// A banner shows what the views know by then; it does not keep the person waiting for more.
constexpr int views_wait_ms = 500;
constexpr int listener_answer_ms = 2'000;
constexpr const char* opening_example = "docs/examples/open-case.json";

// Everything that runs. Goes in the reverse order.
struct House {
  std::string token;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Views> views;
  std::unique_ptr<Subscriptions> subscriptions;
  std::unique_ptr<Cosigners> cosigners;
  std::unique_ptr<TimeStamper> time_stamper;
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

ServerFile server_file_of(const House& house) {
  ServerFile file{.address = house.server->address(), .token = house.token, .pid = ::getpid()};
  const auto tls = house.server->tls();
  if (!tls) return file;
  file.scheme = "https";
  file.name = tls->name;
  file.certificate = tls->certificate;
  return file;
}

std::string url_of(const House& house) { return url_of(server_file_of(house)); }

// Nothing: no witness is asked.
Result<std::unique_ptr<Cosigners>> cosigners_of(Engine& engine, const ServeOptions& options) {
  ACTA_TRY(auto cosigning, cosigning_of(options));
  if (!cosigning) return std::unique_ptr<Cosigners>();
  return Cosigners::start(engine, *std::move(cosigning));
}

// Nothing: no time-stamp server is.
Result<std::unique_ptr<TimeStamper>> time_stamper_of(Engine& engine, const ServeOptions& options) {
  auto time_stamping = time_stamping_of(options);
  if (!time_stamping) return std::unique_ptr<TimeStamper>();
  return TimeStamper::start(engine, *std::move(time_stamping));
}

Result<House> open_house(const Globals& globals, const ServeOptions& options) {
  House house;
  ServerOptions server;
  ACTA_TRY(server.tls, tls_files(options));
  Environment environment;
  environment.free_bytes_min = options.free_bytes_min;
  environment.fail_stop = [data = globals.data](const Error& why) { end_at_once(data, why); };
  ACTA_TRY(house.engine, Engine::open(folders_of(globals), Access::write, environment));
  ACTA_TRY(house.views, Views::open(*house.engine, {.folder = globals.data + "/views", .env = nullptr, .follow = true}));
  ACTA_TRY(house.subscriptions, Subscriptions::open(*house.engine, {.folder = globals.data + "/subscriptions"}));
  house.token = to_hex(random_bytes(*system_randomness(), token_bytes));
  ACTA_TRY(house.cosigners, cosigners_of(*house.engine, options));
  server.cosigners = house.cosigners.get();
  ACTA_TRY(house.time_stamper, time_stamper_of(*house.engine, options));
  server.time_stamper = house.time_stamper.get();
  server.listen = options.listen;
  server.workers = options.workers;
  server.connections_max = options.connections_max;
  server.limits.pipelined_max = options.pipelined_max;
  server.subscriptions = house.subscriptions.get();
  ACTA_TRY(house.server, Server::start(*house.engine, *house.views, house.token, server));
  ACTA_CHECK(write_server_file(globals.data, server_file_of(house)));
  return house;
}

Result<void> close_house(House& house, const std::string& data) {
  if (house.time_stamper) house.time_stamper->stop();   // who waits for it is answered
  house.server.reset();
  remove_server_file(data);
  house.cosigners.reset();
  house.time_stamper.reset();
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

std::optional<BannerTls> tls_of(const House& house, const ServeOptions& options) {
  const auto tls = house.server->tls();
  return tls ? std::optional(BannerTls{tls->name, options.tls_certificate, to_text(tls->expires_at)}) : std::nullopt;
}

Banner banner_of(const House& house, const Globals& globals, const ServeOptions& options, Instant start) {
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
      .tls = tls_of(house, options),
  };
}

std::string json_line(const Banner& banner) {
  Json out{{"scheme", banner.tls ? "https" : "http"}, {"address", banner.address}, {"facility", banner.facility}, {"origin", banner.origin}, {"size", banner.size}, {"pid", ::getpid()}, {"demo", banner.demo}};
  out["clock_confirmed"] = banner.left_simulation ? Json(*banner.left_simulation) : Json();
  out["writes"] = banner.writes_stopped.empty() ? "open" : banner.writes_stopped;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Pulse pulse_of(const House& house) {
  Pulse pulse{.listener_answers = house.server->answers(listener_answer_ms), .oldest_wait_micros = house.engine->waiting().oldest_micros, .views_position = 0, .views_behind = 0};
  for (const auto& view : house.views->progress()) {
    if (view.state == ViewState::stopped) continue;
    pulse.views_position += view.position;
    pulse.views_behind += view.behind;
  }
  return pulse;
}

std::string sentence_of(const House& house) {
  const auto stopped = house.engine->writes_stopped();
  return "Serving " + url_of(house) + ", " + std::to_string(house.engine->ledger().head().size) + " entries, writes " + (stopped ? "stopped: " + stopped->message : "open");
}

// For SIGHUP. The command line trusts what the server's file holds, so that follows.
void reload_certificates(const House& house, const std::string& data) {
  if (!house.server->tls()) return spdlog::info("reload_ignored reason=\"served without TLS: there is nothing to read again\"");
  auto reloaded = house.server->reload_tls();
  if (reloaded) reloaded = write_server_file(data, server_file_of(house));
  if (!reloaded) return spdlog::error("tls_reload_failed reason=\"{}\"", reloaded.error().message);
  const auto tls = *house.server->tls();
  spdlog::info("tls_reloaded name={} serial={} expires_at={}", tls.name, tls.serial, to_text(tls.expires_at));
}

// Until a signal comes. The watchdog is told only what two looks at the work show, not that this thread runs.
int wait_for_signal(const House& house, StopSignals& signals, const ServiceManager& manager) {
  if (!manager.listens()) return signals.wait();
  for (Pulse before = pulse_of(house);;) {
    if (const auto signal = signals.wait_for(manager.look_every_ms())) return *signal;
    const Pulse now = pulse_of(house);
    if (works(before, now)) manager.alive(sentence_of(house));
    else spdlog::error("no_progress listener={} oldest_wait_micros={} views_behind={}", now.listener_answers ? "answers" : "silent", now.oldest_wait_micros, now.views_behind);
    before = now;
  }
}

// Until one comes that stops.
int wait_working(const House& house, const std::string& data, StopSignals& signals, const ServiceManager& manager) {
  manager.ready(sentence_of(house));
  for (;;) {
    const int signal = wait_for_signal(house, signals, manager);
    if (signal != SIGHUP) return signal;
    reload_certificates(house, data);
  }
}

}  // namespace

int serve(const Globals& globals, const ServeOptions& options) {
  StopSignals signals;
  set_log_level(options.log_level);
  raise_open_files();
  const Instant start = WallClock().now();
  auto house = open_house(globals, options);
  if (!house) return report(globals, house.error());
  const Banner banner = banner_of(*house, globals, options, start);
  spdlog::info("serving address={} scheme={} size={}", banner.address, banner.tls ? "https" : "http", banner.size);
  std::cout << (globals.json ? json_line(banner) : render(banner)) << std::flush;
  const ServiceManager manager;
  spdlog::info("stopping signal=\"{}\"", ::strsignal(wait_working(*house, globals.data, signals, manager)));
  manager.stopping();
  const std::uint64_t size = house->engine->ledger().head().size;
  const auto closed = close_house(*house, globals.data);
  if (!closed) return report(globals, closed.error());
  spdlog::info("stopped size={}", size);
  return Exit::ok;
}

}  // namespace acta::cli
