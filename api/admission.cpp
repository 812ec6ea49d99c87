#include "api/admission.h"

namespace acta {

Admission::Place Admission::admit(const Address& address) {
  const std::lock_guard lock(mutex_);
  auto& of_address = by_address_[address];
  if (count_ >= caps_.connections || of_address >= caps_.per_address) {
    if (of_address == 0) by_address_.erase(address);
    return nullptr;
  }
  ++count_;
  ++of_address;
  return {this, [address](void* admission) { static_cast<Admission*>(admission)->leave(address); }};
}

void Admission::leave(const Address& address) {
  const std::lock_guard lock(mutex_);
  const auto found = by_address_.find(address);
  if (--found->second == 0) by_address_.erase(found);
  if (--count_ == 0) left_.notify_all();
}

std::size_t Admission::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

void Admission::wait_until_empty(std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  left_.wait_for(lock, limit, [this] { return count_ == 0; });
}

}  // namespace acta
