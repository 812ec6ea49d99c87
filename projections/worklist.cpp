#include "projections/worklist.h"

#include <algorithm>
#include <limits>

#include "projections/view.h"

namespace acta {
namespace {

// `s` + case id -> the case's state; `i` + case id -> since when which step waits, the last event, its keys in `w`;
// `w` + role + NUL + occurred_at + case id -> nothing, or `n` when only persons named by the case may act, in whatever
// role. The empty role holds every case that waits for anybody.
constexpr std::string_view by_name_only = "n";

struct WorkKey {
  std::string key;
  bool by_name = false;
};

struct StepSince {
  std::string event;
  Since since;
};

struct Item {
  LastEvent last;
  std::vector<StepSince> steps;
  std::vector<WorkKey> keys;
};

std::string prefix_of(char what, const CaseId& id) { return what + std::string(text_view(view(id))); }
std::string prefix_of_role(std::string_view role) { return "w" + std::string(role) + '\0'; }

std::uint64_t sortable(std::int64_t micros) { return static_cast<std::uint64_t>(micros) ^ (1ull << 63); }

std::string work_key(std::string_view role, Instant since, const CaseId& id) {
  Bytes tail;
  put_be64(tail, sortable(since.micros));
  put(tail, view(id));
  return prefix_of_role(role) + std::string(text_view(tail));
}

void put_instant(Bytes& out, Instant instant) { put_be64(out, static_cast<std::uint64_t>(instant.micros)); }
Instant read_instant(ByteReader& read) { return Instant{static_cast<std::int64_t>(read.be64())}; }

void put_last(Bytes& out, const LastEvent& last) {
  put_prefixed(out, view(last.type));
  put_prefixed(out, view(last.role));
  put_u8(out, last.person.has_value());
  put(out, view(last.person.value_or(PersonId{})));
  put_be64(out, last.position.value);
  put_instant(out, last.occurred_at);
  put_instant(out, last.recorded_at);
}

LastEvent read_last(ByteReader& read) {
  LastEvent last;
  last.type = text_view(read.prefixed());
  last.role = text_view(read.prefixed());
  const bool by_person = read.u8() != 0;
  PersonId person;
  const auto id = read.take(person.bytes.size());
  if (read.ok()) std::copy(id.begin(), id.end(), person.bytes.begin());
  if (by_person) last.person = person;
  last.position.value = read.be64();
  last.occurred_at = read_instant(read);
  last.recorded_at = read_instant(read);
  return last;
}

std::string encode_item(const Item& item) {
  Bytes out;
  put_last(out, item.last);
  put_be32(out, static_cast<std::uint32_t>(item.steps.size()));
  for (const auto& step : item.steps) {
    put_prefixed(out, view(step.event));
    put_instant(out, step.since.occurred_at);
    put_instant(out, step.since.recorded_at);
  }
  put_be32(out, static_cast<std::uint32_t>(item.keys.size()));
  for (const auto& [key, by_name] : item.keys) {
    put_prefixed(out, view(key));
    put_u8(out, by_name);
  }
  return std::string(text_view(out));
}

Result<Item> decode_item(std::string_view stored) {
  ByteReader read(view(stored));
  Item item;
  item.last = read_last(read);
  for (auto left = read.be32(); left > 0 && read.ok(); --left) {
    StepSince step;
    step.event = text_view(read.prefixed());
    step.since.occurred_at = read_instant(read);
    step.since.recorded_at = read_instant(read);
    item.steps.push_back(std::move(step));
  }
  for (auto left = read.be32(); left > 0 && read.ok(); --left) {
    auto& key = item.keys.emplace_back();
    key.key = text_view(read.prefixed());
    key.by_name = read.u8() != 0;
  }
  if (!read.done()) return error(Code::damaged, "a row of the worklist is cut");
  return item;
}

Result<CaseState> state_before(const CaseId& id, ViewWriter& out) {
  ACTA_TRY(const auto stored, out.get(prefix_of('s', id)));
  if (!stored) return CaseState{};
  return decode_case_state(view(*stored));
}

Result<Item> item_before(const CaseId& id, ViewWriter& out) {
  ACTA_TRY(const auto stored, out.get(prefix_of('i', id)));
  if (!stored) return Item{};
  return decode_item(*stored);
}

const Since* find_since(const std::vector<StepSince>& steps, std::string_view event) {
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const StepSince& step) { return step.event == event; });
  return found == steps.end() ? nullptr : &found->since;
}

