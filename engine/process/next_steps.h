#pragma once
// What an open case waits for: the steps of its present stage, and who may take them. Pure: of definition and state.

#include "engine/case_state.h"
#include "engine/process/definition.h"

namespace acta {

struct Seat {
  std::string body;
  PersonId person;
};

// A step of the stage leads on, fills a seat or works on the case's data. What states around the stage accept (to take a
// request back, to suspend) and what is accepted always is no step: it does not wait for anybody.
struct NextStep {
  std::string event;
  std::vector<std::string> roles;                   // who may, by role
  std::vector<PersonId> persons;                    // who may by name, in any role
  std::vector<std::string> needs, reasons;          // as in AllowedAction
  bool ends = false;                                // a way out into a closed state while another step leads on
  bool opinion = false;                             // speaks for a seat
  std::string seats;                                // the seat list it speaks for, or decides by
  std::vector<Seat> silent;                         // seats without an opinion on what is being decided
  std::string held_up;                              // why the quorum does not hold yet
  // Is somebody to act? Not by an end alone, not on an opinion all have given, not on a decision while seats may still speak.
  bool calls = true;
};
// In the order the definition has them. Nothing when the case is closed.
std::vector<NextStep> next_steps(const Definition& definition, const CaseState& state);

// Does this event make the step wait anew although it could be taken before? New seats have not spoken yet.
bool begins_anew(const Definition& definition, const NextStep& step, std::string_view event);

struct Barred {
  PersonId person;
  std::string rule;                                 // distinct_persons/<set>/<group>
};
// Persons of the case who may not record this event, whatever their role.
std::vector<Barred> barred_from(const Definition& definition, const CaseState& state, std::string_view event);

// Whose list is meant; both absent: everybody's.
struct Worker {
  std::optional<std::string> role;
  std::optional<PersonId> person;
};
// May this worker take the step: by role or by name, in a silent seat where it fills one, and not barred?
bool may_take(const Definition& definition, const CaseState& state, const NextStep& step, const Worker& worker);

}  // namespace acta
