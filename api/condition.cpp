#include "api/condition.h"

#include "api/cosigners.h"
#include "api/time_stamper.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/feeds.h"

namespace acta {
namespace {

std::string seconds(std::int64_t micros) { return std::to_string(micros / 1'000'000) + " s"; }
std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

bool stopped_by(const std::optional<Error>& stopped, Code code) { return stopped && stopped->code == code; }

Condition ledger_condition(const Engine& engine, const std::optional<Error>& stopped) {
  if (stopped_by(stopped, Code::unavailable)) return {"ledger", stopped->message, stopped->code};
  const auto waiting = engine.waiting();
  if (waiting.oldest_micros > command_wait_max_micros)
    return {"ledger", "the oldest of the commands that wait came " + seconds(waiting.oldest_micros) + " ago: the disk does not finish what it is given", Code::busy};
  return {"ledger", std::to_string(engine.ledger().head().size) + " entries, commands are answered"};
}

Condition disk_condition(const Engine& engine, const std::optional<Error>& stopped) {
  if (stopped_by(stopped, Code::full)) return {"disk", stopped->message, stopped->code};
  const auto room = engine.room();
  if (!room) return {"disk", room.error().message, room.error().code};
  return {"disk", mebibytes(room->free_bytes) + " free, " + mebibytes(room->needed_bytes) + " needed"};
}

Condition clock_condition(const std::optional<Error>& stopped) {
  if (stopped_by(stopped, Code::clock)) return {"clock", stopped->message, stopped->code};
  return {"clock", "trusted"};
}

Condition signature_condition(const Engine& engine) {
  const auto exposure = engine.exposure();
  if (exposure.oldest_micros > exposure_max_micros && exposure.entries > 0)
    return {"signatures", std::to_string(exposure.entries) + " entries are not signed, the oldest for " + seconds(exposure.oldest_micros) + ": the log says what keeps the head file from being written", Code::unavailable};
  return {"signatures", "signed up to entry " + std::to_string(exposure.signed_size)};
}

Condition witness_condition(const Engine& engine, const Cosigners& cosigners) {
  const auto beyond = unwitnessed(engine);
  std::string what = "cosigned up to entry " + std::to_string(beyond.signed_size);
  if (beyond.entries > 0) what += "; " + std::to_string(beyond.entries) + " not yet, the oldest for " + seconds(beyond.oldest_micros);
  for (const CosignerState& one : cosigners.witnesses())
    if (!one.failure.empty()) what += "; " + one.name + " fails: " + one.failure;
  return {"witnesses", what};
}

Condition anchor_condition(const Engine& engine, const TimeStamper& time_stamper) {
  const auto beyond = engine.unanchored();
  std::string what = "a time stamp covers " + std::to_string(beyond.signed_size) + " entries";
  if (beyond.entries > 0) what += "; " + std::to_string(beyond.entries) + " not yet, the oldest for " + seconds(beyond.oldest_micros);
  const auto state = time_stamper.state();
  return {"anchoring", state.failure.empty() ? what : what + "; it fails: " + state.failure};
}

Condition view_condition(const Engine& engine, const ViewProgress& view) {
  const std::string name = "view " + view.name;
  if (view.state == ViewState::stopped) return {name, "stands still at entry " + std::to_string(view.position) + ": " + view.reason, Code::unavailable};
  if (view.state == ViewState::building) return {name, "is being built: " + std::to_string(view.position) + " of " + std::to_string(view.position + view.behind) + " entries", Code::busy};
  const auto lag = lag_of(engine, Position{view.position}).micros;
  const std::string behind = std::to_string(view.behind) + (view.behind == 1 ? " entry" : " entries") + " behind";
  if (lag > view_lag_max_micros) return {name, behind + ", the oldest " + seconds(lag) + " old", Code::busy};
  return {name, view.behind == 0 ? "up to date" : behind};
}

}  // namespace

Lag lag_of(const Engine& engine, Position next) {
  const auto size = engine.ledger().head().size;
  if (next.value >= size) return {};
  const auto unseen = engine.ledger().read(next);
  return {size - next.value, unseen ? std::max<std::int64_t>(0, engine.clock().now().micros - unseen->recorded_at.micros) : 0};
}

Lag feed_lag(const RouterOptions& server) {
  const auto furthest = server.feeds ? server.feeds->counts().furthest_behind : std::nullopt;
  return furthest ? lag_of(*server.engine, *furthest) : Lag{};
}

Engine::Exposure unwitnessed(const Engine& engine) {
  const auto cosigned = engine.cosigned_checkpoint();
  const auto head = cosigned ? engine.log_keys().open(*cosigned) : Result<Checkpoint>(Checkpoint{});
  return engine.exposure_beyond(head ? head->size : 0);
}

std::vector<Condition> conditions(const RouterOptions& server) {
  const Engine& engine = *server.engine;
  const auto stopped = engine.writes_stopped();
  std::vector<Condition> all = {ledger_condition(engine, stopped), disk_condition(engine, stopped), clock_condition(stopped), signature_condition(engine)};
  if (server.time_stamper) all.push_back(anchor_condition(engine, *server.time_stamper));
  if (server.cosigners) all.push_back(witness_condition(engine, *server.cosigners));
  for (const auto& view : server.views->progress()) all.push_back(view_condition(engine, view));
  return all;
}

Json conditions_json(const std::vector<Condition>& conditions) {
  Json out = Json::array();
  for (const auto& condition : conditions) out.push_back({{"check", condition.name}, {"ok", !condition.wrong}, {"what", condition.what}});
  return out;
}

}  // namespace acta
