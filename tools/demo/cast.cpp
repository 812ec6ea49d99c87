#include "tools/demo/cast.h"

#include <map>

namespace acta::sample {
namespace {

constexpr const char* officers[] = {"po.lindqvist", "po.ferrante", "po.adjei", "po.novak", "po.castellano", "po.o-hara"};
constexpr const char* managers[] = {"pm.hartog", "pm.okonjo", "pm.vasile", "pm.weiss"};
constexpr const char* secretaries[] = {"sec.brandt", "sec.moreau"};
constexpr const char* chairs[] = {"ch.rosendahl", "ch.papadakis"};
constexpr const char* evaluators[] = {"ev.tamm", "ev.quispe", "ev.larsen"};
constexpr const char* verifiers[] = {"fv.bianchi", "fv.olofsson"};

struct Pair {
  const char *before, *since;
};
constexpr int change_of_members = 2016;
const std::map<std::string, Pair>& members() {
  static const std::map<std::string, Pair> known = {
      {"INTPA", {"scm.dubois", "scm.keller"}}, {"HOME", {"scm.jansen", "scm.ortega"}}, {"NEAR", {"scm.horvat", "scm.byrne"}},
      {"EEAS", {"scm.salonen", "scm.rossi"}},  {"TEAM", {"scm.fischer", "scm.fischer"}},
  };
  return known;
}

}  // namespace

Cast cast_of(Dice& dice, const std::string& place) {
  Cast cast{.officer = dice.one_of(officers), .manager = {}, .second_manager = {}, .delegation = "eud." + place, .partner = "pa." + place, .secretary = dice.one_of(secretaries), .chair = dice.one_of(chairs), .evaluator = dice.one_of(evaluators), .verifier = dice.one_of(verifiers)};
  const auto first = static_cast<std::size_t>(dice.between(0, 3));
  cast.manager = managers[first];
  cast.second_manager = managers[(first + 1) % std::size(managers)];
  return cast;
}

std::string member_of(const std::string& body, int year) {
  const Pair& pair = members().at(body);
  return year < change_of_members ? pair.before : pair.since;
}

}  // namespace acta::sample
