#include "exchanges.h"

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "events/bytes.h"

namespace acta::test {
namespace {

using nlohmann::json;

std::string base64(std::string_view text) { return to_base64(view(text)); }

json pairs(const Headers& headers) {
  json out = json::array();
  for (const auto& [name, value] : headers) out.push_back({name, value});
  return out;
}

const char* file_name() { return std::getenv("ACTA_EXCHANGES"); }

void write(const json& line) {
  static std::mutex one_at_a_time;
  static std::ofstream file(file_name(), std::ios::trunc);
  const std::scoped_lock lock(one_at_a_time);
  file << line.dump(-1, ' ', false, json::error_handler_t::replace) << '\n' << std::flush;
}

// An answer that takes time: written when nobody reads it any more.
struct Growing {
  json line;
  std::string body;
  ~Growing() {
    line["body"] = base64(body);
    write(line);
  }
};

}  // namespace

Response noted(const Request& request, Response response) {
  if (file_name() == nullptr) return response;
  auto growing = std::make_shared<Growing>();
  growing->line = {{"method", request.method}, {"target", request.target}, {"asked", pairs(request.headers)}, {"sent", base64(request.body)},
                   {"status", response.status}, {"headers", pairs(response.headers)}};
  growing->body = response.body;
  if (!response.pieces) return response;
  response.pieces = [growing, pieces = std::move(response.pieces)] {
    auto piece = pieces();
    if (piece) growing->body += *piece;
    return piece;
  };
  return response;
}

void note_connection(const std::string& sent, const std::string& received) {
  if (file_name() != nullptr) write({{"connection", {base64(sent), base64(received)}}});
}

}  // namespace acta::test
