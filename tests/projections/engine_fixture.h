#pragma once
// A real engine in a temporary folder.

#include <nlohmann/json.hpp>

#include "engine/engine.h"

namespace acta::test {

// A folder that goes when the test does, and what is named beside it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

struct EngineFixture {
  EngineFixture();
  Submission opening(std::string key) const;  // of a case, as jonna.lind, project officer
  Recorded open_case(std::string key);        // fails the test when it fails
  Recorded record(Submission submission);

  TemporaryFolder folder;
  Folders folders = Folders::beside(folder / "data");
  std::unique_ptr<Engine> engine;
};

// Body of POST /v1/cases that the shipped action process accepts.
nlohmann::json opening_body();

}  // namespace acta::test
