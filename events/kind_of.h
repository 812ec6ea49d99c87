#pragma once
#include "events/envelope.h"

namespace acta {

// Of a stored entry, of which nothing else is read or checked. unset: there is none to be read.
Kind kind_of(ByteView stored);

}  // namespace acta
