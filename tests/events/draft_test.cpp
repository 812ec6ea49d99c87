#include "events/draft.h"

#include <algorithm>

#include "events/render.h"
#include "tests/events/sample.h"

using namespace acta;

namespace {

// The faults of `data`, as "pointer: detail".
std::vector<std::string> faults(std::string_view type, const Json& data) {
  const auto draft = check(event_type(type), data);
  if (draft) return {};
  CHECK(draft.error().code == Code::invalid);
  std::vector<std::string> lines;
  for (const FieldError& fault : draft.error().fields) lines.push_back(fault.pointer + ": " + fault.detail);
  return lines;
}

std::vector<std::string> request_with(const char* member, const Json& value) {
  Json data = a_request();
  data[member] = value;
  return faults("RequestReceived", data);
}

bool only(const std::vector<std::string>& lines, std::string_view pointer) { return lines.size() == 1 && lines[0].starts_with(std::string(pointer) + ": "); }

}  // namespace

TEST_CASE("draft: data that fit their table have no fault") { CHECK(faults("RequestReceived", a_request()).empty()); }

TEST_CASE("draft: each fault of a body is named with its pointer, all at once") {
  Json data = a_request();
  data.erase("title");
  data["colour"] = "red";
  data["channel"] = "pigeon";
  data["countries"][1] = "Yemen";
  data["requesters"][0].erase("name");
  const auto lines = faults("RequestReceived", data);
  CHECK(lines == std::vector<std::string>{"/colour: unknown member", "/title: missing", "/channel: one of letter_to_team, email_to_team, letter_via_eu_delegation, email_via_eu_delegation",
                                          "/requesters/0/name: missing", "/countries/1: must match ^[A-Z]{2}$"});
}

TEST_CASE("draft: a wrong type is refused whatever it could be read as") {
  CHECK(only(request_with("title", 7), "/title"));
  CHECK(only(request_with("title", nullptr), "/title"));
  CHECK(only(request_with("received_on", "2021-02-30"), "/received_on"));
  CHECK(only(request_with("received_on", 20210302), "/received_on"));
  CHECK(only(request_with("countries", "ZZ"), "/countries"));
  CHECK(only(request_with("support", {"workshop training"}), "/support/0"));
  CHECK(only(request_with("theme", 1), "/theme"));
  CHECK(only(request_with("theme", "unset"), "/theme"));
  CHECK(only(request_with("signatory", "ada.invented"), "/signatory"));
  CHECK(only(request_with("signatory", "@ada invented"), "/signatory"));
  CHECK(only(request_with("requesters", {7}), "/requesters/0"));
  CHECK(only(faults("RequestReceived", Json::array()), ""));
}

TEST_CASE("draft: `must` means there and not empty") {
  CHECK(only(request_with("title", ""), "/title"));
  CHECK(only(request_with("title", " \n"), "/title"));
  CHECK(only(faults("DecisionOpened", {{"mode", "written"}, {"round", 1}, {"deadline", "2021-06-18"}, {"fiche", std::string(64, 'a')}, {"seats", Json::array()}}), "/seats"));
}

TEST_CASE("draft: limits are counted in characters, items and whole numbers") {
  std::string accents;
  for (int i = 0; i < 200; ++i) accents += "é";
  CHECK(request_with("title", accents).empty());
  CHECK(only(request_with("title", accents + "é"), "/title"));
  CHECK(only(request_with("regional_bodies", std::vector<std::string>(21, "body")), "/regional_bodies"));
  const auto evaluation = [](const Json& sent) { return faults("ActionEvaluationFiled", {{"forms_sent", sent}, {"forms_answered", 1}}); };
  CHECK(evaluation(31).empty());
  for (const Json& wrong : {Json(-1), Json("31"), Json(1.0), Json(31.5), Json(true), Json(18446744073709551615ull)}) CHECK(only(evaluation(wrong), "/forms_sent"));
}

