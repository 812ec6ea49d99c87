#pragma once
// The control words of one transition, compiled. Meaning: docs/PROCESSES.md "Control words".

#include <optional>
#include <string>
#include <vector>

#include "events/catalogue.h"

namespace acta {

struct Setting {
  std::string field;                                  // of case data
  std::string path;                                   // of the event, without `event.`
};

struct SeatRule {
  std::string of;                                     // seat list
  std::string body;                                   // path of the event
};

struct Quorum {
  std::string seats;
  std::string opinions;                               // event type
  std::string about;                                  // path that the opinion and the deciding event both have
  std::int64_t present = 1, need = 1, objections_max = 0;
  std::vector<std::string> favourable, against, recused;  // values of an opinion
};

struct Rules {
  std::vector<std::string> by;                        // roles and `case.<field>`; empty: any role of the process
  std::optional<SeatRule> seat;
  bool reason_required = false;
  std::vector<std::string> reasons;                   // empty: any code will do
  std::vector<std::vector<std::string>> needs;        // one of each
  std::optional<Quorum> quorum;
  std::vector<Setting> set;
};

}  // namespace acta