struct Waiting {
  Since since;
  bool by_name = false;
};

class OldestByRole {
 public:
  void note(const std::string& role, const Waiting& waiting) {
    const auto [known, added] = oldest_.try_emplace(role, waiting);
    if (added) return;
    known->second.since = std::min(known->second.since, waiting.since);
    known->second.by_name = known->second.by_name && waiting.by_name;
  }
  void note(const Definition& definition, const NextStep& step, const Since& since) {
    note("", {since, false});
    for (const auto& role : step.roles) note(role, {since, false});
    if (step.persons.empty()) return;
    for (const auto& role : definition.roles()) note(role, {since, true});
  }
  std::vector<WorkKey> keys(const CaseId& id) const {
    std::vector<WorkKey> keys;
    for (const auto& [role, waiting] : oldest_) keys.push_back({work_key(role, waiting.since.occurred_at, id), waiting.by_name});
    return keys;
  }

 private:
  std::map<std::string, Waiting> oldest_;
};

// What waits after the entry, and since when: a step that could be taken before waits on.
Item item_after(const Definition& definition, const CaseState& state, const Item& before, const Entry& entry) {
  Item item;
  item.last = {entry.type, entry.actor.role, entry.actor.person, entry.position, entry.occurred_at, entry.recorded_at};
  OldestByRole oldest;
  for (const auto& step : next_steps(definition, state)) {
    const Since* known = begins_anew(definition, step, entry.type) ? nullptr : find_since(before.steps, step.event);
    const Since since = known ? *known : Since{entry.occurred_at, entry.recorded_at};
    item.steps.push_back({step.event, since});
    if (step.calls) oldest.note(definition, step, since);
  }
  item.keys = oldest.keys(state.id);
  return item;
}

void move_keys(const std::vector<WorkKey>& before, const std::vector<WorkKey>& after, ViewWriter& out) {
  for (const auto& old : before) {
    const bool stays = std::any_of(after.begin(), after.end(), [&](const WorkKey& key) { return key.key == old.key; });
    if (!stays) out.erase(old.key);
  }
  for (const auto& key : after) out.put(key.key, key.by_name ? by_name_only : std::string_view());
}

Result<void> fold(const Engine& engine, const Entry& entry, ViewWriter& out) {
  const bool changes_state = entry.kind == Kind::event || entry.kind == Kind::notice;
  if (!changes_state || !entry.case_id || !entry.effect) return {};
  ACTA_TRY(const auto earlier, state_before(*entry.case_id, out));
  ACTA_TRY(const auto state, apply_unchecked(earlier, entry));
  out.put(prefix_of('s', state.id), text_view(encode(state)));
  if (entry.kind != Kind::event) return {};
  const auto definition = engine.definition(state.definition);
  if (!definition) return error(Code::damaged, "case " + to_text(state.id) + " follows a definition the ledger does not hold");
  ACTA_TRY(const auto before, item_before(state.id, out));
  const auto item = item_after(*definition, state, before, entry);
  move_keys(before.keys, item.keys, out);
  out.put(prefix_of('i', state.id), encode_item(item));
  return {};
}

class StoredWorklist final : public Worklist {
 public:
  StoredWorklist(const ViewReader& reader, const Engine& engine) : reader_(reader), engine_(engine) {}
  Result<WorkPage> page(const WorkFilter& filter, std::string_view after, std::size_t limit) const override;
  Result<std::map<std::string, std::size_t>> by_role() const override;

 private:
  Result<std::optional<WorkRow>> row(const CaseId& id, const WorkFilter& filter) const;
  Result<std::optional<std::pair<CaseState, Item>>> stored(const CaseId& id) const;

  const ViewReader& reader_;
  const Engine& engine_;
};

