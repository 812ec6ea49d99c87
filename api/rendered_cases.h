#pragma once
// Cases as they were last rendered, each with the stored state it was rendered from: while that is the same to the byte, so
// is the answer. Bounded; losing all of it costs time and nothing else.

#include <array>
#include <memory>
#include <mutex>
#include <string>

#include "events/bytes.h"
#include "events/ids.h"

namespace acta {

struct RenderedCase {
  CaseId id;
  Bytes state;               // what it was rendered from
  std::string body;
  Revision revision = 0;
  Position changed_by;
};

// Any thread.
class RenderedCases {
 public:
  // Nothing when it is not there, or was rendered from another state.
  std::shared_ptr<const RenderedCase> find(const CaseId& id, ByteView state) const;
  // In the place of another, perhaps.
  void keep(std::shared_ptr<const RenderedCase> rendered);

 private:
  static constexpr std::size_t cases_max = 512, bytes_max = 16 << 10;   // in all 8 MiB
  static std::size_t place_of(const CaseId& id);

  mutable std::mutex mutex_;
  std::array<std::shared_ptr<const RenderedCase>, cases_max> places_;
};

}  // namespace acta
