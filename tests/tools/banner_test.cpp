#include "tools/acta/banner.h"

#include <doctest/doctest.h>

using namespace acta::cli;

namespace {

Banner plain() {
  return {.address = "127.0.0.1:7171", .facility = "Facility", .origin = "acta.example/x", .data = "acta-data", .size = 12, .program = "acta", .example = {}, .opening = {},
          .demo = false, .left_simulation = {}, .writes_stopped = {}};
}

bool holds(const Banner& banner, std::string_view text) { return render(banner).find(text) != std::string::npos; }

}  // namespace

TEST_CASE("banner: it says where, of whom, and that this machine alone may ask and is believed") {
  CHECK(holds(plain(), "Acta serves Facility at http://127.0.0.1:7171\n"));
  CHECK(holds(plain(), "acta.example/x, 12 entries"));
  CHECK(holds(plain(), "Only this machine can ask, and whoever asks is believed"));
}

TEST_CASE("banner: the default folder needs no --data, another one is named in each command") {
  CHECK(holds(plain(), "\n  acta cases\n"));
  Banner other = plain();
  other.data = "my data";
  CHECK(holds(other, "\n  acta --data 'my data' cases\n"));
  CHECK(holds(other, "\n  acta --data 'my data' verify\n"));
}

TEST_CASE("banner: with TLS it shows https, until when, and asks by the name in the certificate") {
  Banner own = plain();
  own.tls = BannerTls{.name = "localhost", .certificate = "our.crt", .expires_at = "2027-01-01T00:00:00Z"};
  CHECK(holds(own, "at https://127.0.0.1:7171\n"));
  CHECK(holds(own, "for localhost, until 2027-01-01T00:00:00Z"));
  CHECK(holds(own, "--cacert our.crt https://localhost:7171/v1/cases\n"));
  own.tls->name = "acta.example";
  CHECK(holds(own, "-H 'Host: 127.0.0.1:7171' --resolve acta.example:7171:127.0.0.1 https://acta.example:7171/v1/cases\n"));
}

TEST_CASE("banner: cases are named only where there are some") {
  CHECK_FALSE(holds(plain(), "history"));
  Banner other = plain();
  other.example = BannerCase{"ACT-2020-001", "2021-03-02"};
  CHECK(holds(other, "acta history ACT-2020-001\n"));
  CHECK(holds(other, "acta replay ACT-2020-001 --as-of 2021-03-02\n"));
}

TEST_CASE("banner: a sample says that its key is public and where its own clock ended") {
  CHECK_FALSE(holds(plain(), "sample"));
  Banner other = plain();
  other.demo = true;
  other.left_simulation = 1234;
  CHECK(holds(other, "its log key comes from a seed, so it is public"));
  CHECK(holds(other, "Entry 1234 ends that"));
}

TEST_CASE("banner: that nothing is recorded for now is not kept quiet") {
  Banner other = plain();
  other.writes_stopped = "the clock jumped";
  CHECK(holds(other, "nothing is recorded for now: the clock jumped"));
}

TEST_CASE("banner: a facility's name cannot steer the terminal") {
  Banner other = plain();
  other.facility = "F\033[2J";
  CHECK_FALSE(holds(other, "\033"));
}
