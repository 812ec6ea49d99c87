#include "events/render.h"

#include "events/value.h"
#include "tests/events/sample.h"

using namespace acta;

namespace {

Json there_and_back(std::string_view type, const Json& data) { return render(event_type(type), built(type, data).payload); }

}  // namespace

TEST_CASE("render: what went in comes out, absent members stay absent") {
  const Json checklist = {{"requester_eligible", true}, {"country_eligible", false}, {"theme_in_scope", true}, {"no_duplicate", true}};
  CHECK(there_and_back("RequestDeemedAdmissible", {{"checklist", checklist}}) == Json{{"checklist", checklist}});
  const Json money = {{"amount", "-0.05"}, {"currency", "EUR"}};
  CHECK(there_and_back("CommitmentReserved", {{"line", "Größe"}, {"amount", money}}) == Json{{"line", "Größe"}, {"amount", money}});
  CHECK(there_and_back("RequestLapsed", Json::object()) == Json::object());
  CHECK(there_and_back("RequestLapsed", {{"unanswered_since", "1999-12-31"}}) == Json{{"unanswered_since", "1999-12-31"}});
}

TEST_CASE("render: lists keep their order, an empty one is told from none") {
  Json data = a_request();
  data["languages"] = Json::array();
  const Json shown = there_and_back("RequestReceived", data);
  CHECK(shown["countries"] == Json{"ZZ", "YY"});
  CHECK(shown["support"] == Json{"workshop", "training"});
  CHECK(shown["languages"] == Json::array());
  CHECK_FALSE(shown.contains("areas"));
  CHECK(shown["requesters"] == Json::array({{{"name", "Office of Samples"}, {"kind", "administration"}}}));
}

TEST_CASE("render: zero and false are values, not absences") {
  CHECK(there_and_back("ActionEvaluationFiled", {{"forms_sent", 0}, {"forms_answered", 0}})["forms_sent"] == 0);
  CHECK(there_and_back("ActionClosed", {{"payments_settled", false}, {"retention_class", "case"}})["payments_settled"] == false);
}

TEST_CASE("render: bytes and unsigned numbers of the engine's own events") {
  const Json published = {{"name", "a/b"}, {"digest", std::string(64, 'e')}, {"bytes", "AAEC/w=="}};
  CHECK(there_and_back("SchemaPublished", published) == published);
}

TEST_CASE("render: a value is told by its kind") {
  AnyId some;
  CHECK(render(text("a")) == "a");
  CHECK(render(number(-7)) == -7);
  CHECK(render(flag(true)) == true);
  CHECK(render(Value{Money{125'000, "EUR"}}) == Json{{"amount", "1250.00"}, {"currency", "EUR"}});
  CHECK(render(Value{some}) == "00000000-0000-0000-0000-000000000000");
  CHECK(render(list({text("a"), list({})})) == Json{"a", Json::array()});
}

TEST_CASE("path: a field, a field of a table, a field of a list of tables") {
  const EventType& type = event_type("RequestReceived");
  const Bytes payload = built("RequestReceived", a_request()).payload;
  CHECK(*check_path(type, "title") == FieldKind::text);
  CHECK(read_path(type, payload, "title") == text("Examplia II"));
  CHECK(read_path(type, payload, "theme") == text("MD"));
  CHECK(read_path(type, payload, "received_on") == text("2021-03-02"));
  CHECK(read_path(type, payload, "countries") == list({text("ZZ"), text("YY")}));
  CHECK(read_path(type, payload, "requesters.name") == list({text("Office of Samples")}));
  CHECK_FALSE(read_path(type, payload, "public_page"));
  const Bytes commitment = built("CommitmentReserved", {{"line", "experts"}, {"amount", {{"amount", "96000.00"}, {"currency", "EUR"}}}}).payload;
  CHECK(read_path(event_type("CommitmentReserved"), commitment, "amount") == Value{Money{9'600'000, "EUR"}});
}

TEST_CASE("path: what is personal, unknown or below a value may not be named") {
  const EventType& type = event_type("RequestReceived");
  for (const std::string_view path : {"summary", "colour", "title.length", "requesters.colour", "", ".", "title.", "requesters.name.x"}) {
    CAPTURE(path);
    CHECK(check_path(type, path).error().code == Code::invalid);
  }
}
