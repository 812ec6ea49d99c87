// Cases and commands: each entry must go on where the one before it ended.

#include "engine/ledger/verify_impl.h"

namespace acta {
namespace {

bool of_a_case(const Entry& entry) { return entry.kind == Kind::event || entry.kind == Kind::notice; }

// The state that the entry says it continues, so that one fault is not told again for each later entry.
CaseState resumed(CaseState state, const Entry& entry) {
  state.id = *entry.case_id;
  if (entry.definition) state.definition = *entry.definition;
  state.revision = entry.revision.value_or(0);
  if (entry.kind == Kind::event && state.revision > 0) --state.revision;
  return state;
}

}  // namespace

void VerifyRun::check_case(Position position, const Entry& entry) {
  if (!entry.case_id) return;
  Replay& known = replays[*entry.case_id];
  replay(known, position, entry);
  if (is_bad(position)) known.whole = false;
  else known.last = position;
}

void VerifyRun::replay(Replay& of, Position position, const Entry& entry) {
  of.lost |= any_bad(of.last ? of.last->value + 1 : 0, position.value);
  if (!of_a_case(entry)) {
    if (entry.revision != of.state.revision && !of.lost) find(position, "continuity", "it was made at another revision than its case had");
    return;
  }
  Result<CaseState> after = apply_unchecked(of.state, entry);
  if (!after) {
    if (!of.lost || is_bad(position)) find(position, "continuity", after.error().message);
    if (is_bad(position)) return;
    of.whole = false;
    after = apply_unchecked(resumed(of.state, entry), entry);
  }
  if (!after) {
    of.state.revision = entry.revision.value_or(of.state.revision);
    return;
  }
  of.state = *std::move(after);
  check_digest(of, position, entry);
}

void VerifyRun::check_digest(Replay& of, Position position, const Entry& entry) {
  of.claimed = entry.effect ? entry.effect->state : std::nullopt;
  const bool agrees = of.claimed == state_digest(of.state);
  if (!agrees && of.agrees && !of.lost) find(position, "state", "its state digest is not that of a replay");
  of.agrees = agrees;
  of.lost = of.lost && !agrees;
  of.whole = of.whole && agrees;
}

void VerifyRun::check_command(Position position, const Entry& entry) {
  check_continues(position, entry);
  unfinished = !is_bad(position) && entry.command && entry.command->index + 1 < entry.command->count ? entry.command : std::nullopt;
  if (entry.command && entry.command->index >= entry.command->count) find(position, "command", "its command has fewer entries than its place in it");
}

void VerifyRun::check_continues(Position position, const Entry& entry) {
  const bool begins = !entry.command || entry.command->index == 0;
  if (begins && unfinished) return find(position, "command", "the command of the entry before it was to go on here");
  if (begins || any_bad(position.value - 1, position.value)) return;
  const CommandRef& command = *entry.command;
  const bool goes_on = unfinished && unfinished->id == command.id && unfinished->body == command.body && unfinished->count == command.count && unfinished->index + 1 == command.index;
  if (!goes_on) find(position, "command", "it does not continue its command");
}

}  // namespace acta
