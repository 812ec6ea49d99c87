#include "engine_fixture.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

namespace acta::test {

using nlohmann::json;

TemporaryFolder::TemporaryFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "acta-test-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

json opening_body() {
  return {{"type", "RequestReceived"},
          {"data", {{"title", "Harbour statistics"}, {"channel", "letter_to_team"}, {"authority", "Ministry of Labour"}, {"countries", {"MU"}},
                    {"region", "africa_caribbean_pacific"}, {"theme", "LM"}, {"summary", "The ministry asks for help."}, {"signatory_name", "Orla Quist"}}},
          {"occurred_at", "2024-01-15T00:00:00Z"},
          {"precision", "day"},
          {"evidence", {{{"category", "request_letter"}, {"media_type", "application/pdf"}}}}};
}

namespace {

Founding founding() {
  Founding out;
  out.origin = "acta.example/test";
  out.facility = "Test facility";
  out.founders = {{"jonna.lind", {"project_officer"}}, {"ebbe.noor", {"programme_manager"}}};
  return out;
}

}  // namespace

EngineFixture::EngineFixture() {
  auto created = Engine::create(folders, founding(), {});
  REQUIRE_MESSAGE(created, (created ? "" : created.error().message));
  engine = *std::move(created);
}

Submission EngineFixture::opening(std::string key) const {
  const auto body = opening_body();
  const auto* type = engine->catalogue().find("RequestReceived");
  REQUIRE(type != nullptr);
  auto draft = acta::check(*type, body["data"]);
  REQUIRE(draft);
  Submission out;
  out.draft = *std::move(draft);
  out.actor = "jonna.lind";
  out.role = "project_officer";
  out.key = std::move(key);
  Evidence letter;
  letter.category = "request_letter";
  out.evidence = {letter};
  return out;
}

Recorded EngineFixture::record(Submission submission) {
  const auto recorded = engine->record(submission);
  REQUIRE_MESSAGE(recorded, (recorded ? "" : recorded.error().message));
  return *recorded;
}

Recorded EngineFixture::open_case(std::string key) { return record(opening(std::move(key))); }

}  // namespace acta::test
