#pragma once
// Who outside is asked, as the settings say: witnesses and a time-stamp server.

#include "api/cosigners.h"
#include "api/time_stamper.h"

namespace acta::cli {

struct ServeOptions;

// Nothing: no witness is asked. Error: as read_input, malformed (the policy, line named).
Result<std::optional<CosignerOptions>> cosigning_of(const ServeOptions& options);
// Nothing: no time-stamp server is.
std::optional<TimeStamperOptions> time_stamping_of(const ServeOptions& options);

}  // namespace acta::cli
