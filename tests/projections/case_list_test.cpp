// Narrowing, sorting and counting the list of cases.

#include <doctest/doctest.h>

#include "engine_fixture.h"
#include "projections/search_words.h"
#include "projections/view.h"
#include "projections/views.h"

using namespace acta;
using namespace acta::test;

namespace {

struct Wanted {
  std::string title, authority, theme, region;
  std::vector<std::string> countries;
};

struct Shelf : EngineFixture {
  std::unique_ptr<Views> views;
  int opened = 0;

  Shelf() {
    open({"São Tomé: labour migration", "Ministère du Travail", "LM", "africa_caribbean_pacific", {"ST"}});
    open({"Asylum rooms", "Asylum Office", "IP", "asia", {"QS", "QT"}});
    open({"Labour statistics", "Ministry of Labour", "LM", "asia", {"QT"}});
    open({"Return and labour", "Office of Return", "MD", "asia", {"QS"}});
    auto made = Views::open(*engine, {.folder = folders.data + "/views", .follow = false});
    REQUIRE(made);
    views = *std::move(made);
    REQUIRE(views->catch_up());
  }

  Recorded open(const Wanted& wanted) {
    auto body = opening_body()["data"];
    body["title"] = wanted.title;
    body["authority"] = wanted.authority;
    body["theme"] = wanted.theme;
    body["region"] = wanted.region;
    body["countries"] = wanted.countries;
    auto draft = acta::check(*engine->catalogue().find("RequestReceived"), body);
    REQUIRE(draft);
    auto submission = opening("case-" + std::to_string(++opened));
    submission.draft = *std::move(draft);
    return record(submission);
  }

  void withdraw(const Recorded& recorded) {
    const auto draft = acta::check(*engine->catalogue().find("RequestWithdrawn"), {{"withdrawn_on", "2024-01-01"}});
    REQUIRE(draft);
    auto submission = opening("withdrawal-" + std::to_string(++opened));
    submission.case_id = recorded.case_id;
    submission.expected_revision = recorded.revision;
    submission.draft = *draft;
    submission.evidence[0].category = "withdrawal_letter";
    record(submission);
    REQUIRE(views->catch_up());
  }

  // Titles of all pages, `limit` a page.
  std::vector<std::string> titles(const CaseFilter& filter, CaseOrder order = CaseOrder::by_reference, std::size_t limit = 2) const {
    std::vector<std::string> all;
    std::string after;
    do {
      const auto page = views->cases().page(filter, order, after, limit);
      REQUIRE(page);
      for (const auto& row : page->rows) all.push_back(row.title);
      after = page->next;
    } while (!after.empty());
    return all;
  }

  std::map<std::string, std::uint64_t> facet(const CaseFilter& filter, CaseField field) const {
    const auto facets = views->cases().facets(filter);
    REQUIRE(facets);
    CHECK(facets->complete);
    for (const auto& each : facets->fields)
      if (each.field == field) return {each.values.begin(), each.values.end()};
    FAIL("no such facet");
    return {};
  }
};

using Titles = std::vector<std::string>;
using Counts = std::map<std::string, std::uint64_t>;

}  // namespace

TEST_CASE("case list: of several values of one filter one must fit, of several filters all") {
  const Shelf shelf;
  CHECK(shelf.titles({.values = {{CaseField::theme, {"LM"}}}}) == Titles{"São Tomé: labour migration", "Labour statistics"});
  CHECK(shelf.titles({.values = {{CaseField::theme, {"LM", "MD"}}, {CaseField::region, {"asia"}}}}) == Titles{"Labour statistics", "Return and labour"});
  CHECK(shelf.titles({.values = {{CaseField::country, {"QS"}}}}) == Titles{"Asylum rooms", "Return and labour"});
  CHECK(shelf.titles({.values = {{CaseField::country, {"QS", "QT"}}}}).size() == 3);   // each case once
  CHECK(shelf.titles({.values = {{CaseField::requester, {"Asylum Office"}}}}) == Titles{"Asylum rooms"});
  CHECK(shelf.titles({.values = {{CaseField::theme, {"HO"}}}}).empty());
  CHECK(shelf.titles({.values = {{CaseField::state, {"received"}}}}).size() == 4);
  CHECK(shelf.titles({.values = {{CaseField::closed, {"true"}}}}).empty());
}

