#include "api/rendered_cases.h"

#include <algorithm>

namespace acta {

std::size_t RenderedCases::place_of(const CaseId& id) { return std::hash<CaseId>{}(id) % cases_max; }

std::shared_ptr<const RenderedCase> RenderedCases::find(const CaseId& id, ByteView state) const {
  std::shared_ptr<const RenderedCase> there;
  {
    const std::lock_guard lock(mutex_);
    there = places_[place_of(id)];
  }
  const bool same = there && there->id == id && std::equal(state.begin(), state.end(), there->state.begin(), there->state.end());
  return same ? there : nullptr;
}

void RenderedCases::keep(std::shared_ptr<const RenderedCase> rendered) {
  if (rendered->state.size() + rendered->body.size() > bytes_max) return;
  const std::lock_guard lock(mutex_);
  places_[place_of(rendered->id)] = std::move(rendered);
}

}  // namespace acta
