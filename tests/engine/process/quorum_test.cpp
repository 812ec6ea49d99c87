// The board: its seats, its opinions, and when a decision holds.

#include "tests/engine/process/trial.h"

namespace acta {
namespace {

using trial::Doing;
using trial::Trial;
using trial::person_text;
using trial::plan;

constexpr std::string_view board = R"(acta: 1
process: board
title: Board
reference: BRD
roles: [clerk, member, chair]
opens: {Began: {}}
seats: {board: {from: Convened, list: event.seats, body: body, person: person}}
stages: {open: open, done: done}
initial: open
states:
  open:
    on:
      Convened: {by: [clerk]}
      Voted: {by: [member], seat: {of: board, body: event.body}}
      Agreed:
        by: [chair]
        quorum: {seats: board, opinions: Voted, body: event.body, value: event.vote, about: event.plan, present: 3, for: [yes], need: 2, against: [no], recused: [recused]}
        to: done
  done: {closed: true}
)";

// Seats A to D, represented by persons 1 to 4.
Json seats(std::string_view bodies = "ABCD") {
  Json all = Json::array();
  for (const char body : bodies) all.push_back({{"body", std::string(1, body)}, {"person", person_text(static_cast<std::uint8_t>(body - 'A' + 1))}});
  return {{"seats", all}};
}

Trial convened() {
  Trial given(trial::parse(board));
  given.given("Began").given("Convened", seats());
  return given;
}

Result<Decision> vote(Trial& given, char body, std::string_view value, char about = 'a') {
  return given.when("Voted", {{"body", std::string(1, body)}, {"vote", value}, {"plan", plan(about)}}, {.by = static_cast<std::uint8_t>(body - 'A' + 1), .role = "member"});
}

Result<Decision> agree(Trial& given, char about = 'a') { return given.when("Agreed", {{"plan", plan(about)}}, {.by = 9, .role = "chair"}); }

TEST_CASE("seats: the event fixes them, and a new one replaces them") {
  Trial given = convened();
  CHECK(given.state->data.at("seats/board") == list({list({text("A"), id(trial::person(1))}), list({text("B"), id(trial::person(2))}), list({text("C"), id(trial::person(3))}), list({text("D"), id(trial::person(4))})}));
  given.given("Convened", seats("B"));
  CHECK(given.state->data.at("seats/board") == list({list({text("B"), id(trial::person(2))})}));
}

TEST_CASE("seats: a body does not sit twice") {
  Trial given = convened();
  const auto twice = given.when("Convened", seats("AA"));
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == Code::invalid);
  CHECK(twice.error().fields.front().pointer == "/data/seats");
}

TEST_CASE("seat: only its representative speaks for it") {
  Trial given = convened();
  const auto other = given.when("Voted", {{"body", "A"}, {"vote", "yes"}, {"plan", plan('a')}}, {.by = 2, .role = "member"});
  REQUIRE_FALSE(other);
  CHECK(other.error().code == Code::denied);
  const auto unknown = given.when("Voted", {{"body", "Z"}, {"vote", "yes"}, {"plan", plan('a')}}, {.by = 1, .role = "member"});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Code::denied);
  const auto own = vote(given, 'A', "yes");
  REQUIRE(own);
  CHECK(own->effect.passed == std::vector<std::string>{"by", "seat/board"});
  CHECK(given.state->data.at("opinions/Voted/A") == list({text("yes"), text(plan('a')), number(12)}));
}

struct Count {
  std::string_view votes;  // one letter a seat: y yes, n no, a abstain, r recused, - none
  bool holds;
};

