#include "tools/demo/requests_without_action.h"

#include "tools/demo/preparation.h"

namespace acta::sample {
namespace {

enum class Fate : std::uint8_t { inadmissible, withdrawn, lapsed, rejected, rejected_twice };

struct Request {
  const char *title, *authority, *country, *theme, *area;
  Date received;
  Fate fate;
  const char* reason;                        // why it was refused
};

// Countries and authorities are invented; the codes are user-assigned ones of ISO 3166-1.
constexpr Request requests[] = {
    {"Tamoria I: scanners for two airports", "Border Service of Tamoria", "QM", "IMT", "border", {2009, 9, 14}, Fate::inadmissible, "equipment_only"},
    {"Osketia I: national census", "Statistical Service of Osketia", "QS", "HO", "data", {2010, 3, 8}, Fate::inadmissible, "scope"},
    {"Parkhand I: legal aid for returnees", "Parkhand Relief Network", "QR", "IMT", "return", {2011, 1, 24}, Fate::inadmissible, "requester"},
    {"Velmora I: harbour patrol boats", "Coast Guard of Velmora", "QN", "IMT", "border", {2012, 6, 11}, Fate::inadmissible, "equipment_only"},
    {"Sondera I: electoral roll", "Electoral Commission of Sondera", "QQ", "HO", "data", {2013, 10, 7}, Fate::inadmissible, "scope"},
    {"Quilmara I: diaspora fair", "Chamber of Commerce of Quilmara", "QV", "MD", "diaspora", {2014, 5, 19}, Fate::inadmissible, "requester"},
    {"Nawaria I: recruitment agencies", "Ministry of Manpower of Nawaria", "QX", "LM", "labour migration", {2015, 11, 2}, Fate::inadmissible, "country"},
    {"Windreach I: fishing licences", "Government of Windreach", "QW", "HO", "legislation", {2017, 2, 13}, Fate::inadmissible, "scope"},
    {"Kalundra II: return counselling", "Ministry of the Interior of Kalundra", "QO", "IMT", "return", {2019, 4, 15}, Fate::inadmissible, "duplicate"},
    {"Dravonia II: document security", "Passport Office of Dravonia", "QT", "IMT", "document security", {2021, 1, 18}, Fate::inadmissible, "duplicate"},
    {"Dravonia I: consular network", "Ministry of Foreign Affairs of Dravonia", "QT", "HO", "consular", {2010, 10, 4}, Fate::withdrawn, ""},
    {"Maravelle I: costs of remittances", "Central Bank of Maravelle", "QP", "MD", "remittances", {2013, 3, 18}, Fate::withdrawn, ""},
    {"San Teodomiro I: shelters for victims of trafficking", "Ministry of Social Affairs of San Teodomiro", "QU", "IMT", "THB", {2016, 9, 5}, Fate::withdrawn, ""},
    {"Tamoria II: labour attachés", "Ministry of Labour of Tamoria", "QM", "LM", "labour migration", {2020, 1, 13}, Fate::withdrawn, ""},
    {"Kalundra I: migration profile", "National Statistics Office of Kalundra", "QO", "HO", "data", {2011, 8, 22}, Fate::lapsed, ""},
    {"Velmora II: skills of returning migrants", "Ministry of Planning of Velmora", "QN", "MD", "diaspora", {2015, 2, 9}, Fate::lapsed, ""},
    {"Sondera II: recognition of qualifications", "Ministry of Education of Sondera", "QQ", "LM", "labour migration", {2022, 6, 20}, Fate::lapsed, ""},
    {"Quilmara II: border training centre", "National Police of Quilmara", "QV", "IMT", "training", {2012, 1, 16}, Fate::rejected, "not_a_priority"},
    {"Parkhand II: diaspora bonds", "Ministry of Finance of Parkhand", "QR", "MD", "diaspora", {2014, 9, 8}, Fate::rejected, "quality"},
    {"Osketia II: rooms for asylum interviews", "Asylum Office of Osketia", "QS", "IP", "asylum", {2016, 4, 11}, Fate::rejected, "budget"},
    {"San Teodomiro II: health cards for migrants", "Ministry of Health of San Teodomiro", "QU", "HO", "health", {2018, 5, 7}, Fate::rejected_twice, "overlap"},
    {"Nawaria II: helpline for domestic workers", "Ministry of Manpower of Nawaria", "QX", "LM", "labour migration", {2022, 10, 10}, Fate::rejected, "partner_commitment"},
};

ActionRow row_of(const Request& request) {
  ActionRow row;
  row.title = request.title;
  row.authority = request.authority;
  row.countries = {request.country};
  row.theme = request.theme;
  row.areas = {request.area};
  return row;
}

void plan_inadmissible(Plan& plan, const std::string& reason) {
  plan.later(5, 14);
  plan.add(deemed_inadmissible(plan.cast, reason));
}

// A partner may think better of it at any time.
void plan_withdrawal(Plan& plan) {
  const std::int64_t steps = plan.dice.between(0, 3);
  if (steps > 0) plan_admission(plan);
  if (steps > 1) plan_consultation(plan);
  if (steps > 2) plan_fiche(plan, 1);
  const Date day = plan.later(10, 40);
  plan.add(withdrawn(plan.cast, day));
}

void plan_lapse(Plan& plan) {
  plan.later(2, 8);
  const Date answer_by = plus_days(plan.day, 28);
  plan.add(info_requested(plan.cast, answer_by));
  plan.later(40, 70);
  plan.add(lapsed(plan.cast, answer_by));
}

void plan_rejection(Plan& plan, const std::string& reason) {
  plan_admission(plan);
  plan_consultation(plan);
  plan_fiche(plan, 1);
  plan_round(plan, 1, Mood::against);
  plan_minutes(plan);
  plan.later(0, 3);
  plan.add(action_rejected(plan.cast, plan.fiche, reason));
}

// Whoever had a part in the refusal may not look at it again.
void plan_review(Plan& plan) {
  const Date asked = plan.later(8, 25);
  plan.add(review_requested(plan.cast, "rejected", asked));
  plan.later(3, 10);
  plan.add(refused(review_dismissed(plan.cast), {.actor = plan.cast.manager, .role = "programme_manager", .rule = "distinct_persons/review/second"}));
  plan.later(3, 12);
  plan.add(review_dismissed(plan.cast));
}

Story story_of(const Request& request) {
  Plan plan(row_of(request), request.received);
  plan_receipt(plan);
  switch (request.fate) {
    case Fate::inadmissible: plan_inadmissible(plan, request.reason); break;
    case Fate::withdrawn: plan_withdrawal(plan); break;
    case Fate::lapsed: plan_lapse(plan); break;
    case Fate::rejected: plan_rejection(plan, request.reason); break;
    case Fate::rejected_twice:
      plan_rejection(plan, request.reason);
      plan_review(plan);
      break;
  }
  return plan.story;
}

}  // namespace

std::vector<Story> requests_without_action() {
  std::vector<Story> stories;
  for (const Request& request : requests) stories.push_back(story_of(request));
  return stories;
}

}  // namespace acta::sample
