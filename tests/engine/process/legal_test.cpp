// A property of every chart: whatever happens, the configuration stays legal (SCXML 3.11).

#include <algorithm>
#include <random>

#include "engine/process/model.h"
#include "tests/engine/process/trial.h"

namespace acta {
namespace {

constexpr std::string_view tangled = R"(acta: 1
process: tangled
title: Tangled
reference: TAN
roles: [clerk]
opens: {Began: {}}
stages: {start: start, work: work, rest: rest}
initial: start
states:
  start: {on: {Went: {to: work}, Came: {to: [b2, a2]}, Resumed: {to: shallow_back}}}
  work:
    initial: both
    on: {Paused: {to: rest}, Ended: {to: solo}, Drafted: {to: both, internal: true}}
    states:
      shallow_back: {history: shallow, default: solo}
      deep_back: {history: deep, default: [a2, b1]}
      solo: {on: {Went: {to: both_back}}}
      both:
        parallel:
          both_back: {history: deep, default: [a1, b2]}
          a: {initial: a1, states: {a1: {on: {Went: {to: a2}}}, a2: {on: {Came: {to: a_end}, Checked: {to: b1}}}, a_end: {final: true}}}
          b:
            initial: b1
            states:
              b1: {on: {Went: {to: b2}, Checked: {to: solo}}}
              b2: {initial: b3, states: {b3: {on: {Came: {to: b4}}}, b4: {eventless: {to: b_end}}}}
              b_end: {final: true}
        done: {to: rest}
  rest: {closed: true, on: {Resumed: {to: deep_back}, Came: {to: shallow_back}, Went: {to: start}}}
)";

bool has_legal_children(const chart::Chart& chart, chart::StateIndex state, const chart::Configuration& active) {
  const auto& children = chart[state].children;
  const auto count = std::count_if(children.begin(), children.end(), [&](chart::StateIndex child) { return std::find(active.begin(), active.end(), child) != active.end(); });
  if (chart[state].kind == chart::StateKind::compound) return count == 1;
  return chart[state].kind != chart::StateKind::parallel || count == static_cast<std::ptrdiff_t>(children.size());
}

bool is_legal(const chart::Chart& chart, const chart::Configuration& active) {
  if (!has_legal_children(chart, chart::root, active)) return false;
  return std::all_of(active.begin(), active.end(), [&](chart::StateIndex state) {
    const chart::StateIndex parent = chart[state].parent;
    const bool inside = parent == chart::root || std::find(active.begin(), active.end(), parent) != active.end();
    return inside && !chart.is_history(state) && has_legal_children(chart, state, active);
  });
}

TEST_CASE("chart: whatever happens, one child of each compound state is active and every region of a parallel one") {
  const auto definition = trial::parse(tangled);
  const Definition::Impl& impl = definition->impl();
  std::mt19937 random(20'240'301);
  chart::Run run = chart::run_to_completion(impl.chart, {}, {}, impl.chart.opens);
  int taken = 0;
  for (int step = 0; step < 5'000; ++step) {
    const std::string& event = impl.events[random() % impl.events.size()];
    const auto selected = chart::select(impl.chart, run.configuration, run.history, event);
    run = chart::run_to_completion(impl.chart, run.configuration, run.history, selected);
    taken += static_cast<int>(run.taken.size());
    REQUIRE(is_legal(impl.chart, run.configuration));
  }
  CHECK(taken > 1'000);
}

}  // namespace
}  // namespace acta
