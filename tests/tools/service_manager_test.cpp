#include "tools/acta/service_manager.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>

#include "tests/tools/desk.h"

using namespace acta::test;
using acta::cli::Pulse;
using acta::cli::works;

namespace {

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The end of systemd: a datagram socket in the folder of the desk.
class FakeManager {
 public:
  explicit FakeManager(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~FakeManager() { ::close(socket_); }
  FakeManager(const FakeManager&) = delete;
  FakeManager& operator=(const FakeManager&) = delete;

  // The next message that says this; messages before it are passed over.
  std::string wait_for(std::string_view word) const {
    for (;;) {
      char text[1'024];
      const auto size = ::recv(socket_, text, sizeof text, 0);
      REQUIRE(size > 0);
      std::string message(text, static_cast<std::size_t>(size));
      if (holds(message, word)) return message;
    }
  }

 private:
  int socket_;
};

struct ManagedDesk : Desk {
  ManagedDesk() {
    init();
    write("managed", "#!/bin/bash\nexport NOTIFY_SOCKET=" + path("notify") + " WATCHDOG_USEC=200000\nexec " ACTA_BINARY_DIR "/acta serve --listen 127.0.0.1:0\n");
    std::filesystem::permissions(path("managed"), std::filesystem::perms::owner_all);
  }
};

}  // namespace

TEST_CASE("systemd: it is told when the server is ready, that it works, and that it stops") {
  const ManagedDesk desk;
  const FakeManager manager(desk.path("notify"));
  Background serving(desk, Program{desk.path("managed")}, "serve");
  const auto ready = manager.wait_for("READY=1");
  CHECK(holds(ready, "STATUS=Serving http://127.0.0.1:"));
  CHECK(holds(ready, "entries, writes open"));
  CHECK(desk.run({"cases"}).exit == 0);
  manager.wait_for("WATCHDOG=1");
  manager.wait_for("WATCHDOG=1");
  ::kill(serving.pid(), SIGTERM);
  manager.wait_for("STOPPING=1");
  CHECK(serving.wait().exit == 0);
}

TEST_CASE("systemd: a server that does not get on is not called alive") {
  const Pulse well{.listener_answers = true, .oldest_wait_micros = 0, .views_position = 10, .views_behind = 0};
  CHECK(works(well, well));
  Pulse silent = well, waits = well, behind = well, moves = well;
  silent.listener_answers = false;
  CHECK_FALSE(works(well, silent));
  waits.oldest_wait_micros = acta::cli::stuck_after_micros;
  CHECK_FALSE(works(well, waits));
  behind.views_behind = 3;
  CHECK(works(well, behind));        // it may only just have got something to do
  CHECK_FALSE(works(behind, behind));
  moves.views_behind = 3;
  moves.views_position = 11;
  CHECK(works(behind, moves));
}

TEST_CASE("systemd: it accepts the unit") {
  const Desk desk;
  if (desk.shell("command -v systemd-analyze").exit != 0) {
    MESSAGE("not checked: there is no systemd-analyze here");
    return;
  }
  desk.shell("sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' " ACTA_SOURCE_DIR "/tools/systemd/acta.service > acta.service");
  const auto answer = desk.shell("systemd-analyze verify ./acta.service 2>&1 | grep -F acta.service");
  CHECK_MESSAGE(answer.out.empty(), answer.out);
}
