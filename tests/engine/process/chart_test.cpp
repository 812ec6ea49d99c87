// Semantics of W3C SCXML 1.0, on charts as small as each rule allows.

#include "tests/engine/process/trial.h"

namespace acta {
namespace {

using trial::Trial;

// `body` is the part from `initial` on; every leaf shows as `x`.
Trial chart(std::string_view body, std::string_view stages) {
  std::string yaml = "acta: 1\nprocess: p\ntitle: P\nreference: P\nroles: [clerk]\nopens: {Began: {}}\nstages: {" + std::string(stages) + "}\n";
  Trial given(trial::parse(yaml + std::string(body)));
  given.given("Began");
  return given;
}

std::vector<std::string> steps(const Result<Decision>& decision) {
  if (!decision) FAIL(decision.error().message);
  return decision->effect.transitions;
}

using Names = std::vector<std::string>;

TEST_CASE("chart: entering a nested state enters what is around it and its initial states") {
  Trial given = chart(R"(initial: a
states:
  a: {on: {Went: {to: c}}}
  b:
    initial: d
    states:
      c: {initial: e, states: {e: {on: {Came: {to: end}}}, f: {on: {Came: {to: e}}}}}
      d: {on: {Came: {to: f}}}
  end: {closed: true, on: {Ended: {to: b}}}
)", "a: x, b: x, end: x");
  CHECK(given.active() == "a");
  given.given("Went");
  CHECK(given.active() == "b c e");
  given.given("Came").given("Ended");
  CHECK(given.active() == "b d");
}

TEST_CASE("chart: the inner transition wins over the outer one on the same event") {
  Trial given = chart(R"(initial: outer
states:
  outer:
    initial: inner
    on: {Went: {to: far}}
    states: {inner: {on: {Went: {to: beside}}}, beside: {}}
  far: {closed: true}
)", "outer: x, far: x");
  CHECK(steps(given.when("Went")) == Names{"inner -> beside"});
  CHECK(steps(given.when("Went")) == Names{"outer -> far"});
}

constexpr std::string_view regions = R"(initial: both
states:
  both:
    parallel:
      left: {initial: l1, states: {l1: {on: {Went: {to: l2}, Ended: {to: away}}}, l2: {on: {Came: {to: l_end}}}, l_end: {final: true}}}
      right: {initial: r1, states: {r1: {on: {Went: {to: r2}, Ended: {to: elsewhere}}}, r2: {on: {Paused: {to: r_end}}}, r_end: {final: true}}}
    done: {to: joined}
  joined: {closed: true}
  away: {closed: true}
  elsewhere: {closed: true}
)";
constexpr std::string_view region_stages = "both: x, joined: x, away: x, elsewhere: x";

TEST_CASE("chart: parallel regions take their transitions on one event together, in document order") {
  Trial given = chart(regions, region_stages);
  CHECK(given.active() == "both l1 left r1 right");
  CHECK(steps(given.when("Went")) == Names{"l1 -> l2", "r1 -> r2"});
  CHECK(given.active() == "both l2 left r2 right");
}

TEST_CASE("chart: a parallel state is done when all its regions are") {
  Trial given = chart(regions, region_stages);
  given.given("Went").given("Came");
  CHECK(given.active() == "both l_end left r2 right");
  CHECK(steps(given.when("Paused")) == Names{"r2 -> r_end", "both -> joined"});
  CHECK(given.active() == "joined");
  CHECK(given.closed());
}

TEST_CASE("chart: of two regions that would both leave the parallel state the first in document order wins") {
  Trial given = chart(regions, region_stages);
  CHECK(steps(given.when("Ended")) == Names{"l1 -> away"});
  CHECK(given.active() == "away");
}

TEST_CASE("chart: a region's transition pre-empts that of the enclosing state on the same event") {
  Trial given = chart(R"(initial: both
states:
  both:
    on: {Went: {to: away}}
    parallel:
      left: {initial: l1, states: {l1: {}, l2: {}}}
      right: {initial: r1, states: {r1: {on: {Went: {to: r2}}}, r2: {on: {Came: {to: l2}}}}}
  away: {closed: true}
)", "both: x, away: x");
  CHECK(steps(given.when("Went")) == Names{"r1 -> r2"});
  SUBCASE("a target in the other region leaves and enters both") {
    CHECK(steps(given.when("Came")) == Names{"r2 -> l2"});
    CHECK(given.active() == "both l2 left r1 right");
  }
  SUBCASE("where no region has one, the enclosing state's is taken once") { CHECK(steps(given.when("Went")) == Names{"both -> away"}); }
}

TEST_CASE("chart: several targets enter several regions, the rest by default") {
  Trial given = chart(R"(initial: start
states:
  start: {on: {Went: {to: [a2, c2]}}}
  both:
    on: {Ended: {to: end}}
    parallel:
      a: {initial: a1, states: {a1: {on: {Came: {to: a2}}}, a2: {}}}
      b: {initial: b1, states: {b1: {on: {Came: {to: b2}}}, b2: {}}}
      c: {initial: c1, states: {c1: {on: {Came: {to: c2}}}, c2: {}}}
  end: {closed: true, on: {Resumed: {to: both}}}
)", "start: x, both: x, end: x");
  given.given("Went");
  CHECK(given.active() == "a a2 b b1 both c c2");
}

constexpr std::string_view history_states = R"(initial: idle
states:
  idle: {on: {Began: {to: work}, Came: {to: back_deep}}}
  work:
    initial: first
    on: {Paused: {to: rest}}
    states:
      back_shallow: {history: shallow, default: second}
      back_deep: {history: deep, default: evening}
      first: {on: {Went: {to: second}}}
      second: {initial: morning, states: {morning: {on: {Went: {to: evening}}}, evening: {}}}
  rest: {closed: true, on: {Resumed: {to: back_shallow}, Came: {to: back_deep}}}
)";
constexpr std::string_view history_stages = "idle: x, work: x, rest: x";

