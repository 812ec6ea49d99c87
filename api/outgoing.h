#pragma once
// Requests that the server itself makes: to witnesses and time-stamp servers. Bounded in time and size; redirects are not
// followed.

#include <string>

#include "events/result.h"

namespace acta {

struct OutgoingRequest {
  std::string url;                    // http://HOST[:PORT][/PATH] or https://
  std::string media_type, body;
  std::string ca_file = {};           // PEM; who is trusted over https. Empty: whom the system trusts
  int timeout_ms = 10'000;            // of each wait for the other side; three times that in all
  std::size_t answer_max = 64 * 1024;
};

struct OutgoingAnswer {
  int status = 0;
  std::string media_type, body;
};

// Error: invalid (not a URL, no such file of authorities), unavailable (no answer came, too late or too large: says which).
Result<OutgoingAnswer> post_outgoing(const OutgoingRequest& request);
// Whether it could be asked at all. Error: invalid.
Result<void> check_outgoing_url(const std::string& url);

}  // namespace acta
