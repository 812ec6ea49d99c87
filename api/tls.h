#pragma once
// TLS 1.2 and 1.3 on the server's side, by OpenSSL on the socket itself: Asio's own wrapper keeps some 70 KB of buffers a
// connection, this keeps none while nothing comes. Certificate and key are read once; new files make a new context.

#include <memory>
#include <string>

#include "events/result.h"
#include "events/time.h"

namespace acta {

// PEM: the certificate with what links it to its authority behind it; its key, which nobody else may read.
struct TlsFiles {
  std::string certificate, key;
};

// One connection. Never blocks: where it cannot go on it says what the socket has to be ready for.
class TlsSession {
 public:
  enum class Wants { nothing, read, write };
  struct Step {
    std::size_t count = 0;         // bytes read or written
    bool ended = false;            // by the other side, or broken
    Wants wants = Wants::nothing;
  };
  struct Impl;
  explicit TlsSession(std::unique_ptr<Impl> impl);
  ~TlsSession();
  Step handshake();                // until it wants nothing
  Step read(char* into, std::size_t bytes_max);
  Step write(std::string_view bytes);
  bool has_more() const;           // decrypted, or come and not yet looked at
  void close();                    // says that nothing follows
  std::string failure() const;     // why it is broken, in OpenSSL's words; empty: it is not

 private:
  std::unique_ptr<Impl> impl_;
};

// What a certificate says of itself.
struct TlsIdentity {
  std::string name;                // the first name or address it is for
  std::string certificate;         // PEM, without what stands behind it
  std::string serial;              // hex
  Instant expires_at;
};

// Immutable; any thread.
class TlsContext {
 public:
  // Error: not_found, invalid. Each says what is wrong with which file and what to do: not there, not PEM, a key that
  // others may read, is locked or belongs to another certificate, a certificate that has expired or is not valid yet.
  static Result<std::shared_ptr<const TlsContext>> load(const TlsFiles& files, Instant now);
  ~TlsContext();
  const TlsIdentity& identity() const;
  // On an accepted, non-blocking socket, which outlives it.
  std::unique_ptr<TlsSession> session(int socket) const;

 private:
  struct Impl;
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
