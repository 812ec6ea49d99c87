#include <doctest/doctest.h>

#include <fstream>

#include "engine/anchor/time_stamp.h"
#include "events/sha256.h"
#include "tests/engine/scratch.h"
#include "tests/engine/time_stamp_authority.h"

using namespace acta;

namespace {

struct Stamping {
  Scratch scratch;
  TimeStampAuthority ours{"Ours"}, theirs{"Theirs"};
  std::unique_ptr<Randomness> randomness = seeded_randomness(3);
  const std::string stamped = "what is stamped\n";
  TimeStampTrust trust = trust_in({&ours});

  TimeStampTrust trust_in(std::initializer_list<const TimeStampAuthority*> whom) const {
    const std::string path = scratch / "authorities.pem";
    std::ofstream file(path);
    for (const TimeStampAuthority* one : whom) file << one->authorities();
    file.close();
    auto loaded = TimeStampTrust::load(path);
    REQUIRE(loaded);
    return *loaded;
  }
  TimeStampQuery query(const std::string& policy = "") const {
    auto made = TimeStampQuery::make(stamped, policy, *randomness);
    REQUIRE(made);
    return *std::move(made);
  }
  std::string why(const TimeStampQuery& asked, const std::string& answer) const {
    const auto judged = asked.judge(answer, trust);
    return judged ? "believed" : judged.error().message;
  }
};

bool says(const std::string& text, const char* what) { return text.find(what) != std::string::npos; }

std::string replaced(std::string text, const std::string& what, char with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  text[at + what.size() - 1] = with;
  return text;
}

}  // namespace

TEST_CASE("time stamp: what is granted to our question is believed, and says over what, when, under which policy and by whom") {
  const Stamping here;
  const Instant at{1'700'000'000'250'000};
  const auto asked = here.query();
  const auto receipt = asked.judge(here.ours.answer(asked.body(), {.at = at}), here.trust);
  REQUIRE_MESSAGE(receipt, receipt.error().message);
  CHECK(receipt->stamped() == here.stamped);
  CHECK(receipt->stamp().imprint == sha256(view(here.stamped)));
  CHECK(receipt->stamp().at == Instant{1'700'000'000'000'000});   // without its fraction: the server gives no precision
  CHECK(receipt->stamp().policy == TimeStampAuthority::policy);
  CHECK(receipt->stamp().signer == "CN=Ours signer");
  CHECK_FALSE(receipt->stamp().serial.empty());
  const auto again = here.trust.check(receipt->bytes(), view(here.stamped));
  REQUIRE(again);
  CHECK(again->serial == receipt->stamp().serial);
}

TEST_CASE("time stamp: an answer to another question, over other bytes, by another signer or altered on the way is not believed") {
  const Stamping here;
  const auto asked = here.query(), another = here.query();
  const std::string good = here.ours.answer(asked.body());
  CHECK(here.why(asked, good) == "believed");
  CHECK(says(here.why(asked, here.ours.answer(another.body())), "the nonce differs"));
  const Hash imprint = sha256(view(here.stamped));
  const std::string digest(text_view(view(imprint)));
  const std::string other = replaced(asked.body(), digest, static_cast<char>(digest.back() ^ 1));
  CHECK(says(here.why(asked, here.ours.answer(other)), "the imprint differs"));
  CHECK(says(here.why(asked, here.theirs.answer(asked.body())), "its signer is not trusted"));
  CHECK(says(here.why(asked, good.substr(0, good.size() - 1) + static_cast<char>(good.back() ^ 1)), "signature does not hold"));
  CHECK(says(here.why(asked, good + "x"), "bytes behind it"));
  CHECK(says(here.why(asked, good.substr(0, good.size() / 2)), "no answer of a time-stamp server"));
  CHECK(says(here.why(asked, ""), "no answer of a time-stamp server"));
  CHECK(says(here.why(asked, std::string(receipt_bytes_max + 1, 'x')), "larger than"));
  CHECK(here.trust_in({&here.theirs, &here.ours}).authorities() == 2);
}

TEST_CASE("time stamp: nothing less than granted is taken, and the server's reason is told") {
  const Stamping here;
  const auto asked = here.query();
  const auto refused = asked.judge(here.ours.answer(asked.body(), {.takes_sha256 = false}), here.trust);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::denied);
  CHECK(says(refused.error().message, "it does not take SHA-256"));
  // Granted with modifications: the status is the first number in the answer.
  const std::string good = here.ours.answer(asked.body());
  const std::string modified = replaced(good, std::string("\x02\x01\x00", 3), '\x01');
  CHECK(says(here.why(asked, modified), "granted, but not as asked"));
}

TEST_CASE("time stamp: the policy that was asked for is the one it has to be under") {
  const Stamping here;
  const auto asked = here.query(TimeStampAuthority::policy);
  CHECK(here.why(asked, here.ours.answer(asked.body())) == "believed");
  const auto strange = here.query("1.2.3.4.9");
  CHECK(says(here.why(strange, here.ours.answer(strange.body())), "it does not have the policy"));
  // A server that answers under its own policy all the same.
  const std::string swapped = replaced(strange.body(), std::string("\x2a\x03\x04\x09", 4), '\x01');
  CHECK(says(here.why(strange, here.ours.answer(swapped)), "under another policy"));
  CHECK(TimeStampQuery::make("x", "not an oid", *here.randomness).error().code == Code::invalid);
}

TEST_CASE("time stamp: a receipt is checked against the bytes it is over, its signer, and the time it gives") {
  const Stamping here;
  const auto asked = here.query();
  const std::string receipt = here.ours.answer(asked.body());
  CHECK(here.trust.check(view(receipt), view(std::string_view("other bytes"))).error().code == Code::damaged);
  CHECK(here.trust_in({&here.theirs}).check(view(receipt), view(here.stamped)).error().code == Code::foreign);
  // Certificates of the authority here are good for ten years around today: what it says to have stamped before was signed by nobody.
  const std::string early = here.ours.answer(asked.body(), {.at = Instant{1'000'000'000'000'000}});
  CHECK(here.trust_in({&here.ours}).check(view(early), view(here.stamped)).error().code == Code::foreign);
}

TEST_CASE("time stamp: a file that holds no certificates is no trust") {
  const Scratch scratch;
  CHECK(TimeStampTrust::load(scratch / "none").error().code == Code::not_found);
  std::ofstream(scratch / "empty").flush();
  CHECK(TimeStampTrust::load(scratch / "empty").error().code == Code::invalid);
  std::ofstream(scratch / "half") << "-----BEGIN CERTIFICATE-----\nAAAA\n";
  CHECK(TimeStampTrust::load(scratch / "half").error().code == Code::invalid);
}
