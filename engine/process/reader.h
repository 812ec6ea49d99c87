#pragma once
// Reading a definition's tree: each function notes what is wrong and goes on with what can be read.

#include <initializer_list>

#include "engine/process/faults.h"
#include "engine/process/model.h"
#include "engine/process/yaml_tree.h"

namespace acta {

struct Reading {
  Definition::Impl& definition;
  const Catalogue& catalogue;
  Faults& faults;
};

// Small things every reader needs.
void expect_words(Faults& faults, const YamlNode& map, std::initializer_list<std::string_view> words, std::string_view what);
bool expect_map(Faults& faults, const YamlNode& node, std::string_view what);
bool is_name(std::string_view text);             // lower-case letters, digits and _, a letter first
std::string read_text(Faults& faults, const YamlNode& node, std::string_view what);      // empty after a fault
std::string read_name(Faults& faults, const YamlNode& node, std::string_view what);
std::string read_member(Faults& faults, const YamlNode& map, std::string_view key, std::string_view what);
std::vector<std::string> read_texts(Faults& faults, const YamlNode& node, std::string_view what);  // one, or a list
std::optional<std::int64_t> read_count(Faults& faults, const YamlNode& node, std::string_view what);
bool read_true(Faults& faults, const YamlNode* node, std::string_view what);

// What a path names in an event's table.
struct PathTarget {
  const Field* field = nullptr;
  bool list = false;
};
// Reads `event.<field>[.<field>]`, checks it against the type, gives it without `event.`; empty after a fault.
std::string read_path_of(Reading& reading, const YamlNode& node, const EventType& type, PathTarget* target = nullptr);
const EventType* read_event(Reading& reading, std::string_view type, int line);

// The parts of the file, in the order they need one another.
void read_heading(Reading& reading, const YamlNode& file);
void read_chart(Reading& reading, const YamlNode& file);
Rules read_rules(Reading& reading, const YamlNode& transition, const EventType& type);
void read_quorum(Reading& reading, const YamlNode& node, const EventType& deciding, Rules& rules);
void read_distinct_persons(Reading& reading, const YamlNode& node);
void read_seats(Reading& reading, const YamlNode& node);
void read_stages(Reading& reading, const YamlNode& node);
// Reachability, resting ends, loops, stages, weaker inner transitions.
void check_chart(Reading& reading);

}  // namespace acta
