#include "tools/demo/attempts.h"

#include <algorithm>
#include <array>

namespace acta::sample {
namespace {

struct Place {
  std::string_view ref;
  Temptation temptation;
};

constexpr std::array places = {
    Place{"140", Temptation::submit_own_draft},  Place{"144", Temptation::approve_own_fiche},  Place{"165", Temptation::approve_too_early},
    Place{"161", Temptation::evaluate_own_work}, Place{"100", Temptation::close_own_accounts},
};

}  // namespace

bool attempted(const ActionRow& row, Temptation temptation) {
  return std::any_of(places.begin(), places.end(), [&](const Place& place) { return place.ref == row.ref && place.temptation == temptation; });
}

}  // namespace acta::sample