TEST_CASE("draft: money is a decimal text that its currency allows") {
  const auto commitment = [](const Json& amount) { return faults("CommitmentReserved", {{"line", "experts"}, {"amount", amount}}); };
  CHECK(commitment({{"amount", "1250.00"}, {"currency", "EUR"}}).empty());
  for (const Json& wrong : {Json(1250), Json({{"amount", 1250}, {"currency", "EUR"}}), Json({{"amount", "1250.005"}, {"currency", "EUR"}}), Json({{"amount", "1250"}, {"currency", "eur"}}),
                            Json({{"amount", "1250"}}), Json({{"amount", "1250"}, {"currency", "EUR"}, {"rate", "1"}})})
    CHECK(only(commitment(wrong), "/amount"));
}

TEST_CASE("draft: a fault never repeats what was sent") {
  Json data = a_request();
  data["signatory_name"] = std::string(301, 'q');
  data["received_on"] = "zzzz";
  for (const std::string& line : faults("RequestReceived", data)) {
    CHECK(line.find("qqq") == std::string::npos);
    CHECK(line.find("zzzz") == std::string::npos);
  }
}

TEST_CASE("draft: a body of nothing but faults gets a bounded answer") {
  Json data = a_request();
  for (int i = 0; i < 10'000; ++i) data["unknown_" + std::to_string(i)] = i;
  CHECK(faults("RequestReceived", data).size() == 64);
}

TEST_CASE("draft: personal members are no part of the public text") {
  const Draft draft = drafted("RequestReceived", a_request());
  CHECK(draft.public_json().find("Ada Invented") == std::string::npos);
  CHECK(draft.public_json().find("course") == std::string::npos);
  CHECK(draft.public_json().find("Examplia II") != std::string::npos);
  CHECK(draft.public_json().find(": ") == std::string::npos);
}

TEST_CASE("build: personal members are split off, one part a person and retention class") {
  const BuiltEvent event = built("RequestReceived", a_request());
  CHECK(text_view(event.payload).find("Ada Invented") == std::string_view::npos);
  CHECK(text_view(event.payload).find("course") == std::string_view::npos);
  REQUIRE(event.personal.size() == 2);
  CHECK(event.personal[0].of_field == "signatory");
  CHECK(event.personal[0].person.bytes[0] == 7);
  CHECK(event.personal[1].of_field == "subject");
  CHECK(event.personal[1].person.bytes[0] == 9);
  CHECK(render(event_type("RequestReceived"), event.personal[0].plaintext) == Json{{"signatory_name", "Ada Invented"}});
  CHECK(render(event_type("RequestReceived"), event.personal[1].plaintext) == Json{{"summary", "Officers ask for a course"}});
}

TEST_CASE("build: who is named twice has one part, so that one key opens and one erasure closes it") {
  Json data = a_request();
  data["contact"] = "@ada.invented";
  data["contact_name"] = "Ada I.";
  const BuiltEvent event = built("RequestReceived", data);
  REQUIRE(event.personal.size() == 2);
  CHECK(event.personal[0].of_field == "contact");
  CHECK(render(event_type("RequestReceived"), event.personal[0].plaintext) == Json{{"signatory_name", "Ada Invented"}, {"contact_name", "Ada I."}});
}

TEST_CASE("build: handles become ids wherever they stand") {
  const Json data = {{"mode", "written"}, {"round", 1}, {"deadline", "2021-06-18"}, {"fiche", std::string(64, 'a')}, {"seats", {{{"body", "HOME"}, {"representative", "@ada.invented"}}}}};
  const Json shown = render(event_type("DecisionOpened"), built("DecisionOpened", data).payload);
  CHECK(shown["seats"][0]["representative"] == "07070707-0707-0707-0707-070707070707");
}

TEST_CASE("build: a handle nobody can resolve stops the event") {
  People nobody = two_people();
  nobody.by_handle = [](std::string_view) { return Result<PersonId>(error(Code::full, "no room")); };
  CHECK(build(drafted("RequestReceived", a_request()), nobody).error().code == Code::full);
}

TEST_CASE("build: the same draft gives the same bytes") { CHECK(built("RequestReceived", a_request()).payload == built("RequestReceived", a_request()).payload); }
