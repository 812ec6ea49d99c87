#pragma once
// One case of the sample, planned step by step before anything is recorded.

#include <nlohmann/json.hpp>
#include <set>

#include "events/envelope.h"
#include "events/json.h"
#include "tools/demo/dice.h"

namespace acta::sample {

// When it happened, as far as the source knows; absent: when it is recorded.
struct Told {
  Date day;
  Precision precision = Precision::day;
  bool by_source = false;
};

struct Step {
  Instant at = {};                           // when it is recorded
  std::string type;
  Json data = Json::object();
  std::string actor, role;
  std::string reason = {};
  std::vector<std::string> evidence = {};    // categories; no document is held
  std::optional<Told> told = {};
  std::set<std::string> from_source = {};    // members of data that the source gives
  std::string refused_by = {};               // the rule that stops it; empty: it is recorded
};

// The same step by somebody whom a rule stops.
struct Attempt {
  std::string actor, role, rule;
};
Step refused(Step step, const Attempt& attempt);

// Members that the source does not give, as `invented` of an entry lists them.
std::vector<std::string> invented_in(const Step& step);

class Story {
 public:
  Story(std::string name, Dice dice) : name_(std::move(name)), dice_(dice) {}

  // Puts the step on a working day at or after `day`, in office hours, after all steps before it.
  void add(Date day, Step step);

  const std::string& name() const { return name_; }  // of the case, for keys and messages
  const std::vector<Step>& steps() const { return steps_; }

 private:
  std::string name_;
  Dice dice_;
  std::vector<Step> steps_;
};

Date plus_days(Date day, std::int64_t days);
std::int64_t days_between(Date from, Date to);
Date working_day(Date day);                  // it, or the Monday after

}  // namespace acta::sample
