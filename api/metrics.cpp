// /metrics in the Prometheus text format 0.0.4. prometheus-cpp's core writes it; what is counted is counted elsewhere, in
// plain numbers.

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

#include "api/condition.h"
#include "api/cosigners.h"
#include "api/http_measures.h"
#include "api/process.h"
#include "api/resource.h"
#include "api/time_stamper.h"
#include "projections/subscriptions.h"

namespace acta {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr double micros_per_second = 1e6;

double seconds(std::int64_t micros) { return static_cast<double>(micros) / micros_per_second; }
double number(std::uint64_t value) { return static_cast<double>(value); }

class Families {
 public:
  void begin(const char* name, const char* help, MetricType type) { families_.push_back({name, help, type, {}}); }
  void add(double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (families_.back().type == MetricType::Counter) metric.counter.value = value;
    else metric.gauge.value = value;
    families_.back().metric.push_back(std::move(metric));
  }
  void gauge(const char* name, const char* help, double value) { begin(name, help, MetricType::Gauge), add(value); }
  void counter(const char* name, const char* help, double value) { begin(name, help, MetricType::Counter), add(value); }

  template <std::size_t Bounds>
  void add(const Distribution<Bounds>& counted, double unit, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t below = 0;
    for (std::size_t at = 0; at <= Bounds; ++at) {
      below += counted.counted(at);
      const double bound = at < Bounds ? number(counted.bounds()[at]) / unit : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({below, bound});
    }
    metric.histogram.sample_count = below;
    metric.histogram.sample_sum = number(counted.sum()) / unit;
    families_.back().metric.push_back(std::move(metric));
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  std::vector<prometheus::MetricFamily> families_;
};

void add_commits(const Engine& engine, Families& out) {
  const Measures& measures = engine.measures();
  out.begin("acta_command_duration_seconds", "From the queue to the answer, the sync included.", MetricType::Histogram);
  out.add(measures.answer_micros, micros_per_second);
  out.begin("acta_commit_sync_duration_seconds", "Making one batch durable and visible; mostly its fsync.", MetricType::Histogram);
  out.add(measures.sync_micros, micros_per_second);
  out.begin("acta_commit_batch_entries", "Entries in one synced batch.", MetricType::Histogram);
  out.add(measures.batch_entries, 1);
  out.begin("acta_commands_total", "Commands answered by the sequencer, by outcome. Turned away: neither recorded nor refused by a control.", MetricType::Counter);
  out.add(number(measures.recorded.value()), {{"outcome", "recorded"}});
  out.add(number(measures.refused.value()), {{"outcome", "refused"}});
  out.add(number(measures.turned_away.value()), {{"outcome", "turned_away"}});
  out.add(number(measures.replayed.value()), {{"outcome", "replayed"}});
  const auto waiting = engine.waiting();
  out.gauge("acta_sequencer_queue_commands", "Commands that wait to be decided.", number(waiting.queued));
  out.gauge("acta_sequencer_oldest_wait_seconds", "How long the oldest unanswered command has waited.", seconds(waiting.oldest_micros));
}

void add_ledger(const Engine& engine, Families& out) {
  const auto exposure = engine.exposure();
  out.gauge("acta_ledger_entries", "Committed entries.", number(engine.ledger().head().size));
  out.gauge("acta_ledger_unsigned_entries", "Entries committed since the newest signature.", number(exposure.entries));
  out.gauge("acta_ledger_unsigned_age_seconds", "Age of the oldest entry without a signature.", seconds(exposure.oldest_micros));
  out.gauge("acta_writes_open", "1 while events are recorded, 0 while they are refused.", engine.writes_stopped() ? 0 : 1);
  const auto room = engine.room();
  if (!room) return;
  out.gauge("acta_disk_free_bytes", "Free where the ledger lies.", number(room->free_bytes));
  out.gauge("acta_disk_needed_bytes", "Below this nothing is recorded.", number(room->needed_bytes));
}

// Only where witnesses are asked: an entry that nobody was to witness is not exposed.
void add_witnesses(const RouterOptions& server, Families& out) {
  if (!server.cosigners) return;
  const auto beyond = unwitnessed(*server.engine);
  out.gauge("acta_ledger_unwitnessed_entries", "Entries beyond the newest checkpoint that enough witnesses cosigned.", number(beyond.entries));
  out.gauge("acta_ledger_unwitnessed_age_seconds", "Age of the oldest of them.", seconds(beyond.oldest_micros));
  const auto witnesses = server.cosigners->witnesses();
  const auto each = [&](const char* name, const char* help, MetricType type, auto value) {
    out.begin(name, help, type);
    for (const auto& one : witnesses) out.add(value(one), {{"witness", one.name}});
  };
  each("acta_witness_cosigned_total", "Checkpoints that a witness cosigned.", MetricType::Counter, [](const CosignerState& one) { return number(one.cosigned); });
  each("acta_witness_failures_total", "Requests to a witness that gave no cosignature.", MetricType::Counter, [](const CosignerState& one) { return number(one.failed); });
  each("acta_witness_failing", "1 when the last request gave none.", MetricType::Gauge, [](const CosignerState& one) { return one.failure.empty() ? 0.0 : 1.0; });
}

// Only where a time-stamp server is asked.
void add_time_stamps(const RouterOptions& server, Families& out) {
  if (!server.time_stamper) return;
  const auto beyond = server.engine->unanchored();
  out.gauge("acta_ledger_unanchored_entries", "Entries that no recorded time stamp covers; entries that record one do not count.", number(beyond.entries));
  out.gauge("acta_ledger_unanchored_age_seconds", "Age of the oldest of them.", seconds(beyond.oldest_micros));
  const auto state = server.time_stamper->state();
  out.counter("acta_time_stamps_total", "Time stamps that were granted and recorded.", number(state.granted));
  out.counter("acta_time_stamp_failures_total", "Attempts that gave none that could be recorded.", number(state.failed));
  out.gauge("acta_time_stamp_failing", "1 when the last attempt gave none.", state.failure.empty() ? 0 : 1);
}

void add_store(const Ledger::Figures& figures, Families& out) {
  out.gauge("acta_store_wal_bytes", "Write-ahead log of the ledger's database.", number(figures.wal_bytes));
  out.gauge("acta_store_table_bytes", "Live table files.", number(figures.table_bytes));
  out.gauge("acta_store_memory_table_bytes", "Entries and indexes not yet in table files.", number(figures.memory_table_bytes));
  out.gauge("acta_store_memory_tables_waiting", "Full memory tables that wait to be written.", number(figures.memory_tables_waiting));
  out.gauge("acta_store_block_cache_bytes", "Cached blocks of table files.", number(figures.block_cache_bytes));
  out.gauge("acta_store_compaction_pending_bytes", "What compaction still has to rewrite, estimated.", number(figures.compaction_pending_bytes));
  out.gauge("acta_store_compactions_running", "Compactions running now.", number(figures.compactions));
  out.gauge("acta_store_flushes_running", "Flushes running now.", number(figures.flushes));
  out.gauge("acta_store_delayed_write_bytes_per_second", "Rate that writes are slowed to; 0 while they are not.", number(figures.delayed_write_bytes_per_second));
  out.gauge("acta_store_writes_stalled", "1 while the database takes no writes.", figures.writes_stalled ? 1 : 0);
  out.counter("acta_store_background_errors_total", "Flushes and compactions that failed.", number(figures.background_errors));
}

void add_views(const RouterOptions& server, Families& out) {
  const auto views = server.views->progress();
  const auto each = [&](const char* name, const char* help, MetricType type, auto value) {
    out.begin(name, help, type);
    for (const auto& view : views) out.add(value(view), {{"view", view.name}});
  };
  each("acta_view_position", "Entries that a view has seen.", MetricType::Gauge, [](const ViewProgress& view) { return number(view.position); });
  each("acta_view_lag_entries", "Entries that the ledger has beyond them.", MetricType::Gauge, [](const ViewProgress& view) { return number(view.behind); });
  each("acta_view_lag_seconds", "Age of the oldest entry that a view has not seen.", MetricType::Gauge,
       [&](const ViewProgress& view) { return seconds(lag_of(*server.engine, Position{view.position}).micros); });
  each("acta_view_stopped", "1 when a view stands still and will not go on by itself.", MetricType::Gauge, [](const ViewProgress& view) { return view.state == ViewState::stopped ? 1.0 : 0.0; });
  each("acta_view_building", "1 while a view that began empty has not seen what the ledger held; it is not shown.", MetricType::Gauge, [](const ViewProgress& view) { return view.state == ViewState::building ? 1.0 : 0.0; });
  each("acta_view_folded_entries_total", "Entries folded into a view.", MetricType::Counter, [](const ViewProgress& view) { return number(view.folded); });
  each("acta_view_folding_seconds_total", "Time spent folding, all views of a batch together.", MetricType::Counter, [](const ViewProgress& view) { return seconds(view.folding_micros); });
}

void add_feeds(const RouterOptions& server, Families& out) {
  out.gauge("acta_feeds_open", "Feeds being followed.", number(server.measures->feeds_open()));
  const auto lag = feed_lag(server);
  out.gauge("acta_feed_lag_entries", "Entries that the open feed furthest behind has not been given.", number(lag.entries));
  out.gauge("acta_feed_lag_seconds", "Age of the oldest of them.", seconds(lag.micros));
}

// Their names are their owners' choice of a-z 0-9 _ -, and shown to anybody who lists them.
void add_subscriptions(const RouterOptions& server, Families& out) {
  if (server.subscriptions == nullptr) return;
  const auto all = server.subscriptions->all();
  const auto each = [&](const char* name, const char* help, auto value) {
    out.begin(name, help, MetricType::Gauge);
    for (const auto& one : all) out.add(value(lag_of(*server.engine, one.next)), {{"subscription", one.name}});
  };
  each("acta_subscription_lag_entries", "Entries that a named subscription has not acknowledged.", [](const Lag& lag) { return number(lag.entries); });
  each("acta_subscription_lag_seconds", "Age of the oldest of them.", [](const Lag& lag) { return seconds(lag.micros); });
}

std::string route_name(std::size_t route) { return route < routes().size() ? std::string(routes()[route].pattern.path) : "none"; }
std::string method_name(std::size_t route) { return route < routes().size() ? std::string(routes()[route].pattern.method) : "any"; }

bool was_asked(const HttpMeasures& measures, std::size_t route) {
  for (std::size_t at = 0; at <= micros_bounds.size(); ++at)
    if (measures.micros(route).counted(at) > 0) return true;
  return false;
}

void add_requests(const RouterOptions& server, Families& out) {
  const HttpMeasures& measures = *server.measures;
  out.begin("acta_http_requests_total", "Requests answered, by route and status.", MetricType::Counter);
  for (std::size_t route = 0; route <= routes().size(); ++route)
    for (std::size_t status = statuses_first; status < statuses_end; ++status)
      if (const auto count = measures.answered(route, status)) out.add(number(count), {{"method", method_name(route)}, {"route", route_name(route)}, {"status", std::to_string(status)}});
  out.begin("acta_http_request_duration_seconds", "From the whole request to the answer's head; sending it is not in it.", MetricType::Histogram);
  for (std::size_t route = 0; route <= routes().size(); ++route)
    if (was_asked(measures, route)) out.add(measures.micros(route), micros_per_second, {{"method", method_name(route)}, {"route", route_name(route)}});
  out.counter("acta_http_pipeline_pauses_total", "Times that a connection had its share of pipelined requests answered and waited for others.", number(measures.pauses()));
  out.gauge("acta_http_connections_open", "Open connections.", server.connections ? number(server.connections()) : 0);
  out.begin("acta_http_refused_total", "Refused before a route was looked for, by status and reason; status none: ended without an answer.", MetricType::Counter);
  for (const auto& [refusal, count] : measures.refused()) out.add(number(count), {{"status", refusal.status == 0 ? "none" : std::to_string(refusal.status)}, {"reason", refusal.reason}});
}

void add_process(const RouterOptions& server, Families& out) {
  const auto process = process_figures();
  out.begin("acta_build_info", "1; the version is the label.", MetricType::Gauge);
  out.add(1, {{"version", std::string(program_version())}});
  out.gauge("acta_uptime_seconds", "Since the server started.", seconds(server.engine->clock().steady_micros() - server.started_micros));
  out.gauge("process_resident_memory_bytes", "Resident memory.", number(process.resident_bytes));
  out.gauge("process_threads", "Threads.", number(process.threads));
  out.gauge("process_open_fds", "Open files and sockets.", number(process.open_files));
  out.counter("process_cpu_seconds_total", "Processor time, user and system.", seconds(process.processor_micros));
}

}  // namespace

Result<Response> show_metrics(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  Families families;
  add_commits(call.engine(), families);
  add_ledger(call.engine(), families);
  add_witnesses(call.server, families);
  add_time_stamps(call.server, families);
  add_store(call.engine().ledger().figures(), families);
  add_views(call.server, families);
  add_feeds(call.server, families);
  add_subscriptions(call.server, families);
  add_requests(call.server, families);
  add_process(call.server, families);
  return text_response("text/plain; version=0.0.4; charset=utf-8", families.text());
}

}  // namespace acta
