#pragma once
// Submissions of invented requests and notes, for tests that record through the engine.

#include <nlohmann/json.hpp>

#include "tests/engine/installation.h"

namespace acta {

inline Json request_data(std::string_view summary = "Officers of Examplia ask for a course") {
  return Json{{"title", "Examplia II"}, {"channel", "letter_to_team"}, {"authority", "Ministry of Examples"}, {"countries", {"ZZ"}}, {"region", "other"}, {"theme", "MD"}, {"summary", summary}, {"signatory_name", "Ada Invented"}};
}

struct Recorder : Installation {
  Submission submission(std::string_view type, const Json& data, std::string key) const {
    const EventType* found = engine->catalogue().find(type);
    REQUIRE(found != nullptr);
    auto draft = check(*found, data);
    if (!draft) {
      for (const FieldError& fault : draft.error().fields) MESSAGE(fault.pointer << " " << fault.detail);
    }
    REQUIRE(draft);
    Submission made;
    made.draft = *std::move(draft);
    made.actor = "po.first";
    made.role = "project_officer";
    made.key = std::move(key);
    made.method = "POST";
    made.path = "/v1/cases";
    return made;
  }
  Submission request(std::string key, const Json& data = request_data()) const {
    Submission made = submission("RequestReceived", data, std::move(key));
    made.evidence = {Evidence{.digest = {}, .size = {}, .media_type = "application/pdf", .category = "request_letter", .held = false}};
    return made;
  }
  Submission note(const CaseId& id, std::string key, std::string_view text = "Called back") const {
    Submission made = submission("NoteAdded", Json{{"note", text}}, std::move(key));
    made.case_id = id;
    return made;
  }
  Recorded recorded(const Submission& made) const {
    auto answer = engine->record(made);
    if (!answer) {
      for (const FieldError& fault : answer.error().fields) MESSAGE(fault.pointer << " " << fault.detail);
      FAIL(answer.error().message);
    }
    return *answer;
  }
  Code refused(const Submission& made) const {
    const auto answer = engine->record(made);
    REQUIRE_FALSE(answer);
    return answer.error().code;
  }
  Entry entry(Position position) const { return *engine->ledger().read(position); }
  std::uint64_t size() const { return engine->ledger().head().size; }
};

}  // namespace acta
