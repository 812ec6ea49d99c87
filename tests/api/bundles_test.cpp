#include <doctest/doctest.h>

#include "engine/bundle/check_bundle.h"
#include "engine/bundle/tar.h"
#include "events/sha256.h"
#include "fixture.h"

using namespace acta;
using namespace acta::test;

namespace {

// Two cases, and a bundle of the first.
struct Bundled : ApiFixture {
  std::string first, second, archive;
  Bundled() {
    first = to_text(open_case("k1").case_id);
    second = to_text(open_case("k2").case_id);
    archive = bundle("case=" + first);
  }
  std::string bundle(const std::string& query) const {
    const auto response = get("/v1/ledger/bundle?" + query);
    REQUIRE_MESSAGE(response.status == 200, response.body);
    return all_of(response);
  }
  BundleReport check(std::string_view bytes) const {
    auto report = check_bundle(view(bytes), {.key = engine->genesis().log_key, .witnesses = {}, .progress = {}});
    REQUIRE(report);
    return *std::move(report);
  }
};

std::vector<TarMember> members_of(const std::string& archive) { return walk_tar(view(archive)).members; }

std::string archive_of(const std::vector<TarMember>& members) {
  std::string out;
  for (const TarMember& member : members) out += tar_member(member.name, member.content);
  return out + tar_end();
}

// As somebody would who changes a bundle and knows how they are made.
std::string with_new_sums(std::vector<TarMember> members) {
  std::string sums;
  members.pop_back();
  for (const TarMember& member : members) sums += to_text(sha256(member.content)) + "  " + member.name + "\n";
  members.push_back({.name = "SHA256SUMS", .content = bytes_of(sums)});
  return archive_of(members);
}

TarMember& named(std::vector<TarMember>& members, std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(), [&](const TarMember& member) { return member.name == name; });
  REQUIRE(found != members.end());
  return *found;
}

std::string told(const BundleReport& report) {
  std::string out;
  for (const Finding& finding : report.findings) out += (finding.position ? std::to_string(finding.position->value) + " " : "") + finding.what + ": " + finding.detail + "\n";
  return out;
}

}  // namespace

TEST_CASE("bundle: a case is sound by itself, and the same bytes each time but for when it was made") {
  const Bundled api;
  const auto report = api.check(api.archive);
  CHECK_MESSAGE(report.verdict == Verdict::sound, told(report));
  REQUIRE(report.manifest);
  CHECK(report.manifest->cases.size() == 1);
  CHECK(report.manifest->cases[0].revisions == 1);
  CHECK(report.manifest->asked.size() == 1);
  auto one = members_of(api.archive), two = members_of(api.bundle("case=" + api.first));
  REQUIRE(one.size() == two.size());
  for (std::size_t i = 0; i + 1 < one.size(); ++i)
    if (one[i].name != "manifest") CHECK(one[i].content == two[i].content);
}

TEST_CASE("bundle: a range is every position of it, and two cases are both there") {
  const Bundled api;
  const auto range = api.check(api.bundle("from=2&to=13"));
  CHECK_MESSAGE(range.verdict == Verdict::sound, told(range));
  CHECK(range.manifest->asked.size() == 11);
  CHECK(range.manifest->support == std::set<std::uint64_t>{0, 1});
  const auto both = api.check(api.bundle("case=" + api.first + "," + api.second));
  CHECK_MESSAGE(both.verdict == Verdict::sound, told(both));
  CHECK(both.manifest->cases.size() == 2);
}

TEST_CASE("bundle: what cannot be a scope is refused, and says why") {
  const Bundled api;
  check_problem(api.get("/v1/ledger/bundle"), 422, "invalid");
  check_problem(api.get("/v1/ledger/bundle?from=1"), 400, "malformed");
  check_problem(api.get("/v1/ledger/bundle?from=5&to=5"), 422, "invalid");
  check_problem(api.get("/v1/ledger/bundle?from=0&to=1000000"), 422, "invalid");
  check_problem(api.get("/v1/ledger/bundle?from=0&to=5&case=" + api.first), 422, "invalid");
  check_problem(api.get("/v1/ledger/bundle?from=0&to=5&as_of=2024-01-01T00:00:00Z"), 422, "invalid");
  check_problem(api.get("/v1/ledger/bundle?case=ACT-1900-001"), 404, "not_found");
  check_problem(api.get("/v1/ledger/bundle?case=" + api.first + "&as_of=1990-01-01T00:00:00Z"), 404, "not_found");
  check_problem(api.get("/v1/ledger/bundle?case=00000000-0000-7000-8000-000000000000"), 404, "not_found");
  check_problem(api.get("/v1/ledger/bundle?from=0&to=5", {}, {.actor = {}, .role = {}}), 401, "no_actor");
}

