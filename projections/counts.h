#pragma once
// Numbers for the funder, and for each of them the cases behind it, as of any position of the ledger.

#include <map>

#include "projections/measures.h"

namespace acta {

// The view: what each case has been through.
struct CountedCases {
  std::vector<CaseFacts> cases;          // in the order they were opened
  std::uint64_t position = 0;            // the last entry that is counted; all before it are
};

class Counts {
 public:
  virtual ~Counts() = default;
  // As it stood after the entry at `position`; absent: now.
  virtual Result<CountedCases> as_of(std::optional<std::uint64_t> position) const = 0;
};

enum class Dimension : std::uint8_t { theme, region, country, state, year, process };
std::optional<Dimension> parse_dimension(std::string_view name);
std::string_view name_of(Dimension dimension);
inline constexpr Dimension dimensions[] = {Dimension::theme, Dimension::region, Dimension::country, Dimension::state, Dimension::year, Dimension::process};

// Which cases, and which time. An empty text asks for the cases that have none.
struct CountFilter {
  std::map<Dimension, std::string> values;
  std::optional<Date> from, to;          // of the day that a measure counts on; both included
};

struct CountRow {
  std::string value;                     // of the dimension; empty: cases that have none
  std::vector<std::size_t> counts;       // in the order of measures()
  std::vector<std::vector<std::int64_t>> days;  // in the order of waits(), sorted
};

struct CountTable {
  CountRow total;                        // each case once, in however many rows it counts
  std::vector<CountRow> rows;            // by value, the empty one last; none without a dimension
};
// A case with several countries counts once in the total and once for each of them.
CountTable count(const std::vector<CaseFacts>& cases, std::optional<Dimension> by, const CountFilter& filter);

struct CountedRow {
  const CaseFacts* facts;
  Instant at;                            // when it came to count
  std::optional<std::int64_t> days;      // for a waiting time
};
// The cases behind one number, in the order of `cases`.
std::vector<CountedRow> behind(const std::vector<CaseFacts>& cases, const Measure& measure, const CountFilter& filter);
std::vector<CountedRow> behind(const std::vector<CaseFacts>& cases, const Wait& wait, const CountFilter& filter);

}  // namespace acta
