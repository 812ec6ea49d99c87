#include <doctest/doctest.h>

#include "events/ids.h"
#include "events/sha256.h"
#include "events/time.h"

using namespace acta;

TEST_CASE("bytes: hex and base64 give back what they were given, and nothing else is accepted") {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 255u, 256u}) {
    const ByteView part = ByteView(all).first(size);
    CHECK(*from_hex(to_hex(part)) == Bytes(part.begin(), part.end()));
    CHECK(*from_base64(to_base64(part)) == Bytes(part.begin(), part.end()));
  }
  CHECK(to_base64(view("foob")) == "Zm9vYg==");
  for (const std::string_view text : {"a", "zz", "a b ", "0x00"}) CHECK_FALSE(from_hex(text));
  for (const std::string_view text : {"Zg", "Zg=", "Zh==", "Z===", "Zm9v Yg==", "Zm9v\n", "Zm-_"}) CHECK_FALSE(from_base64(text));
}

TEST_CASE("bytes: a reader that runs past the end says so, and gives zeros") {
  Bytes written;
  put_be16(written, 7);
  put_prefixed(written, view("abc"));
  ByteReader whole(written);
  CHECK(whole.be16() == 7);
  CHECK(text_view(whole.prefixed()) == "abc");
  CHECK(whole.done());
  ByteReader cut(ByteView(written).first(8));
  CHECK(cut.be16() == 7);
  CHECK(cut.prefixed().empty());
  CHECK(cut.be64() == 0);
  CHECK_FALSE(cut.ok());
}

TEST_CASE("ids: a UUID is read with hyphens in their places, or without any") {
  const auto id = parse_uuid("0190163d-8694-739b-aea5-966c26f8ad91");
  REQUIRE(id);
  CHECK(uuid_text(*id) == "0190163d-8694-739b-aea5-966c26f8ad91");
  CHECK(*parse_uuid("0190163D8694739BAEA5966C26F8AD91") == *id);
  for (const std::string_view text : {"", "0190163d-8694-739b-aea5-966c26f8ad9", "0190163d86-94-739b-aea5-966c26f8ad91", "{0190163d-8694-739b-aea5-966c26f8ad9}", "0190163d-8694-739b-aea5-966c26f8ad9g"}) CHECK_FALSE(parse_uuid(text));
}

TEST_CASE("time: RFC 3339 in, microseconds in UTC, six decimals out") {
  CHECK(to_text(*parse_instant("2021-03-02T09:00:00Z")) == "2021-03-02T09:00:00.000000Z");
  CHECK(to_text(*parse_instant("2021-03-02T00:30:00.1234567+01:00")) == "2021-03-01T23:30:00.123456Z");
  CHECK(to_text(*parse_instant("1900-01-01T00:00:00Z")) == "1900-01-01T00:00:00.000000Z");
  CHECK(to_text(Instant{-1}) == "1969-12-31T23:59:59.999999Z");
  for (const std::string_view text : {"", "2021-03-02", "2021-03-02 09:00:00Z", "2021-03-02T09:00:00", "2021-02-29T09:00:00Z", "2021-03-02T24:00:00Z", "2021-03-02T09:00:60Z", "2021-03-02T09:00:00.Z", "1899-12-31T23:59:59Z", "2021-03-02T09:00:00Zx"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_instant(text));
  }
}

TEST_CASE("time: a date is a day that exists") {
  CHECK(to_text(*parse_date("2024-02-29")) == "2024-02-29");
  CHECK(date_of(start_of(*parse_date("2024-02-29"))) == *parse_date("2024-02-29"));
  for (const std::string_view text : {"2023-02-29", "2024-13-01", "2024-00-10", "24-01-01", "2024-1-1", "2024-01-01x"}) CHECK_FALSE(parse_date(text));
}

TEST_CASE("sha256: known answers (FIPS 180-4, RFC 4231)") {
  CHECK(to_text(sha256(view(""))) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_text(sha256({view("a"), view("bc")})) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_text(hmac_sha256(view("Jefe"), view("what do ya want for nothing?"))) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
