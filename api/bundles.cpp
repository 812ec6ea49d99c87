// GET /v1/ledger/bundle: cases or a range of entries as one file that can be checked without us.

#include "api/resource.h"
#include "engine/bundle/bundle.h"

namespace acta {
namespace {

Result<std::vector<CaseId>> cases_asked(const Call& call) {
  std::vector<CaseId> cases;
  std::string_view rest = call.query.text("case").value_or("");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    ACTA_TRY(const CaseId id, find_case(call, rest.substr(0, end)));
    cases.push_back(id);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return cases;
}

Result<BundleScope> scope_asked(const Call& call) {
  BundleScope scope;
  ACTA_TRY(scope.cases, cases_asked(call));
  ACTA_TRY(const auto from, call.query.number("from"));
  ACTA_TRY(const auto to, call.query.number("to"));
  ACTA_TRY(scope.as_of, call.query.instant("as_of"));
  if (from.has_value() != to.has_value()) return error(Code::malformed, "query parameters `from` and `to`: a range has both");
  if (from) scope.range = BundledRange{*from, *to};
  return scope;
}

// How much of the ledger has to be under the checkpoint, so that nothing asked for is left out.
Result<std::uint64_t> size_needed(const Call& call, const BundleScope& scope) {
  if (scope.range) return scope.range->to;
  std::uint64_t size = 0;
  for (const CaseId& id : scope.cases) {
    ACTA_TRY(const auto positions, call.engine().ledger().positions_of(id));
    if (!positions.empty()) size = std::max(size, positions.back().value + 1);
  }
  return size;
}

}  // namespace

Result<Response> show_bundle(const Call& call) {
  ACTA_CHECK(call.query.only({"case", "from", "to", "as_of"}));
  BundleRequest request;
  ACTA_TRY(request.scope, scope_asked(call));
  ACTA_TRY(const auto size, size_needed(call, request.scope));
  ACTA_TRY(request.note, note_over(call, size));
  request.made = call.engine().clock().now();
  Response response;
  ACTA_TRY(response.pieces, make_bundle(call.engine(), request));
  response.headers = {{"Content-Type", "application/x-tar"}, {"Cache-Control", "no-store"}, {"Content-Disposition", "attachment; filename=\"acta-bundle.tar\""}};
  return response;
}

}  // namespace acta