Result<std::optional<std::pair<CaseState, Item>>> StoredWorklist::stored(const CaseId& id) const {
  ACTA_TRY(const auto state_bytes, reader_.get(prefix_of('s', id)));
  ACTA_TRY(const auto item_bytes, reader_.get(prefix_of('i', id)));
  if (!state_bytes || !item_bytes) return std::optional<std::pair<CaseState, Item>>();
  ACTA_TRY(auto state, decode_case_state(view(*state_bytes)));
  ACTA_TRY(auto item, decode_item(*item_bytes));
  return std::optional(std::pair(std::move(state), std::move(item)));
}

bool is_wanted(const Definition& definition, const CaseState& state, const WorkFilter& filter) {
  if (filter.process && state.process != *filter.process) return false;
  return !filter.stage || definition.stage_of(state.configuration) == *filter.stage;
}

// Between two reads the view may have moved on: what is known of a step is then that it waits since the last event.
Since since_of(const Item& item, std::string_view event) {
  const Since* known = find_since(item.steps, event);
  return known ? *known : Since{item.last.occurred_at, item.last.recorded_at};
}

Result<std::optional<WorkRow>> StoredWorklist::row(const CaseId& id, const WorkFilter& filter) const {
  ACTA_TRY(auto found, stored(id));
  if (!found) return std::optional<WorkRow>();
  auto& [state, item] = *found;
  const auto definition = engine_.definition(state.definition);
  if (!definition) return error(Code::damaged, "case " + to_text(id) + " follows a definition the ledger does not hold");
  if (!is_wanted(*definition, state, filter)) return std::optional<WorkRow>();
  WorkRow row;
  std::optional<Since> oldest;
  for (auto& step : next_steps(*definition, state)) {
    if (!may_take(*definition, state, step, filter.worker)) continue;
    const auto since = since_of(item, step.event);
    if (step.calls) oldest = oldest ? std::min(*oldest, since) : since;
    auto barred = barred_from(*definition, state, step.event);
    row.steps.push_back({std::move(step), since, std::move(barred)});
  }
  if (!oldest) return std::optional<WorkRow>();
  row.since = *oldest;
  row.title = title_of(state);
  row.stage = definition->stage_of(state.configuration);
  row.last = std::move(item.last);
  row.state = std::move(state);
  return std::optional(std::move(row));
}

constexpr std::size_t tail_bytes = 8 + 16;

CaseId case_of(std::string_view key) {
  CaseId id;
  const auto tail = view(key.substr(key.size() - id.bytes.size()));
  std::copy(tail.begin(), tail.end(), id.bytes.begin());
  return id;
}

Result<std::string> start_of_page(const std::string& prefix, std::string_view after) {
  if (after.empty()) return prefix;
  const auto tail = from_hex(after);
  if (!tail || tail->size() != tail_bytes) return error(Code::malformed, "`after` is not a cursor of this list: take it from `next` of the page before");
  return prefix + std::string(text_view(*tail)) + '\0';
}

Result<WorkPage> StoredWorklist::page(const WorkFilter& filter, std::string_view after, std::size_t limit) const {
  const auto prefix = prefix_of_role(filter.worker.role.value_or(""));
  ACTA_TRY(const auto from, start_of_page(prefix, after));
  WorkPage page;
  std::string last_shown;
  std::optional<Error> failure;
  ACTA_CHECK(reader_.scan(prefix, from, [&](std::string_view key, std::string_view) {
    auto found = row(case_of(key), filter);
    if (!found) failure = found.error();
    if (!found || !*found) return !failure;
    if (page.rows.size() == limit) {
      page.next = to_hex(view(last_shown));
      return false;
    }
    page.rows.push_back(**std::move(found));
    last_shown = key.substr(key.size() - tail_bytes);
    return true;
  }));
  if (failure) return *failure;
  return page;
}

Result<std::map<std::string, std::size_t>> StoredWorklist::by_role() const {
  std::map<std::string, std::size_t> counts;
  ACTA_CHECK(reader_.scan("w", "w", [&](std::string_view key, std::string_view value) {
    const auto role = key.substr(1, key.find('\0') - 1);
    if (!role.empty() && value != by_name_only) ++counts[std::string(role)];
    return true;
  }));
  return counts;
}

}  // namespace

const View worklist_view{"worklist", 1, &fold};
std::unique_ptr<Worklist> read_worklist(const ViewReader& reader, const Engine& engine) { return std::make_unique<StoredWorklist>(reader, engine); }

}  // namespace acta
