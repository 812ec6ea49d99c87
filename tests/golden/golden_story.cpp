#include "tests/golden/golden_story.h"

#include <algorithm>

#include "engine/control_events.h"
#include "engine/privacy/box.h"
#include "engine/privacy/digest.h"
#include "events/assert.h"
#include "events/sha256.h"
#include "events/value.h"
#include "tests/golden/story_payloads.h"

namespace acta::golden {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr Instant begin{1'709'283'600 * second};  // 2024-03-01T09:00:00Z
constexpr std::string_view librarian = "librarian", reader = "reader";

template <class Text>
std::array<std::uint8_t, 16> sixteen(const Text& text) {
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(sha256(view(std::string_view(text))).bytes.begin(), 16, bytes.begin());
  return bytes;
}

// Tells the story entry by entry, minding positions and times.
class Teller {
 public:
  explicit Teller(const Sources& sources) : sources_(sources), randomness_(seeded_randomness(1)) {
    auto catalogue = Catalogue::from({sources.ledger_schema, sources.control_schema, sources.facility_schema});
    ACTA_ASSERT(catalogue);
    catalogue_ = *std::move(catalogue);
    randomness_->fill(story_.box_key);
  }

  Story tell() {
    open_ledger();
    first_loan();
    second_loan();
    both_loans();
    endings();
    return std::move(story_);
  }

 private:
  void open_ledger();
  void first_loan();
  void second_loan();
  void both_loans();
  void endings();

  Entry of_case(std::string_view type, const CaseId& id, Revision revision, const PersonId& person, std::string_view role);
  Entry event(std::string_view type, const CaseId& id, Revision revision, const PersonId& person, std::string_view role);
  Entry opening(const CaseId& id, std::string_view title, std::string_view reference);
  void keyed(Entry& entry, std::string_view key, std::uint16_t index = 0, std::uint16_t count = 1);
  void seal_name(Entry& entry, std::string_view name);
  void add(Entry entry);
  Position here() const { return Position{told_ + open_.size()}; }
  void done();

