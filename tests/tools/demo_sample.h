#pragma once
// The sample as the tests read it: told once for all of them, then opened for reading.

#include <map>

#include "tests/engine/scratch.h"
#include "tools/demo/action_row.h"
#include "tools/demo/demo.h"

namespace acta::test {

// Tells the sample into a new folder and closes it. Fails the test when that fails.
DemoSummary tell_sample(const Folders& folders, std::uint64_t seed = demo_seed);

struct SampleCase {
  CaseState state;                       // as the ledger ends
  std::vector<Entry> events, refusals;   // in ledger order
  const Entry* last(std::string_view type) const;  // event; null: none
};

class Sample {
 public:
  static const Sample& told();
  const Engine& engine() const { return *engine_; }
  const Folders& folders() const { return folders_; }
  const DemoSummary& summary() const { return summary_; }
  const std::vector<SampleCase>& cases() const { return cases_; }   // in the order they were opened
  const SampleCase& titled(std::string_view title) const;
  std::string stage(const SampleCase& of) const;
  // What had happened by the end of that day.
  std::optional<CaseState> as_of(const SampleCase& of, Date day) const;
  std::string stage_as_of(const SampleCase& of, Date day) const;   // empty: there was no case
  // A member of an event's data that is not personal.
  Value field(const Entry& event, std::string_view path) const;

 private:
  Sample();
  Scratch scratch_;
  Folders folders_;
  DemoSummary summary_;
  std::unique_ptr<Engine> engine_;
  std::vector<SampleCase> cases_;
};

std::string text_of(const std::string& path);
std::vector<sample::ActionRow> table_of_actions();
std::string title_of_case(const SampleCase& of);

}  // namespace acta::test
