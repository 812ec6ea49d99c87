#pragma once
// The settings `tls-cert` and `tls-key`, as the server takes them.

#include <optional>

#include "api/tls.h"
#include "tools/acta/verbs.h"

namespace acta::cli {

// Nothing: plain HTTP. Error: malformed (one without the other).
Result<std::optional<TlsFiles>> tls_files(const ServeOptions& options);

}  // namespace acta::cli
