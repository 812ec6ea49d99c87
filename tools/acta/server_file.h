#pragma once
// <data>/server.json: how the command line finds the server that holds the folder. Readable by its owner only.

#include <optional>
#include <string>

#include "events/result.h"

namespace acta::cli {

struct ServerFile {
  std::string address;  // 127.0.0.1:7171
  std::string token;    // allows what only this machine's command line may do
  int pid = 0;
  std::string scheme = "http";     // or https
  std::string name = {};           // https: a name or address that the certificate is for
  std::string certificate = {};    // https: PEM; what the command line trusts, and nothing else
};
std::string url_of(const ServerFile& file);  // https://127.0.0.1:7171

Result<void> write_server_file(const std::string& data, const ServerFile& file);
void remove_server_file(const std::string& data);
// Nothing when there is none, it is not readable, or its process is gone.
std::optional<ServerFile> read_server_file(const std::string& data);
// As above, and it answers /livez.
std::optional<ServerFile> running_server(const std::string& data);

}  // namespace acta::cli
