// From the letter to the consultation.

#include "tools/demo/acts.h"
#include "tools/demo/region.h"

namespace acta::sample {
namespace {

constexpr const char* channels[] = {"letter_to_team", "email_to_team", "letter_via_eu_delegation", "email_via_eu_delegation"};
constexpr const char* supports[] = {"policy_or_strategy", "legislation", "manual_or_handbook", "workshop", "training", "training_of_trainers", "information_exchange", "fact_finding", "study_visit"};
constexpr const char* needs[] = {"advice on the draft of a policy", "training for the staff who meet the cases first", "a study visit to compare how others organise the work", "help in writing procedures that several authorities can share", "a review of the law as it stands"};

void put(Json& data, const char* member, const std::vector<std::string>& values) {
  if (!values.empty()) data[member] = values;
}

void put(Json& data, const char* member, const std::string& value) {
  if (!value.empty()) data[member] = value;
}

// An invented request has no row in the source.
std::set<std::string> given_by(const ActionRow& row) {
  if (row.ref.empty()) return {};
  return {"title", "authority", "theme", "region", "countries", "regional_bodies", "region_source", "areas", "public_page"};
}

Json data_of_request(const ActionRow& row, Dice& dice, const Letter& letter) {
  Json data = {{"title", row.title}, {"authority", row.authority}, {"theme", row.theme}, {"region", region_of(row.countries, row.regional_bodies)}};
  data["channel"] = letter.channel;
  data["received_on"] = to_text(letter.received);
  put(data, "countries", row.countries);
  put(data, "regional_bodies", row.regional_bodies);
  put(data, "region_source", row.region);
  put(data, "areas", row.areas);
  put(data, "public_page", row.url);
  data["support"] = Json::array({dice.one_of(supports)});
  data["summary"] = std::string("The authority asks for ") + dice.one_of(needs) + ".";
  return data;
}

}  // namespace

std::string person(const std::string& handle) { return "@" + handle; }

std::string some_channel(Dice& dice) { return dice.one_of(channels); }

Step request_received(const ActionRow& row, const Cast& cast, Dice& dice, const Letter& letter) {
  const bool via_delegation = letter.channel.ends_with("eu_delegation");
  return {.type = "RequestReceived", .data = data_of_request(row, dice, letter), .actor = via_delegation ? cast.delegation : cast.officer, .role = via_delegation ? "eu_delegation" : "project_officer", .evidence = {letter.channel.starts_with("letter") ? "request_letter" : "request_email"}, .told = Told{.day = letter.received}, .from_source = given_by(row)};
}

Step request_acknowledged(const Cast& cast) {
  return {.type = "RequestAcknowledged", .data = {{"officer", person(cast.officer)}}, .actor = cast.officer, .role = "project_officer", .evidence = {"acknowledgement"}};
}

Step info_requested(const Cast& cast, Date answer_by) {
  return {.type = "RequestInfoRequested", .data = {{"answer_by", to_text(answer_by)}, {"questions", "Which authorities take part, and who will keep the results in use?"}}, .actor = cast.officer, .role = "project_officer"};
}

Step info_provided(const Cast& cast, Date provided) {
  return {.type = "RequestInfoProvided", .data = {{"provided_on", to_text(provided)}}, .actor = cast.partner, .role = "partner_authority", .told = Told{.day = provided}};
}

Step deemed_admissible(const Cast& cast) {
  const Json checklist = {{"requester_eligible", true}, {"country_eligible", true}, {"theme_in_scope", true}, {"no_duplicate", true}};
  return {.type = "RequestDeemedAdmissible", .data = {{"checklist", checklist}}, .actor = cast.manager, .role = "programme_manager", .evidence = {"checklist"}};
}

Step deemed_inadmissible(const Cast& cast, const std::string& reason) {
  return {.type = "RequestDeemedInadmissible", .actor = cast.manager, .role = "programme_manager", .reason = reason};
}

Step withdrawn(const Cast& cast, Date day) {
  return {.type = "RequestWithdrawn", .data = {{"withdrawn_on", to_text(day)}}, .actor = cast.partner, .role = "partner_authority", .evidence = {"withdrawal_letter"}, .told = Told{.day = day}};
}

Step lapsed(const Cast& cast, Date unanswered_since) {
  return {.type = "RequestLapsed", .data = {{"unanswered_since", to_text(unanswered_since)}}, .actor = cast.officer, .role = "project_officer", .reason = "no_answer"};
}

Step consultation_opened(const Cast& cast, const std::vector<std::string>& bodies, Date answer_by) {
  return {.type = "ConsultationOpened", .data = {{"bodies", bodies}, {"answer_by", to_text(answer_by)}}, .actor = cast.officer, .role = "project_officer"};
}

// Opinions arrive by mail; the project officer records them.
Step opinion_given(const Cast& cast, const Opinion& opinion, Date day) {
  return {.type = "OpinionGiven", .data = {{"body", opinion.body}, {"position", opinion.says}}, .actor = cast.officer, .role = "project_officer", .told = Told{.day = day}};
}

}  // namespace acta::sample