TEST_CASE("chart: shallow history returns to the child, which starts anew; deep history returns to the leaf") {
  Trial given = chart(history_states, history_stages);
  given.given("Began").given("Went").given("Went");
  CHECK(given.active() == "evening second work");
  const auto paused = given.when("Paused");
  CHECK(paused->effect.history == std::vector<Change>{{"back_shallow", list({text("second")})}, {"back_deep", list({text("evening")})}});
  SUBCASE("shallow") {
    given.given("Resumed");
    CHECK(given.active() == "morning second work");
  }
  SUBCASE("deep") {
    given.given("Came");
    CHECK(given.active() == "evening second work");
  }
}

TEST_CASE("chart: a history state that remembers nothing yet leads to its default") {
  Trial given = chart(history_states, history_stages);
  given.given("Came");
  CHECK(given.active() == "evening second work");
}

TEST_CASE("chart: history keeps its value until its state is left again") {
  Trial given = chart(history_states, history_stages);
  given.given("Began").given("Paused").given("Resumed");
  CHECK(given.active() == "first work");
  CHECK(given.state->history.at("back_deep") == list({text("first")}));
  CHECK(given.when("Paused")->effect.history.empty());
}

TEST_CASE("chart: deep history of a parallel state remembers every region") {
  Trial given = chart(R"(initial: both
states:
  both:
    on: {Paused: {to: rest}}
    parallel:
      back: {history: deep, default: [l1, r1]}
      left: {initial: l1, states: {l1: {on: {Went: {to: l2}}}, l2: {}}}
      right: {initial: r1, states: {r1: {on: {Came: {to: r2}}}, r2: {}}}
  rest: {closed: true, on: {Resumed: {to: back}}}
)", "both: x, rest: x");
  given.given("Came").given("Paused").given("Resumed");
  CHECK(given.active() == "both l1 left r2 right");
}

