// TLS as curl and openssl see it.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "api/server.h"
#include "events/log.h"
#include "fixture.h"
#include "raw_client.h"

using namespace acta;
using namespace acta::test;

namespace {

// What a shell command prints.
std::string shell(const TemporaryFolder& folder, const std::string& line) {
  const auto out = folder / "out";
  static_cast<void>(std::system(("cd " + (folder / ".") + " && { " + line + " ; } >" + out + " 2>&1 </dev/null").c_str()));
  std::ifstream in(out);
  return {std::istreambuf_iterator<char>(in), {}};
}

// NAME.crt and NAME.key in the folder, for localhost.
TlsFiles make_files(const TemporaryFolder& folder, const std::string& name, const std::string& serial) {
  const auto said = shell(folder, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout " + name + ".key -out " + name + ".crt -days 2 -subj /CN=test -set_serial 0x" + serial +
                                      " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 && chmod 600 " + name + ".key");
  REQUIRE_MESSAGE(std::filesystem::exists(folder / (name + ".crt")), said);
  return {.certificate = folder / (name + ".crt"), .key = folder / (name + ".key")};
}

struct TlsFixture : ApiFixture {
  TlsFixture() {
    spdlog::set_level(spdlog::level::err);
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.workers = 2;
    options.tls = make_files(certificates, "a", "A1");
    auto started = Server::start(*engine, *views, "token-of-the-folder", options);
    REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    server = *std::move(started);
  }
  std::string port() const { return server->address().substr(server->address().rfind(':') + 1); }
  std::string curl(const std::string& words) const { return shell(certificates, "curl -sS --max-time 20 " + words + " https://localhost:" + port() + "/livez"); }
  std::string s_client(const std::string& words) const { return shell(certificates, "timeout 20 openssl s_client -connect " + server->address() + " -servername localhost " + words); }
  TemporaryFolder certificates;
  std::unique_ptr<Server> server;
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Instant days_from_now(std::int64_t days) { return Instant{WallClock().now().micros + days * 86'400'000'000}; }

}  // namespace

TEST_CASE("tls: curl trusts it by its certificate, and not without") {
  const TlsFixture fixture;
  CHECK(fixture.curl("--cacert a.crt") == "alive\n");
  CHECK(fixture.curl("--cacert a.crt --tlsv1.2 --tls-max 1.2") == "alive\n");
  CHECK_FALSE(holds(fixture.curl(""), "alive"));
}

TEST_CASE("tls: old versions and weak ciphers are refused, HTTP/1.1 is agreed on, nothing is compressed") {
  const TlsFixture fixture;
  CHECK(holds(fixture.s_client("-tls1_3 -alpn h2,http/1.1 -brief"), "TLSv1.3"));
  CHECK(holds(fixture.s_client("-tls1_2 -alpn http/1.1"), "ALPN protocol: http/1.1"));
  CHECK(holds(fixture.s_client("-tls1_2"), "Compression: NONE"));
  CHECK_FALSE(holds(fixture.s_client("-tls1_1 -cipher 'ALL:@SECLEVEL=0'"), "Cipher    : ECDHE"));
  CHECK_FALSE(holds(fixture.s_client("-tls1_2 -cipher AES128-SHA"), "Cipher    : AES128"));
  CHECK(holds(fixture.s_client("-alpn h2"), "alert"));
}

TEST_CASE("tls: who speaks plainly to it is told so") {
  const TlsFixture fixture;
  RawClient client(fixture.server->address());
  client.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = client.read_answer();
  CHECK(answer.starts_with("HTTP/1.1 400"));
  CHECK(holds(answer, "https://"));
  CHECK(client.closed());
}

TEST_CASE("tls: new files are shown to new connections; bad ones change nothing") {
  const TlsFixture fixture;
  CHECK(fixture.server->tls()->serial == "A1");
  CHECK(fixture.server->tls()->name == "localhost");
  make_files(fixture.certificates, "b", "B2");
  std::filesystem::copy_file(fixture.certificates / "b.crt", fixture.certificates / "a.crt", std::filesystem::copy_options::overwrite_existing);
  const auto half = fixture.server->reload_tls();
  REQUIRE_FALSE(half);
  CHECK(holds(half.error().message, "is the key of another certificate"));
  CHECK(fixture.server->tls()->serial == "A1");
  std::filesystem::copy_file(fixture.certificates / "b.key", fixture.certificates / "a.key", std::filesystem::copy_options::overwrite_existing);
  REQUIRE(fixture.server->reload_tls());
  CHECK(holds(shell(fixture.certificates, "openssl s_client -connect " + fixture.server->address() + " | openssl x509 -noout -serial"), "serial=B2"));
}

TEST_CASE("tls: files that cannot be used are explained") {
  const TemporaryFolder folder;
  const auto files = make_files(folder, "a", "A1");
  const auto said = [](const TlsFiles& given, Instant now) {
    const auto loaded = TlsContext::load(given, now);
    return loaded ? std::string() : loaded.error().message;
  };
  CHECK(said(files, days_from_now(0)).empty());
  CHECK(holds(said(files, days_from_now(3)), "has expired at"));
  CHECK(holds(said(files, days_from_now(-2)), "is not valid before"));
  CHECK(holds(said({files.certificate + "x", files.key}, days_from_now(0)), "there is no file"));
  CHECK(holds(said({files.key, files.key}, days_from_now(0)), "holds no certificate in PEM"));
  shell(folder, "openssl pkey -in a.key -aes256 -passout pass:x -out locked.key; chmod 600 locked.key");
  CHECK(holds(said({files.certificate, folder / "locked.key"}, days_from_now(0)), "is locked by a passphrase"));
  std::filesystem::permissions(files.key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  CHECK(holds(said(files, days_from_now(0)), "that others may read"));
}
