#pragma once
// Writes down what tests ask and what they are answered: tests/contract holds all of it against the contract.
// Only where the environment variable ACTA_EXCHANGES names a file; the first line of a process empties it.

#include <string>

#include "api/http.h"

namespace acta::test {

// The answer, which from here on is noted as it is read: at once, piece by piece or frame by frame.
Response noted(const Request& request, Response response);
// All that went over a connection, either way.
void note_connection(const std::string& sent, const std::string& received);

}  // namespace acta::test
