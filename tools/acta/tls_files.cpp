#include "tools/acta/tls_files.h"

namespace acta::cli {

Result<std::optional<TlsFiles>> tls_files(const ServeOptions& options) {
  if (options.tls_certificate.empty() && options.tls_key.empty()) return std::optional<TlsFiles>();
  if (options.tls_key.empty()) return error(Code::malformed, "tls-cert names a certificate, and its private key is missing: give tls-key too");
  if (options.tls_certificate.empty()) return error(Code::malformed, "tls-key names a private key, and its certificate is missing: give tls-cert too");
  return std::optional(TlsFiles{.certificate = options.tls_certificate, .key = options.tls_key});
}

}  // namespace acta::cli
