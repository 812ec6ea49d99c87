#include "projections/counts.h"

#include <algorithm>

#include "projections/view.h"

namespace acta {
namespace {

// `t` + case id + position -> a step: where the case went then, and what of its dimensions changed;
// `s` + case id -> the stage it is in, so that entries which change nothing here leave no step.
enum class Aspect : std::uint8_t { title, theme, region, countries };
constexpr std::pair<Aspect, std::string_view> aspects[] = {
    {Aspect::title, "title"}, {Aspect::theme, "theme"}, {Aspect::region, "region"}, {Aspect::countries, "countries"}};

struct AspectChange {
  Aspect aspect;
  std::vector<std::string> values;       // empty: removed
};

struct Step {
  Instant occurred_at;
  std::string stage, reference, process; // the latter two on the first one
  std::vector<AspectChange> changes;
};

std::string prefix_of(char what, const CaseId& id) { return what + std::string(text_view(view(id))); }

std::string step_key(const Entry& entry) {
  Bytes position;
  put_be64(position, entry.position.value);
  return prefix_of('t', *entry.case_id) + std::string(text_view(position));
}

std::string encode_step(const Step& step) {
  Bytes out;
  put_be64(out, static_cast<std::uint64_t>(step.occurred_at.micros));
  for (const auto* text : {&step.stage, &step.reference, &step.process}) put_prefixed(out, view(*text));
  put_u8(out, static_cast<std::uint8_t>(step.changes.size()));
  for (const auto& change : step.changes) {
    put_u8(out, static_cast<std::uint8_t>(change.aspect));
    put_be32(out, static_cast<std::uint32_t>(change.values.size()));
    for (const auto& value : change.values) put_prefixed(out, view(value));
  }
  return std::string(text_view(out));
}

AspectChange read_change(ByteReader& read) {
  AspectChange change{static_cast<Aspect>(read.u8()), {}};
  const auto count = read.be32();
  for (std::uint32_t i = 0; i < count && read.ok(); ++i) change.values.emplace_back(text_view(read.prefixed()));
  return change;
}

std::optional<Step> decode_step(std::string_view stored) {
  ByteReader read(view(stored));
  Step step;
  step.occurred_at.micros = static_cast<std::int64_t>(read.be64());
  for (auto* text : {&step.stage, &step.reference, &step.process}) *text = text_view(read.prefixed());
  const auto changes = read.u8();
  for (std::uint8_t i = 0; i < changes && read.ok(); ++i) step.changes.push_back(read_change(read));
  if (!read.done()) return std::nullopt;
  return step;
}

std::vector<std::string> texts_of(const std::optional<Value>& value) {
  if (!value) return {};
  if (const auto* text = std::get_if<std::string>(&value->held)) return {*text};
  std::vector<std::string> texts;
  if (const auto* items = std::get_if<List>(&value->held))
    for (const auto& item : *items)
      if (const auto* text = std::get_if<std::string>(&item.held)) texts.push_back(*text);
  return texts;
}

std::vector<AspectChange> changes_of(const Effect& effect) {
  std::vector<AspectChange> changes;
  for (const auto& change : effect.data)
    for (const auto& [aspect, name] : aspects)
      if (change.name == name) changes.push_back({aspect, texts_of(change.value)});
  return changes;
}

Result<void> fold(const Engine& engine, const Entry& entry, ViewWriter& out) {
  const bool changes_state = entry.kind == Kind::event || entry.kind == Kind::notice;
  if (!changes_state || !entry.case_id || !entry.effect) return {};
  const auto stage_key = prefix_of('s', *entry.case_id);
  ACTA_TRY(const auto before, out.get(stage_key));
  Step step{entry.occurred_at, before.value_or(""), {}, {}, changes_of(*entry.effect)};
  if (entry.kind == Kind::event) {
    ACTA_TRY(step.stage, stage_after(engine, entry));
  }
  if (!before) {
    step.reference = entry.effect->reference;
    step.process = entry.effect->process;
  }
  const bool moved = !before || *before != step.stage;
  if (!moved && step.changes.empty()) return {};
  if (moved) out.put(stage_key, step.stage);
  out.put(step_key(entry), encode_step(step));
  return {};
}

std::string first_of(const std::vector<std::string>& values) { return values.empty() ? std::string() : values.front(); }

void take_change(CaseFacts& facts, AspectChange change) {
  switch (change.aspect) {
    case Aspect::title: facts.title = first_of(change.values); break;
    case Aspect::theme: facts.theme = first_of(change.values); break;
    case Aspect::region: facts.region = first_of(change.values); break;
    case Aspect::countries:
      std::sort(change.values.begin(), change.values.end());
      change.values.erase(std::unique(change.values.begin(), change.values.end()), change.values.end());
      facts.countries = std::move(change.values);
      break;
  }
}

void take_step(CaseFacts& facts, Step step) {
  if (!step.process.empty()) {
    facts.reference = std::move(step.reference);
    facts.process = std::move(step.process);
  }
  for (auto& change : step.changes) take_change(facts, std::move(change));
  enter_stage(facts, step.stage, step.occurred_at);
}

class StoredCounts final : public Counts {
 public:
  explicit StoredCounts(const ViewReader& reader) : reader_(reader) {}
  Result<CountedCases> as_of(std::optional<std::uint64_t> position) const override;

