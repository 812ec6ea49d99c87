#include "api/http_measures.h"

#include <algorithm>

namespace acta {

HttpMeasures::HttpMeasures(std::size_t routes) {
  for (std::size_t i = 0; i <= routes; ++i) routes_.push_back(std::make_unique<Route>());
}

void HttpMeasures::count(std::size_t route, int status, std::int64_t micros) {
  Route& of = *routes_[route];
  const auto known = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(0, status)), statuses_first, statuses_end - 1);
  of.statuses[known - statuses_first].add();
  of.micros.count(static_cast<std::uint64_t>(std::max<std::int64_t>(0, micros)));
}

void HttpMeasures::refuse(Refusal refusal) {
  const std::lock_guard lock(mutex_);
  ++refused_[std::move(refusal)];
}

std::map<HttpMeasures::Refusal, std::uint64_t> HttpMeasures::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

}  // namespace acta