TEST_CASE("chart: eventless transitions run before anything else, in the same step") {
  Trial given = chart(R"(initial: a
states:
  a: {on: {Went: {to: b}}}
  b: {eventless: [{to: c}]}
  c: {eventless: {to: d}}
  d: {closed: true}
)", "a: x, b: x, c: x, d: x");
  CHECK(steps(given.when("Went")) == Names{"a -> b", "b -> c", "c -> d"});
  CHECK(given.active() == "d");
}

TEST_CASE("chart: an eventless transition may follow the opening event itself") {
  Trial given = chart("initial: a\nstates:\n  a: {eventless: {to: b}}\n  b: {closed: true}\n", "a: x, b: x");
  CHECK(given.active() == "b");
}

TEST_CASE("chart: reaching a final child takes the done transition of its parent") {
  Trial given = chart(R"(initial: work
states:
  work:
    initial: one
    states: {one: {on: {Went: {to: finished}}}, finished: {final: true}}
    done: {to: after}
  after: {closed: true}
)", "work: x, after: x");
  CHECK(steps(given.when("Went")) == Names{"one -> finished", "work -> after"});
}

TEST_CASE("chart: a targetless transition leaves and enters nothing") {
  Trial given = chart(R"(initial: work
states:
  work:
    initial: one
    on: {Came: {}, Ended: {to: end}}
    states: {one: {on: {Went: {to: two}}}, two: {}}
  end: {closed: true}
)", "work: x, end: x");
  given.given("Went");
  CHECK(steps(given.when("Came")) == Names{"work"});
  CHECK(given.active() == "two work");
}

TEST_CASE("chart: an external transition to its own descendant leaves the state, an internal one does not") {
  const auto body = [](std::string_view internal) {
    return R"(initial: work
states:
  work:
    initial: one
    on: {Came: {to: two)" + std::string(internal) + R"(}, Ended: {to: end}}
    states: {back: {history: shallow, default: one}, one: {}, two: {}}
  end: {closed: true, on: {Resumed: {to: back}}}
)";
  };
  // What is left is remembered: only the external transition leaves `work`.
  Trial external = chart(body(""), "work: x, end: x"), internal = chart(body(", internal: true"), "work: x, end: x");
  CHECK(external.when("Came")->effect.history == std::vector<Change>{{"back", list({text("one")})}});
  CHECK(internal.when("Came")->effect.history.empty());
  CHECK(external.active() == "two work");
  CHECK(internal.active() == "two work");
}

TEST_CASE("chart: a transition to the state itself starts it anew") {
  Trial given = chart(R"(initial: work
states:
  work:
    initial: one
    on: {Came: {to: work}, Ended: {to: end}}
    states: {one: {on: {Went: {to: two}}}, two: {}}
  end: {closed: true}
)", "work: x, end: x");
  given.given("Went").given("Came");
  CHECK(given.active() == "one work");
}

TEST_CASE("chart: a stage of an enclosing state wins over those inside it, an earlier region over a later one") {
  Trial given = chart(regions, "both: at work, l1: left, joined: x, away: x, elsewhere: x");
  CHECK(given.stage() == "at work");
  Trial apart = chart(regions, "l1: left, l2: left, l_end: left, r1: right, r2: right, r_end: right, joined: x, away: x, elsewhere: x");
  CHECK(apart.stage() == "left");
}

TEST_CASE("chart: a case is closed when every active leaf rests in a closed state") {
  Trial given = chart(R"(initial: both
states:
  both:
    parallel:
      left: {initial: l1, states: {l1: {on: {Went: {to: l2}}}, l2: {closed: true}}}
      right: {initial: r1, states: {r1: {on: {Came: {to: r2}}}, r2: {closed: true}}}
)", "both: x");
  given.given("Went");
  CHECK_FALSE(given.closed());
  given.given("Came");
  CHECK(given.closed());
}

}  // namespace
}  // namespace acta
