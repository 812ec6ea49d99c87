#pragma once
// What a definition is made of once it is compiled.

#include "engine/process/chart.h"
#include "engine/process/definition.h"

namespace acta {

enum class DataKind : std::uint8_t { text, number, flag, money, person, date, digest, list };

struct PersonGroup {
  std::string name;
  std::vector<std::string> events;
};

struct NeverRule {
  std::string field;                       // case data that holds the person
  std::vector<std::string> groups;
};

struct DistinctSet {
  std::string name;
  std::vector<PersonGroup> groups;
  std::optional<NeverRule> never;
};

struct SeatList {
  std::string name, from;                  // event that fixes the seats
  std::string list;                        // its path, of a list of tables
  std::string body, person;                // fields of those
};

// How an opinion is read, the same in every quorum that counts it.
struct OpinionSource {
  std::string body, value, about;          // paths of the opinion's event
  bool operator==(const OpinionSource&) const = default;
};

struct Definition::Impl {
  std::string name;                        // as messages call it
  std::string process, title, reference;
  Hash hash;
  chart::Chart chart;
  std::vector<std::string> roles;
  std::map<std::string, DataKind> data;
  std::vector<DistinctSet> distinct;
  std::vector<SeatList> seats;
  std::map<std::string, OpinionSource> opinions;                       // by event type
  std::map<std::string, std::vector<chart::TransitionIndex>, std::less<>> by_event;  // without those that open
  std::vector<std::string> events;         // accepted by an open case, in document order

  const SeatList* find_seats(std::string_view name_of_list) const;
};

// Names of the engine's own case data (docs/PROCESSES.md).
std::string persons_name(std::string_view set, std::string_view group);
std::string seats_name(std::string_view list);
std::string opinions_name(std::string_view event, std::string_view body);

}  // namespace acta
