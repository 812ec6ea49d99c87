#pragma once
// Who does what in one case of the sample. All handles are invented; nobody stands in two roles that must differ.

#include <string>

#include "tools/demo/dice.h"

namespace acta::sample {

struct Cast {
  std::string officer, manager, second_manager, delegation, partner, secretary, chair, evaluator, verifier;
};

// `place`: who asks, in lower case; names delegation and partner.
Cast cast_of(Dice& dice, const std::string& place);
// The representative of a body in the steering group in that year.
std::string member_of(const std::string& body, int year);

}  // namespace acta::sample
