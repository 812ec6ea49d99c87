// A witness: its own small process, with its own key and memory.

#include <unistd.h>

#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

#include "api/server.h"
#include "api/witness.h"
#include "events/log.h"
#include "tools/acta/log.h"
#include "tools/acta/open_files.h"
#include "tools/acta/session.h"
#include "tools/acta/shell.h"
#include "tools/acta/stop_signals.h"
#include "tools/acta/tls_files.h"
#include "tools/acta/trusted_keys.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

constexpr int workers = 4;   // one at a time goes through; the others wait for the disk

void print(const Globals& globals, const WitnessInitOptions& options, const PublicKey& key) {
  if (globals.json) {
    std::cout << Json{{"folder", options.folder}, {"key", to_vkey(key)}, {"logs", options.logs.size()}}.dump() << "\n";
    return;
  }
  std::cout << "A new witness in " << options.folder << "\n"
            << "  key    " << to_vkey(key) << ": give it to those who shall trust it\n"
            << "  logs   " << options.folder << "/logs: " << options.logs.size() << (options.logs.size() == 1 ? " log" : " logs") << "; a key a line\n"
            << "  state  " << options.folder << "/witness.state: what it cosigned last. Never put an older one back: it would cosign the contrary\n"
            << "Next: " << program_word() << " witness serve --folder " << shell_word(options.folder) << "\n";
}

std::string json_line(const Server& server, const Witness& witness) {
  Json logs = Json::array();
  for (const WitnessHead& head : witness.heads()) logs.push_back({{"origin", head.origin}, {"cosigned_size", head.cosigned ? Json(head.cosigned->size) : Json()}});
  return Json{{"scheme", server.tls() ? "https" : "http"}, {"address", server.address()}, {"key", to_vkey(witness.public_key())}, {"pid", ::getpid()}, {"logs", logs}}.dump() + "\n";
}

std::string banner(const Server& server, const Witness& witness) {
  std::string text = "Witness " + to_vkey(witness.public_key()) + "\nAnswers at " + (server.tls() ? "https://" : "http://") + server.address() + "/add-checkpoint\n";
  for (const WitnessHead& head : witness.heads()) text += "  " + head.origin + ": " + (head.cosigned ? "cosigned up to size " + std::to_string(head.cosigned->size) : "nothing cosigned yet") + "\n";
  return witness.heads().empty() ? text + "It knows no log yet: add a key to its file `logs`, then send SIGHUP.\n" : text;
}

void read_again(Witness& witness, Server& server) {
  auto done = witness.reload_logs();
  if (done && server.tls()) done = server.reload_tls();
  if (!done) return spdlog::error("reload_failed reason=\"{}\"", done.error().message);
  spdlog::info("reloaded logs={}", witness.heads().size());
}

int wait_for_end(StopSignals& signals, Witness& witness, Server& server) {
  for (;;) {
    const int signal = signals.wait();
    if (signal != SIGHUP) return signal;
    read_again(witness, server);
  }
}

}  // namespace

int init_witness(const Globals& globals, const WitnessInitOptions& options) {
  const auto logs = read_keys(options.logs);
  if (!logs) return report_usage(logs.error().message);
  const auto key = Witness::create({.folder = options.folder, .env = nullptr}, options.name, *logs, *system_randomness());
  if (!key) return report(globals, key.error());
  print(globals, options, *key);
  return Exit::ok;
}

int serve_witness(const Globals& globals, const WitnessServeOptions& options) {
  StopSignals signals;
  raise_open_files();
  const WallClock clock;
  auto witness = Witness::open({.folder = options.folder, .env = nullptr}, clock);
  if (!witness) return report(globals, witness.error());
  ServerOptions how;
  how.listen = options.listen;
  how.workers = workers;
  ServeOptions tls;
  tls.tls_certificate = options.tls_certificate;
  tls.tls_key = options.tls_key;
  auto files = tls_files(tls);
  if (!files) return report(globals, files.error());
  how.tls = *std::move(files);
  auto server = Server::start([&](const std::string& address) { return witness_handler(**witness, address); }, how);
  if (!server) return report(globals, server.error());
  std::cout << (globals.json ? json_line(**server, **witness) : banner(**server, **witness)) << std::flush;
  spdlog::info("stopping signal=\"{}\"", ::strsignal(wait_for_end(signals, **witness, **server)));
  server->reset();
  return Exit::ok;
}

}  // namespace acta::cli
