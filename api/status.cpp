// /v1/status: one page on how the ledger and its server are.

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/condition.h"
#include "api/cosigners.h"
#include "api/http_measures.h"
#include "api/process.h"
#include "api/resource.h"
#include "api/time_stamper.h"
#include "projections/subscriptions.h"

namespace acta {
namespace {

Json views_json(const RouterOptions& server) {
  Json out = Json::array();
  for (const auto& view : server.views->progress()) {
    Json one{{"name", view.name}, {"state", name_of(view.state)}, {"position", view.position}, {"behind", view.behind}, {"rebuilding", view.rebuilding}};
    if (!view.reason.empty()) one["reason"] = view.reason;
    out.push_back(std::move(one));
  }
  return out;
}

// Null where no witness is asked.
Json witnessed_json(const RouterOptions& server) {
  if (!server.cosigners) return nullptr;
  const auto beyond = unwitnessed(*server.engine);
  Json all = Json::array();
  for (const CosignerState& one : server.cosigners->witnesses()) {
    all.push_back({{"name", one.name}, {"url", one.url}, {"size", one.size}});
    if (!one.failure.empty()) all.back()["failure"] = one.failure;
  }
  return {{"size", beyond.signed_size}, {"unwitnessed_entries", beyond.entries}, {"oldest_unwitnessed_seconds", beyond.oldest_micros / 1'000'000}, {"witnesses", std::move(all)}};
}

// What was recorded before counts too where no server is asked any more; null where none ever was.
Json anchored_json(const RouterOptions& server) {
  const auto beyond = server.engine->unanchored();
  if (!server.time_stamper && beyond.signed_size == 0) return nullptr;
  Json out{{"size", beyond.signed_size}, {"unanchored_entries", beyond.entries}, {"oldest_unanchored_seconds", beyond.oldest_micros / 1'000'000}, {"server", nullptr}};
  if (!server.time_stamper) return out;
  const auto state = server.time_stamper->state();
  out["server"] = {{"url", state.url}, {"granted", state.granted}, {"failed", state.failed}};
  if (!state.failure.empty()) out["server"]["failure"] = state.failure;
  return out;
}

Json disk_json(const Engine& engine) {
  const auto room = engine.room();
  if (!room) return nullptr;
  return {{"free_bytes", room->free_bytes}, {"needed_bytes", room->needed_bytes}, {"ledger_bytes", engine.ledger().figures().wal_bytes + engine.ledger().figures().table_bytes}};
}

Json lag_json(const Lag& lag) { return {{"entries", lag.entries}, {"seconds", lag.micros / 1'000'000}}; }

// Of a server alone.
Json feeds_json(const RouterOptions& server) {
  if (server.feeds == nullptr) return nullptr;
  return {{"open", server.measures->feeds_open()}, {"lag", lag_json(feed_lag(server))}};
}

Json subscriptions_json(const RouterOptions& server) {
  if (server.subscriptions == nullptr) return nullptr;
  Json out = Json::array();
  for (const auto& one : server.subscriptions->all()) out.push_back({{"name", one.name}, {"lag", lag_json(lag_of(*server.engine, one.next))}});
  return out;
}

// Only of a server: on a folder that nobody serves the process is the one that asks.
Json server_json(const RouterOptions& server) {
  if (server.address.empty()) return nullptr;
  const auto process = process_figures();
  return {{"address", server.address}, {"pid", ::getpid()}, {"uptime_seconds", (server.engine->clock().steady_micros() - server.started_micros) / 1'000'000},
          {"resident_bytes", process.resident_bytes}, {"threads", process.threads}, {"open_files", process.open_files},
          {"connections", server.connections ? server.connections() : 0}, {"feeds", server.measures->feeds_open()}};
}

}  // namespace

Result<Response> show_status(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  const Engine& engine = call.engine();
  const auto head = engine.ledger().head();
  const auto exposure = engine.exposure();
  const auto stopped = engine.writes_stopped();
  const auto all = conditions(call.server);
  return json_response(200, {
      {"ready", std::none_of(all.begin(), all.end(), [](const Condition& condition) { return condition.wrong.has_value(); })},
      {"facility", engine.genesis().facility}, {"origin", engine.genesis().origin}, {"demo", engine.genesis().demo}, {"version", program_version()},
      {"ledger", {{"size", head.size}, {"root", to_base64(view(head.root))}}},
      {"signed", {{"size", exposure.signed_size}, {"unsigned_entries", exposure.entries}, {"oldest_unsigned_seconds", exposure.oldest_micros / 1'000'000}}},
      {"witnessed", witnessed_json(call.server)},
      {"anchored", anchored_json(call.server)},
      {"writes", stopped ? stopped->message : std::string("open")},
      {"views", views_json(call.server)}, {"feeds", feeds_json(call.server)}, {"subscriptions", subscriptions_json(call.server)}, {"disk", disk_json(engine)}, {"server", server_json(call.server)}, {"checks", conditions_json(all)}});
}

}  // namespace acta