 private:
  const ViewReader& reader_;
};

struct StepKey {
  CaseId id;
  std::uint64_t position = 0;
};

StepKey read_key(std::string_view key) {
  ByteReader read(view(key.substr(1)));
  StepKey out;
  const auto id = read.take(out.id.bytes.size());
  if (read.ok()) std::copy(id.begin(), id.end(), out.id.bytes.begin());
  out.position = read.be64();
  return out;
}

Result<CountedCases> StoredCounts::as_of(std::optional<std::uint64_t> position) const {
  CountedCases out;
  bool damaged = false;
  ACTA_CHECK(reader_.scan("t", "t", [&](std::string_view key, std::string_view value) {
    const auto [id, at] = read_key(key);
    if (position && at > *position) return true;
    auto step = decode_step(value);
    damaged = !step;
    if (damaged) return false;
    if (out.cases.empty() || out.cases.back().id != id) out.cases.emplace_back().id = id;
    take_step(out.cases.back(), *std::move(step));
    out.position = std::max(out.position, at);
    return true;
  }));
  if (damaged) return error(Code::damaged, "the counts are cut");
  std::erase_if(out.cases, [](const CaseFacts& facts) { return !is_counted(facts.process); });
  if (position) out.position = *position;
  return out;
}

// --- from facts to numbers

constexpr std::string_view dimension_names[] = {"theme", "region", "country", "state", "year", "process"};

std::string year_of(Instant instant) { return std::to_string(date_of(instant).year); }

// The values under which a case counts; `at` is when it came to.
std::vector<std::string> values_of(const CaseFacts& facts, Dimension dimension, Instant at) {
  switch (dimension) {
    case Dimension::theme: return {facts.theme};
    case Dimension::region: return {facts.region};
    case Dimension::country: return facts.countries.empty() ? std::vector<std::string>{""} : facts.countries;
    case Dimension::state: return {facts.state};
    case Dimension::year: return {year_of(at)};
    case Dimension::process: return {facts.process};
  }
  return {};
}

bool passes(const CaseFacts& facts, const CountFilter& filter, Instant at) {
  const auto day = date_of(at);
  if ((filter.from && day < *filter.from) || (filter.to && day > *filter.to)) return false;
  return std::all_of(filter.values.begin(), filter.values.end(), [&](const auto& wanted) {
    const auto values = values_of(facts, wanted.first, at);
    return std::find(values.begin(), values.end(), wanted.second) != values.end();
  });
}

CountRow empty_row(std::string value) { return {std::move(value), std::vector<std::size_t>(measures().size()), std::vector<std::vector<std::int64_t>>(waits().size())}; }

class Tally {
 public:
  Tally(std::optional<Dimension> by, const CountFilter& filter) : by_(by), filter_(filter), total_(empty_row("")) {}
  void add(const CaseFacts& facts);
  CountTable take();

 private:
  // Gives the change to the total and to each row the case counts in.
  template <class Change>
  void in_rows(const CaseFacts& facts, Instant at, const Change& change);

  std::optional<Dimension> by_;
  const CountFilter& filter_;
  CountRow total_;
  std::map<std::string, CountRow> rows_;
};

template <class Change>
void Tally::in_rows(const CaseFacts& facts, Instant at, const Change& change) {
  if (!passes(facts, filter_, at)) return;
  change(total_);
  if (!by_) return;
  const auto wanted = filter_.values.find(*by_);
  for (const auto& value : values_of(facts, *by_, at))
    if (wanted == filter_.values.end() || wanted->second == value) change(rows_.try_emplace(value, empty_row(value)).first->second);
}

void Tally::add(const CaseFacts& facts) {
  for (std::size_t i = 0; i < measures().size(); ++i)
    if (const auto at = measures()[i].at(facts)) in_rows(facts, *at, [&](CountRow& row) { ++row.counts[i]; });
  for (std::size_t i = 0; i < waits().size(); ++i)
    if (const auto time = waited(waits()[i], facts)) in_rows(facts, time->ended, [&](CountRow& row) { row.days[i].push_back(time->days); });
}

void sort_days(CountRow& row) {
  for (auto& days : row.days) std::sort(days.begin(), days.end());
}

CountTable Tally::take() {
  CountTable table;
  for (auto& [value, row] : rows_) table.rows.push_back(std::move(row));
  if (!table.rows.empty() && table.rows.front().value.empty()) std::rotate(table.rows.begin(), table.rows.begin() + 1, table.rows.end());
  table.total = std::move(total_);
  sort_days(table.total);
  for (auto& row : table.rows) sort_days(row);
  return table;
}

}  // namespace

std::optional<Dimension> parse_dimension(std::string_view name) {
  const auto found = std::find(std::begin(dimension_names), std::end(dimension_names), name);
  if (found == std::end(dimension_names)) return std::nullopt;
  return static_cast<Dimension>(found - std::begin(dimension_names));
}

std::string_view name_of(Dimension dimension) { return dimension_names[static_cast<std::size_t>(dimension)]; }

CountTable count(const std::vector<CaseFacts>& cases, std::optional<Dimension> by, const CountFilter& filter) {
  Tally tally(by, filter);
  for (const auto& facts : cases) tally.add(facts);
  return tally.take();
}

std::vector<CountedRow> behind(const std::vector<CaseFacts>& cases, const Measure& measure, const CountFilter& filter) {
  std::vector<CountedRow> rows;
  for (const auto& facts : cases)
    if (const auto at = measure.at(facts); at && passes(facts, filter, *at)) rows.push_back({&facts, *at, {}});
  return rows;
}

std::vector<CountedRow> behind(const std::vector<CaseFacts>& cases, const Wait& wait, const CountFilter& filter) {
  std::vector<CountedRow> rows;
  for (const auto& facts : cases)
    if (const auto time = waited(wait, facts); time && passes(facts, filter, time->ended)) rows.push_back({&facts, time->ended, time->days});
  return rows;
}

const View counts_view{"counts", 1, &fold};
std::unique_ptr<Counts> read_counts(const ViewReader& reader) { return std::make_unique<StoredCounts>(reader); }

}  // namespace acta
