#include <doctest/doctest.h>

#include <rocksdb/env.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <latch>
#include <thread>

#include "engine/disk.h"
#include "engine/witness/witness.h"
#include "tests/engine/ledger/worked_example.h"
#include "tests/engine/scratch.h"

using namespace acta;

namespace {

using Verdict = WitnessAnswer::Verdict;

struct Story {  // a log and one history of it
  std::vector<Hash> leaves;
  SigningKey key{example::origin, example::seed_from(0)};

  explicit Story(std::uint64_t count, std::uint64_t common = 99) : leaves(example::leaves(count)) {
    for (std::uint64_t i = common; i < count; ++i) leaves[i] = leaf_hash(bytes_of("other-" + std::to_string(i)));
  }
  Checkpoint head(std::uint64_t size) const { return {example::origin, size, example::root_of(std::span(leaves).first(size))}; }
  std::string request(std::uint64_t from, std::uint64_t to) const {
    AddCheckpoint asked{.old_size = from, .proof = {}, .note = sign_checkpoint(head(to), key)};
    const std::vector<Hash> tree(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(to));
    if (from > 0 && from < to) asked.proof = *consistency_proof(from, to, example::reader_of(tree));
    return to_body(asked);
  }
};

struct WitnessFolder {
  Scratch scratch;
  SimulatedClock clock{Instant{1'700'000'000'000'000}};
  WitnessOptions options{.folder = scratch / "w", .env = nullptr};
  PublicKey key;
  WitnessFolder() {
    const auto randomness = seeded_randomness(7);
    key = *Witness::create(options, "witness.example/w1", {*parse_vkey(example::vkey)}, *randomness);
  }
  std::unique_ptr<Witness> open() const {
    auto opened = Witness::open(options, clock);
    REQUIRE_MESSAGE(opened, opened.error().message);
    return *std::move(opened);
  }
  Code refused() const {
    const auto opened = Witness::open(options, clock);
    REQUIRE(!opened);
    return opened.error().code;
  }
  std::string file(const std::string& name) const { return options.folder + "/" + name; }
  std::string read(const std::string& name) const { return std::string(text_view(*read_file(*rocksdb::Env::Default(), file(name)))); }
  void write(const std::string& name, const std::string& text) const { REQUIRE(write_file_durably(*rocksdb::Env::Default(), file(name), view(std::string_view(text)))); }
};

}  // namespace

TEST_CASE("witness: what it answers is a cosignature that holds under the checkpoint, with its time") {
  const WitnessFolder folder;
  const Story story(5);
  const auto answer = folder.open()->add_checkpoint(story.request(0, 5));
  REQUIRE(answer.verdict == Verdict::cosigned);
  const auto note = parse_note(sign_checkpoint(story.head(5), story.key) + answer.cosignature);
  const auto checked = check_signatures(*note, {folder.key});
  REQUIRE(checked.size() == 2);
  CHECK(checked[1].state == SignatureState::holds);
  CHECK(checked[1].time == 1'700'000'000);
}

TEST_CASE("witness: the worked example's cosignature is made to the byte") {
  const SigningKey key("witness.example/w1", example::seed_from(0x20), 0x04);
  const std::string note = example::log_signed;
  CHECK(cosignature_line(note.substr(0, note.find("\n\n") + 1), key, 1'700'000'000) == example::witness_line);
}

TEST_CASE("witness: a head is refused for what is wrong with it") {
  const WitnessFolder folder;
  const auto witness = folder.open();
  const Story story(9), other(9, 2), apart(9, 6);
  const auto said = [&](const std::string& body) { return witness->add_checkpoint(body).verdict; };
  CHECK(said("") == Verdict::malformed);
  CHECK(said("old 1\n") == Verdict::malformed);
  CHECK(said("old 01\n\n" + sign_checkpoint(story.head(1), story.key)) == Verdict::malformed);
  CHECK(said(story.request(5, 3)) == Verdict::malformed);
  const SigningKey stranger(example::origin, example::seed_from(9)), elsewhere("elsewhere.example/log", example::seed_from(0));
  CHECK(said("old 0\n\n" + sign_checkpoint(story.head(3), stranger)) == Verdict::unsigned_head);
  CHECK(said("old 0\n\n" + sign_checkpoint({"elsewhere.example/log", 3, story.head(3).root}, elsewhere)) == Verdict::unknown_log);
  CHECK(said("old 0\n\n" + sign_checkpoint({example::origin, 0, story.head(1).root}, story.key)) == Verdict::inconsistent);
  REQUIRE(said(story.request(0, 4)) == Verdict::cosigned);
  const auto conflict = witness->add_checkpoint(story.request(3, 5));
  CHECK(conflict.verdict == Verdict::other_size);
  CHECK(conflict.size == 4);
  CHECK(said(story.request(0, 3)) == Verdict::other_size);
  CHECK(said(other.request(4, 4)) == Verdict::inconsistent);
  CHECK(said(other.request(4, 7)) == Verdict::inconsistent);
  CHECK(said(story.request(4, 4)) == Verdict::cosigned);   // again, with a new time
  CHECK(said(apart.request(4, 7)) == Verdict::cosigned);   // parts behind size 4, so this is now the history
  CHECK(said(story.request(7, 7)) == Verdict::inconsistent);
}

TEST_CASE("witness: of many that ask at once for two histories, one history is cosigned") {
  const Story one(6), two(6, 3);
  const std::array bodies{one.request(3, 6), two.request(3, 6)};
  for (int round = 0; round < 10; ++round) {
    const WitnessFolder folder;
    const auto witness = folder.open();
    REQUIRE(witness->add_checkpoint(one.request(0, 3)).verdict == Verdict::cosigned);
    std::array<int, 8> cosigned{};
    std::latch start(cosigned.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < cosigned.size(); ++i)
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        cosigned[i] = witness->add_checkpoint(bodies[i % 2]).verdict == Verdict::cosigned;
      });
    for (auto& thread : threads) thread.join();
    CHECK(std::count(cosigned.begin(), cosigned.end(), 1) == 1);
  }
}

TEST_CASE("witness: what it cosigned is remembered by the next start") {
  const WitnessFolder folder;
  const Story story(6), other(6, 1);
  REQUIRE(folder.open()->add_checkpoint(story.request(0, 4)).verdict == Verdict::cosigned);
  const auto witness = folder.open();
  REQUIRE(witness->heads().size() == 1);
  CHECK(witness->heads()[0].cosigned == story.head(4));
  CHECK(witness->add_checkpoint(other.request(0, 4)).verdict == Verdict::other_size);
  CHECK(witness->add_checkpoint(other.request(4, 6)).verdict == Verdict::inconsistent);
}

TEST_CASE("witness: a memory that was altered, cut, exchanged or taken away ends it") {
  const WitnessFolder folder, stranger;
  const Story story(6);
  REQUIRE(folder.open()->add_checkpoint(story.request(0, 4)).verdict == Verdict::cosigned);
  const std::string state = folder.read("witness.state");
  for (std::size_t at = 0; at < state.size(); ++at) {
    std::string altered = state;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    folder.write("witness.state", altered);
    CHECK_MESSAGE(folder.refused() == Code::damaged, at);
  }
  for (const std::size_t size : {std::size_t{0}, state.size() / 2, state.size() - 1}) {
    folder.write("witness.state", state.substr(0, size));
    CHECK(folder.refused() == Code::damaged);
  }
  std::filesystem::remove(folder.file("witness.state"));
  CHECK(folder.refused() == Code::damaged);
  const auto randomness = seeded_randomness(8);
  const WitnessOptions elsewhere{.folder = folder.scratch / "other", .env = nullptr};
  REQUIRE(Witness::create(elsewhere, "witness.example/w1", {}, *randomness));
  std::filesystem::copy_file(elsewhere.folder + "/witness.state", folder.file("witness.state"));
  CHECK(folder.refused() == Code::damaged);
  folder.write("witness.state", state);
  CHECK(folder.open()->heads()[0].cosigned == story.head(4));
}

TEST_CASE("witness: after a write that failed nothing is signed before a new start") {
  const WitnessFolder folder;
  const Story story(6);
  {
    const auto witness = folder.open();
    REQUIRE(witness->add_checkpoint(story.request(0, 2)).verdict == Verdict::cosigned);
    std::filesystem::create_directory(folder.file("witness.state.tmp"));
    CHECK(witness->add_checkpoint(story.request(2, 4)).verdict == Verdict::broken);
    std::filesystem::remove(folder.file("witness.state.tmp"));
    CHECK(witness->add_checkpoint(story.request(2, 2)).verdict == Verdict::broken);
  }
  CHECK(folder.open()->add_checkpoint(story.request(2, 4)).verdict == Verdict::cosigned);
}

TEST_CASE("witness: its key is its own, and only one process holds its folder") {
  const WitnessFolder folder;
  const auto randomness = seeded_randomness(9);
  CHECK(Witness::create(folder.options, "witness.example/w1", {}, *randomness).error().code == Code::conflict);
  CHECK(Witness::create({.folder = folder.scratch / "n", .env = nullptr}, "two words", {}, *randomness).error().code == Code::invalid);
  {
    const auto held = folder.open();
    CHECK(folder.refused() == Code::in_use);
  }
  REQUIRE(::chmod(folder.file("witness.key").c_str(), 0644) == 0);
  CHECK(folder.refused() == Code::denied);
  std::filesystem::remove(folder.file("witness.key"));
  CHECK(folder.refused() == Code::missing_key);
}

TEST_CASE("witness: the file of logs is read again, and one that is wrong changes nothing") {
  const WitnessFolder folder;
  const auto witness = folder.open();
  folder.write("logs", "# none\n");
  REQUIRE(witness->reload_logs());
  CHECK(witness->add_checkpoint(Story(2).request(0, 2)).verdict == Verdict::unknown_log);
  folder.write("logs", std::string(example::vkey) + "\n");
  REQUIRE(witness->reload_logs());
  folder.write("logs", "nonsense\n");
  CHECK(witness->reload_logs().error().message.find("line 1") != std::string::npos);
  CHECK(witness->add_checkpoint(Story(2).request(0, 2)).verdict == Verdict::cosigned);
}
