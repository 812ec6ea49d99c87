#include "engine/privacy/box.h"

#include <doctest/doctest.h>

#include <functional>

using namespace acta;

namespace {

struct Sample {
  std::unique_ptr<Randomness> randomness = seeded_randomness(3);
  PersonId person = random_person(*randomness);
  PersonKey key{.key = {1, 2, 3}, .epoch = 2};
  BoxContext context{.origin = "acta.example/test", .event_id = EventId{random_person(*randomness).bytes}, .type = "NoteAdded", .version = 1};

  Box sealed(std::string_view text) { return *seal(view(text), person, "case", key, context, *randomness); }
};

}  // namespace

TEST_CASE("box: what was sealed opens to the same text") {
  Sample sample;
  const Box box = sample.sealed("Ada Invented, +1 555 0100");
  CHECK(box.person == sample.person);
  CHECK(box.epoch == 2);
  CHECK(box.nonce.size() == 24);
  CHECK(text_view(*open_box(box, sample.key, sample.context)) == "Ada Invented, +1 555 0100");
}

TEST_CASE("box: its size tells only the power of two that the text fits in") {
  Sample sample;
  const auto size_of = [&](std::size_t characters) { return sample.sealed(std::string(characters, 'x')).bytes.size() - 16; };
  CHECK(size_of(0) == 64);
  CHECK(size_of(63) == 64);
  CHECK(size_of(64) == 128);
  CHECK(size_of(127) == 128);
  CHECK(size_of(128) == 256);
  CHECK(size_of(16'383) == 16'384);
  CHECK(seal(Bytes(16'384), sample.person, "case", sample.key, sample.context, *sample.randomness).error().code == Code::too_large);
}

TEST_CASE("box: texts of every small length and texts of padding bytes come back whole") {
  Sample sample;
  for (std::size_t length = 0; length < 200; ++length) {
    const Bytes text(length, length % 2 == 0 ? 0x80 : 0x00);
    const Box box = *seal(text, sample.person, "case", sample.key, sample.context, *sample.randomness);
    CHECK(*open_box(box, sample.key, sample.context) == text);
  }
}

TEST_CASE("box: it opens nowhere but where it was sealed") {
  Sample sample;
  const Box box = sample.sealed("text");
  const auto refuses = [&](const std::function<void(Box&, BoxContext&)>& change) {
    Box other_box = box;
    BoxContext other = sample.context;
    change(other_box, other);
    const auto opened = open_box(other_box, sample.key, other);
    return !opened && opened.error().code == Code::damaged;
  };
  CHECK(refuses([](Box&, BoxContext& context) { context.origin = "acta.example/other"; }));
  CHECK(refuses([](Box&, BoxContext& context) { context.event_id.bytes[15] ^= 1; }));
  CHECK(refuses([](Box&, BoxContext& context) { context.type = "OpinionGiven"; }));
  CHECK(refuses([](Box&, BoxContext& context) { context.version = 2; }));
  CHECK(refuses([](Box& other, BoxContext&) { other.person.bytes[0] ^= 1; }));
  CHECK(refuses([](Box& other, BoxContext&) { other.retention = "contract"; }));
  CHECK(refuses([](Box& other, BoxContext&) { other.epoch = 1; }));
  CHECK(refuses([](Box& other, BoxContext&) { other.commitment.bytes[0] ^= 1; }));
  CHECK(refuses([](Box& other, BoxContext&) { other.nonce[0] ^= 1; }));
  CHECK(refuses([](Box& other, BoxContext&) { other.bytes[0] ^= 1; }));
  CHECK(refuses([](Box& other, BoxContext&) { other.bytes.pop_back(); }));
  CHECK(refuses([](Box& other, BoxContext&) { other.bytes.resize(15); }));
  CHECK(refuses([](Box& other, BoxContext&) { other.nonce.clear(); }));
}

TEST_CASE("box: another key is refused by the commitment") {
  Sample sample;
  const Box box = sample.sealed("text");
  CHECK(open_box(box, PersonKey{.key = {9}, .epoch = 2}, sample.context).error().code == Code::damaged);
}

TEST_CASE("box: two boxes of one text share no byte pattern") {
  Sample sample;
  const Box first = sample.sealed("text");
  const Box second = sample.sealed("text");
  CHECK(first.nonce != second.nonce);
  CHECK(first.bytes != second.bytes);
}
