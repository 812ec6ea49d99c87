#pragma once
// A witness over HTTP (C2SP tlog-witness): POST /add-checkpoint, and GET /livez.

#include "api/http.h"
#include "engine/witness/witness.h"

namespace acta {

// What answers at `address`. Any thread, never throws. `witness` outlives it.
std::function<Response(const Request&)> witness_handler(Witness& witness, const std::string& address);

}  // namespace acta