TEST_CASE("case list: words are found without case and accents, by their beginnings, all of them") {
  const Shelf shelf;
  CHECK(shelf.titles({.text = "sao tome"}) == Titles{"São Tomé: labour migration"});
  CHECK(shelf.titles({.text = "SÃO"}) == Titles{"São Tomé: labour migration"});
  CHECK(shelf.titles({.text = "lab"}).size() == 3);
  CHECK(shelf.titles({.text = "lab stat"}) == Titles{"Labour statistics"});
  CHECK(shelf.titles({.text = "ministere"}) == Titles{"São Tomé: labour migration"});
  CHECK(shelf.titles({.text = "our"}).empty());                                          // not in the middle
  CHECK(shelf.titles({.values = {{CaseField::theme, {"MD"}}}, .text = "labour"}) == Titles{"Return and labour"});
}

TEST_CASE("case list: a case leaves what it was found by when it changes") {
  Shelf shelf;
  const auto gone = shelf.open({"Fleeting", "Office of Return", "HO", "gulf", {"QR"}});
  REQUIRE(shelf.views->catch_up());
  CHECK(shelf.titles({.values = {{CaseField::state, {"received"}}}}).size() == 5);
  shelf.withdraw(gone);
  CHECK(shelf.titles({.values = {{CaseField::state, {"received"}}}}).size() == 4);
  CHECK(shelf.titles({.values = {{CaseField::closed, {"true"}}}}) == Titles{"Fleeting"});
  CHECK(shelf.facet({}, CaseField::state) == Counts{{"received", 4}, {"withdrawn", 1}});
}

TEST_CASE("case list: the last changed first, and a cursor of one order is none of the other") {
  Shelf shelf;
  const auto all = shelf.titles({}, CaseOrder::newest_change_first, 1);
  CHECK(all == Titles{"Return and labour", "Labour statistics", "Asylum rooms", "São Tomé: labour migration"});
  CHECK(shelf.titles({.values = {{CaseField::theme, {"LM"}}}}, CaseOrder::newest_change_first, 1) == Titles{"Labour statistics", "São Tomé: labour migration"});
  const auto page = shelf.views->cases().page({}, CaseOrder::newest_change_first, "", 1);
  REQUIRE(page);
  const auto wrong = shelf.views->cases().page({}, CaseOrder::by_reference, page->next, 1);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == Code::malformed);
}

TEST_CASE("case list: a cursor stays good while cases come and change") {
  Shelf shelf;
  const auto first = shelf.views->cases().page({}, CaseOrder::by_reference, "", 2);
  REQUIRE(first);
  shelf.open({"Latecomer", "Office of Return", "HO", "gulf", {"QR"}});
  REQUIRE(shelf.views->catch_up());
  const auto rest = shelf.views->cases().page({}, CaseOrder::by_reference, first->next, 10);
  REQUIRE(rest);
  REQUIRE(rest->rows.size() == 3);
  CHECK(rest->rows[0].title == "Labour statistics");
  CHECK(rest->rows[2].title == "Latecomer");
}

TEST_CASE("case list: a period takes its beginning and leaves out its end") {
  const Shelf shelf;
  const auto page = shelf.views->cases().page({}, CaseOrder::by_reference, "", 10);
  REQUIRE(page);
  const auto from = page->rows[1].opened_at, before = page->rows[3].opened_at;
  CHECK(shelf.titles({.opened_from = from, .opened_before = before}) == Titles{"Asylum rooms", "Labour statistics"});
}

TEST_CASE("case list: each facet counts under the other filters, and its numbers are those of the list") {
  const Shelf shelf;
  const CaseFilter asia_or_lm = {.values = {{CaseField::region, {"asia"}}, {CaseField::theme, {"LM"}}}};
  CHECK(shelf.facet(asia_or_lm, CaseField::theme) == Counts{{"IP", 1}, {"LM", 1}, {"MD", 1}});
  CHECK(shelf.facet(asia_or_lm, CaseField::region) == Counts{{"africa_caribbean_pacific", 1}, {"asia", 1}});
  CHECK(shelf.facet(asia_or_lm, CaseField::country) == Counts{{"QT", 1}});
  for (const auto& [country, cases] : shelf.facet({}, CaseField::country)) CHECK(shelf.titles({.values = {{CaseField::country, {country}}}}).size() == cases);
  CHECK(shelf.facet({.text = "labour"}, CaseField::theme) == Counts{{"LM", 2}, {"MD", 1}});
}

TEST_CASE("search words: folded, parted by what is neither letter nor digit, in any script") {
  using Words = std::set<std::string>;
  CHECK(search_words("Côte d'Ivoire II: anti-trafficking") == Words{"anti", "cote", "d", "ii", "ivoire", "trafficking"});
  CHECK(search_words("İstanbul STRASSE straße") == Words{"istanbul", "strasse"});
  CHECK(search_words("وزارة العمل") == Words{"وزارة", "العمل"});
  CHECK(search_words("ministry\xff") == Words{});
  CHECK(search_words("").empty());
  CHECK(search_words(std::string(500, 'a')) == Words{std::string(word_bytes_max, 'a')});
}