  const Sources& sources_;
  std::unique_ptr<Randomness> randomness_;
  std::shared_ptr<const Catalogue> catalogue_;
  Story story_;
  std::vector<Entry> open_;      // the batch being told
  std::uint64_t told_ = 0;
  Instant now_ = begin;
  const LedgerId ledger_{sixteen("ledger")};
  const PersonId borrower_{sixteen("Ada Invented")}, lender_{sixteen("Bo Invented")};
  CaseId first_, second_;
};

void Teller::add(Entry entry) {
  entry.position = here();
  if (entry.event_id == EventId{}) entry.event_id = EventId{uuid_v7(now_, *randomness_)};
  entry.recorded_at = now_;
  if (entry.occurred_at == Instant{}) entry.occurred_at = now_;
  now_.micros += 90 * second + 1;
  open_.push_back(std::move(entry));
}

void Teller::done() {
  told_ += open_.size();
  story_.batches.push_back(std::exchange(open_, {}));
}

void Teller::open_ledger() {
  const SigningKey key(std::string(origin), log_key_seed());
  const GrantedFounder one{.person = borrower_, .roles = {std::string(reader)}};
  const GrantedFounder two{.person = lender_, .roles = {std::string(librarian), "auditor"}};
  add(ledger_opened(*catalogue_, {.origin = std::string(origin), .facility = "Golden Library", .ledger = ledger_, .log_key = key.public_key().bytes, .founders = {one, two}, .ledger_schema = sha256(sources_.ledger_schema), .demo = true, .seed = 1}));
  add(schema_published(*catalogue_, {.name = "ledger", .bytes = sources_.ledger_schema}, here()));
  add(schema_published(*catalogue_, {.name = "control", .bytes = sources_.control_schema}, here()));
  add(schema_published(*catalogue_, {.name = "facility/golden", .bytes = sources_.facility_schema}, here()));
  add(definition_published(*catalogue_, "loan", sources_.definition, here()));
  done();
}

Entry Teller::of_case(std::string_view type, const CaseId& id, Revision revision, const PersonId& person, std::string_view role) {
  const EventType* found = catalogue_->find(type);
  ACTA_ASSERT(found != nullptr);
  Entry entry;
  entry.event_id = EventId{uuid_v7(now_, *randomness_)};
  entry.case_id = id;
  entry.revision = revision;
  entry.type = found->name;
  entry.version = found->version;
  entry.actor = Actor{.person = person, .role = std::string(role), .on_behalf_of = {}, .delegation = {}, .proof = Proof::claimed};
  entry.definition = sha256(sources_.definition);
  entry.retention = "case";
  return entry;
}

Entry Teller::event(std::string_view type, const CaseId& id, Revision revision, const PersonId& person, std::string_view role) {
  Entry entry = of_case(type, id, revision, person, role);
  entry.kind = Kind::event;
  entry.schema = catalogue_->find(type)->schema;
  entry.payload = remark("As agreed.");
  entry.effect.emplace();
  return entry;
}

void Teller::keyed(Entry& entry, std::string_view key, std::uint16_t index, std::uint16_t count) {
  entry.command = CommandRef{.id = command_id(ledger_, *entry.actor.person, key), .body = sha256(view(key)), .index = index, .count = count};
  story_.keys[here().value] = key;
}

void Teller::seal_name(Entry& entry, std::string_view name) {
  const BoxContext context{.origin = origin, .event_id = entry.event_id, .type = entry.type, .version = entry.version};
  auto box = seal(borrower_name(name), borrower_, "case", {.key = story_.box_key, .epoch = 1}, context, *randomness_);
  ACTA_ASSERT(box);
  entry.sealed.push_back(*std::move(box));
}

Entry Teller::opening(const CaseId& id, std::string_view title, std::string_view reference) {
  Entry entry = event("LoanAsked", id, 1, borrower_, reader);
  const Money fee{.minor = 125, .currency = "EUR"};
  entry.payload = loan_asked(borrower_, title, fee);
  entry.effect->process = "loan";
  entry.effect->reference = reference;
  entry.effect->transitions = {"-> asked"};
  entry.effect->configuration = {"asked"};
  entry.effect->data = {{"borrower", acta::id(borrower_)}, {"fee", Value{fee}}, {"title", text(std::string(title))}};
  const std::string counter = std::string("reference/LOAN/2024");
  entry.effect->registers = {{counter, number(reference.back() - '0')}};
  entry.facts = {{"now", number(now_.micros), {}}, {counter, number(reference.back() - '1'), {}}};
  return entry;
}

void Teller::first_loan() {
  first_ = CaseId{uuid_v7(now_, *randomness_)};
  Entry asked = opening(first_, "The Sea Around Us", "LOAN-2024-001");
  asked.precision = Precision::day;
  asked.occurred_at = Instant{begin.micros - 9 * 3'600 * second};
  asked.evidence = {{.digest = sha256(view("a scanned form")), .size = 14, .media_type = "application/pdf", .category = "form", .held = false}};
  asked.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  keyed(asked, "golden-ask-1");
  seal_name(asked, "Ada Invented");
  add(std::move(asked));
  done();

  Entry refused = of_case("LoanGranted", first_, 1, borrower_, librarian);
  refused.kind = Kind::refusal;
  refused.rule = "distinct_persons/lending/grant";
  refused.conflict = Position{5};
  keyed(refused, "golden-grant-self");
  add(std::move(refused));
  Entry granted = event("LoanGranted", first_, 2, lender_, librarian);
  granted.cause = Position{5};
  granted.correlation = EventId{sixteen("correlation")};
  granted.reason = "in_stock";
  granted.effect->transitions = {"asked -> lent"};
  granted.effect->configuration = {"desk", "lent"};
  granted.effect->data = {{"persons/lending/grant", list({list({acta::id(lender_), number(7)})})}, {"reminders", list({})}};
  granted.effect->clocks = {{.name = "return", .state = ClockState::running, .due_at = Instant{now_.micros + 1'209'600 * second}, .left = {}, .calendar = {}}};
  granted.effect->passed = {"by", "distinct_persons/lending/grant"};
  granted.facts = {{"role", flag(true), Position{0}}};
  keyed(granted, "golden-grant-1");
  add(std::move(granted));
  done();

  Entry reminded = of_case("ReminderSent", first_, 2, lender_, "");
  reminded.kind = Kind::notice;
  reminded.schema = catalogue_->find("ReminderSent")->schema;
  reminded.actor = Actor{.person = {}, .role = "", .on_behalf_of = {}, .delegation = {}, .proof = Proof::engine};
  reminded.payload = reminder("return", now_, reader);
  reminded.cause = Position{7};
  reminded.effect.emplace();
  reminded.effect->clocks = {{.name = "reminder", .state = ClockState::met, .due_at = now_, .left = {}, .calendar = Position{4}}};
  reminded.effect->data = {{"reminders", list({number(8)})}};
  add(std::move(reminded));
  Entry suspended = event("LoanSuspended", first_, 3, lender_, librarian);
  suspended.actor.on_behalf_of = borrower_;
  suspended.effect->transitions = {"lent -> on_hold"};
  suspended.effect->configuration = {"on_hold"};
  suspended.effect->history = {{"lent_last", text("desk")}};
  suspended.effect->data = {{"urgent", flag(false)}, {"balance", number(-40)}};
  suspended.effect->clocks = {{.name = "return", .state = ClockState::paused, .due_at = {}, .left = 600'000 * second, .calendar = {}}};
  keyed(suspended, "golden-hold-1");
  add(std::move(suspended));
  done();
}

void Teller::second_loan() {
  second_ = CaseId{uuid_v7(now_, *randomness_)};
  Entry asked = opening(second_, "Der Stechlin \xE2\x80\x93 K\xC3\xB6nigsausgabe", "LOAN-2024-002");
  asked.effect->parent = first_;
  keyed(asked, "golden-ask-2");
  add(std::move(asked));
  done();
}

void Teller::both_loans() {
  Entry one = event("LoansCombined", first_, 4, lender_, librarian);
  one.effect->transitions = {"on_hold -> lent"};
  one.effect->configuration = {"desk", "lent"};
  one.effect->history = {{"lent_last", {}}};
  one.effect->clocks = {{.name = "return", .state = ClockState::running, .due_at = Instant{now_.micros + 600'000 * second}, .left = {}, .calendar = {}}};
  one.effect->totals = {{.case_id = second_, .name = "loans", .delta = 1}};
  keyed(one, "golden-combine", 0, 2);
  add(std::move(one));
  Entry two = event("LoansCombined", second_, 2, lender_, librarian);
  two.cause = Position{11};
  two.effect->configuration = {"asked"};
  two.effect->data = {{"title", text("")}, {"with", list({acta::id(first_), Value{Money{.minor = -125, .currency = "EUR"}}, flag(true)})}};
  keyed(two, "golden-combine", 1, 2);
  add(std::move(two));
  done();
}

void Teller::endings() {
  Entry withdrawn = event("LoanWithdrawn", second_, 3, borrower_, reader);
  withdrawn.mark = Mark::imported;
  withdrawn.source = sha256(view("an old list"));
  withdrawn.target = Position{10};
  withdrawn.precision = Precision::month;
  withdrawn.occurred_at = begin;
  withdrawn.effect->transitions = {"asked -> withdrawn"};
  withdrawn.effect->configuration = {"withdrawn"};
  withdrawn.effect->data = {{"with", {}}};
  keyed(withdrawn, "golden-withdraw-2");
  add(std::move(withdrawn));
  Entry returned = event("LoanReturned", first_, 5, lender_, librarian);
  returned.mark = Mark::synthetic;
  returned.source = sha256(view("an old list"));
  returned.invented = {"occurred_at", "data/remark"};
  returned.effect->transitions = {"lent -> returned"};
  returned.effect->configuration = {"returned"};
  returned.effect->clocks = {{.name = "return", .state = ClockState::met, .due_at = {}, .left = {}, .calendar = {}}};
  keyed(returned, "golden-return-1");
  add(std::move(returned));
  add(clock_confirmed(*catalogue_, ClockSource::simulated, 63 * second, here()));
  done();
}

}  // namespace

std::array<std::uint8_t, 32> log_key_seed() {
  std::array<std::uint8_t, 32> seed{};
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(i);
  return seed;
}

Story tell(const Sources& sources) { return Teller(sources).tell(); }

}  // namespace acta::golden
