#pragma once
// Reads a feed without a socket.

#include <string>

#include "api/http.h"

namespace acta::test {

// What a feed has to give until it has nothing more; `ended` when it is over.
struct Drained {
  std::string text;
  bool ended = false;
};
Drained drain(Feed& feed);
// Waits until there is something, ten seconds at most, then drains. Again, until `text` came.
std::string drain_until(Feed& feed, std::string_view text);

}  // namespace acta::test