TEST_CASE("quorum: three present and two in favour, none against; a recused seat leaves both sides") {
  const Count table[] = {
      {"----", false}, {"yy--", false}, {"yyy-", true},  {"yyyy", true},  {"yya-", true},  {"yaa-", false}, {"yaaa", false}, {"aaaa", false}, {"yyn-", false},
      {"yyyn", false}, {"nnnn", false}, {"yyr-", true},  {"yr--", false}, {"yar-", true},  {"yrr-", true},  {"arr-", false}, {"yrrr", true},  {"rrrr", false},
      {"rrr-", false}, {"nrrr", false}, {"yyra", true},  {"yynr", false}, {"-yya", true},
  };
  for (const Count& row : table) {
    CAPTURE(row.votes);
    Trial given = convened();
    for (std::size_t i = 0; i < row.votes.size(); ++i) {
      const char letter = row.votes[i];
      if (letter == '-') continue;
      REQUIRE(vote(given, static_cast<char>('A' + i), letter == 'y' ? "yes" : letter == 'n' ? "no" : letter == 'a' ? "abstain" : "recused"));
    }
    const auto decision = agree(given);
    CHECK(static_cast<bool>(decision) == row.holds);
    if (!decision) {
      CHECK(decision.error().code == Code::refused);
      CHECK(decision.error().rule == "quorum/board");
    }
  }
}

TEST_CASE("quorum: the last opinion of a seat counts") {
  Trial given = convened();
  REQUIRE(vote(given, 'A', "no"));
  REQUIRE(vote(given, 'B', "yes"));
  REQUIRE(vote(given, 'C', "yes"));
  const auto objected = agree(given);
  REQUIRE_FALSE(objected);
  CHECK(objected.error().position == 12);
  CHECK(objected.error().message.find("1 against, at most 0 allowed") != std::string::npos);
  REQUIRE(vote(given, 'A', "abstain"));
  CHECK(agree(given));
}

TEST_CASE("quorum: opinions on another version do not count") {
  Trial given = convened();
  for (const char body : {'A', 'B', 'C'}) REQUIRE(vote(given, body, "yes", 'a'));
  const auto reworked = agree(given, 'b');
  REQUIRE_FALSE(reworked);
  CHECK(reworked.error().message.find("0 of 3 seats have given an opinion") != std::string::npos);
  for (const char body : {'A', 'B', 'C'}) REQUIRE(vote(given, body, "yes", 'b'));
  CHECK_FALSE(agree(given, 'a'));
  const auto agreed = agree(given, 'b');
  REQUIRE(agreed);
  CHECK(agreed->effect.passed == std::vector<std::string>{"by", "quorum/board"});
  CHECK(agreed->facts.front() == Fact{"opinions/Voted/A", text("yes"), Position{15}});
  CHECK(agreed->facts.size() == 3);
}

TEST_CASE("quorum: the opinion of a body that lost its seat does not count") {
  Trial given = convened();
  for (const char body : {'A', 'B', 'C'}) REQUIRE(vote(given, body, "yes"));
  given.given("Convened", seats("BCD"));
  CHECK_FALSE(agree(given));
  REQUIRE(vote(given, 'D', "yes"));
  CHECK(agree(given));
}

TEST_CASE("quorum: before any seat is filled nothing can be decided") {
  Trial given(trial::parse(board));
  given.given("Began");
  CHECK_FALSE(agree(given));
}

bool offered(const Trial& given, std::string_view type, const Doing& doing, std::string_view blocked_by = "") {
  for (const AllowedAction& action : given.allowed(doing)) {
    if (action.type != type) continue;
    CHECK(action.blocked_by == blocked_by);
    return action.allowed;
  }
  return false;
}

TEST_CASE("allowed: a seat and a quorum block until they can hold") {
  Trial given = convened();
  CHECK(offered(given, "Voted", {.by = 1, .role = "member"}));
  CHECK_FALSE(offered(given, "Voted", {.by = 8, .role = "member"}, "seat/board"));
  CHECK_FALSE(offered(given, "Agreed", {.by = 9, .role = "chair"}, "quorum/board"));
  for (const char body : {'A', 'B', 'C'}) REQUIRE(vote(given, body, "yes"));
  CHECK(offered(given, "Agreed", {.by = 9, .role = "chair"}));
}

}  // namespace
}  // namespace acta
