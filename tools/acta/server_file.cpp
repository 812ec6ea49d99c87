#include "tools/acta/server_file.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <rocksdb/env.h>

#include "engine/disk.h"
#include "tools/acta/json_text.h"
#include "tools/acta/transport.h"

namespace acta::cli {
namespace {

std::string path_in(const std::string& data) { return data + "/server.json"; }

bool alive(int pid) { return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM); }

}  // namespace

std::string url_of(const ServerFile& file) { return file.scheme + "://" + file.address; }

Result<void> write_server_file(const std::string& data, const ServerFile& file) {
  Json json{{"scheme", file.scheme}, {"address", file.address}, {"token", file.token}, {"pid", file.pid}};
  if (!file.certificate.empty()) json.update({{"name", file.name}, {"certificate", file.certificate}});
  const std::string text = json.dump() + "\n";
  return write_file_durably(*rocksdb::Env::Default(), path_in(data), ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

void remove_server_file(const std::string& data) { ::unlink(path_in(data).c_str()); }

std::optional<ServerFile> read_server_file(const std::string& data) {
  const auto bytes = read_file(*rocksdb::Env::Default(), path_in(data));
  if (!bytes) return std::nullopt;
  const Json json = parse_answer({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  const Json& pid = member(json, "pid");
  const ServerFile file{.address = text_at(json, "address"), .token = text_at(json, "token"), .pid = pid.is_number_integer() ? pid.get<int>() : 0,
                        .scheme = text_at(json, "scheme"), .name = text_at(json, "name"), .certificate = text_at(json, "certificate")};
  if (file.address.empty() || !alive(file.pid)) return std::nullopt;
  return file;
}

std::optional<ServerFile> running_server(const std::string& data) {
  auto file = read_server_file(data);
  if (!file) return std::nullopt;
  auto transport = server_transport(*file);
  if (!transport) return std::nullopt;
  const auto answer = (*transport)->send({.method = "GET", .target = "/livez", .headers = {}, .body = {}});
  if (!answer || answer->status != 200) return std::nullopt;
  return file;
}

}  // namespace acta::cli