TEST_CASE("bundle: any altered byte is found") {
  const Bundled api;
  std::string altered = api.archive;
  // Every 97th byte reaches each column of the blocks; the first member's header is taken whole.
  for (std::size_t at = 0; at < altered.size(); at += at < tar_block ? 1 : 97) {
    altered[at] = static_cast<char>(altered[at] ^ 0x10);
    const auto report = check_bundle(view(altered), {.key = api.engine->genesis().log_key, .witnesses = {}, .progress = {}});
    CHECK_MESSAGE((!report || report->verdict != Verdict::sound), at);
    altered[at] = api.archive[at];
  }
}

TEST_CASE("bundle: a file that was cut short is told apart from one that was changed") {
  const Bundled api;
  for (const std::size_t left : {std::size_t{0}, std::size_t{100}, tar_block, 3 * tar_block, api.archive.size() - 1'025, api.archive.size() - 1'024, api.archive.size() - 512, api.archive.size() - 1})
    CHECK(api.check(std::string_view(api.archive).substr(0, left)).verdict == Verdict::incomplete);
  CHECK(api.check(api.archive + std::string(512, '\0')).verdict == Verdict::tampered);
  CHECK(api.check("hello" + std::string(1'024, ' ')).verdict == Verdict::tampered);
}

TEST_CASE("bundle: members that were removed, added, doubled or put in another order are named") {
  const Bundled api;
  const auto members = members_of(api.archive);
  for (std::size_t i = 0; i + 1 < members.size(); ++i) {
    auto fewer = members;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const auto report = api.check(with_new_sums(fewer));
    CHECK(report.verdict == Verdict::tampered);
    CHECK_MESSAGE(told(report).find(members[i].name == "manifest" ? "manifest" : members[i].name) != std::string::npos, told(report));
    auto swapped = members;
    std::swap(swapped[i], swapped[i == 0 ? 1 : i - 1]);
    CHECK(api.check(with_new_sums(swapped)).verdict == Verdict::tampered);
    auto doubled = members;
    doubled.insert(doubled.begin(), members[i]);
    CHECK(api.check(with_new_sums(doubled)).verdict == Verdict::tampered);
  }
  auto more = members;
  more.insert(more.begin() + 4, {.name = "note.txt", .content = bytes_of("hello")});
  CHECK(told(api.check(with_new_sums(more))).find("note.txt is not one that the manifest names") != std::string::npos);
}

TEST_CASE("bundle: an entry changed together with all digests is named by its position") {
  const Bundled api;
  auto members = members_of(api.archive);
  const auto position = *api.check(api.archive).manifest->asked.begin();
  named(members, "entries/" + std::to_string(position)).content.back() ^= 1;
  const auto report = api.check(with_new_sums(members));
  CHECK(report.verdict == Verdict::tampered);
  CHECK(told(report).find(std::to_string(position) + " proof: these bytes are not in the ledger") != std::string::npos);
}

TEST_CASE("bundle: a manifest that claims more, less or something else than is there is refused") {
  const Bundled api;
  const auto members = members_of(api.archive);
  const auto manifest = *api.check(api.archive).manifest;
  const auto verdict_with = [&](const std::function<void(Manifest&)>& change) {
    Manifest changed = manifest;
    change(changed);
    auto all = members;
    named(all, "manifest").content = bytes_of(to_text(changed));
    return api.check(with_new_sums(all)).verdict;
  };
  CHECK(verdict_with([](Manifest&) {}) == Verdict::sound);
  CHECK(verdict_with([](Manifest& m) { m.made = Instant{m.made.micros + 1}; }) == Verdict::sound);   // says its maker, and nobody else
  CHECK(verdict_with([](Manifest& m) { m.cases[0].revisions = 2; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.cases[0].id.bytes[3] ^= 1; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.as_of = Instant{0}; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.origin = m.checkpoint.origin = "other.example/ledger"; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.ledger.bytes[0] ^= 1; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.checkpoint.size += 1; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.checkpoint.root.bytes[0] ^= 1; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.keys[0].first.bytes[0] ^= 1; }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.keys.clear(); }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.support.erase(1); }) == Verdict::tampered);
  CHECK(verdict_with([](Manifest& m) { m.range = BundledRange{0, 1}; }) == Verdict::tampered);
}

TEST_CASE("bundle: another ledger's is sound, but not signed by the key that is trusted") {
  const Bundled api;
  PublicKey other = api.engine->genesis().log_key;
  other.bytes[0] ^= 1;
  const auto report = check_bundle(view(api.archive), {.key = other, .witnesses = {}, .progress = {}});
  REQUIRE(report);
  CHECK_MESSAGE(report->verdict == Verdict::untrusted_key, told(*report));
}

TEST_CASE("bundle: one of a later format is not called tampered") {
  const Bundled api;
  auto members = members_of(api.archive);
  named(members, "manifest").content = bytes_of("acta-bundle@v9\nwhatever\n");
  CHECK(check_bundle(view(with_new_sums(members)), {}).error().code == Code::newer);
}
