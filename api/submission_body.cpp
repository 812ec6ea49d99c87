#include "api/submission_body.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace acta {
namespace {

constexpr std::array<std::string_view, 7> body_members = {"type", "data", "occurred_at", "precision", "evidence", "reason", "correlation"};
constexpr std::array<std::string_view, 4> evidence_members = {"category", "digest", "size", "media_type"};

Error wrong(std::string pointer, std::string detail) {
  auto failure = error(Code::invalid, "the body is wrong at " + (pointer.empty() ? std::string("its root") : pointer) + ": " + detail);
  failure.fields.push_back({std::move(pointer), std::move(detail)});
  return failure;
}

bool among(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<void> only_members(const Json& object, std::string_view at, std::span<const std::string_view> known, std::span<const std::string_view> more) {
  if (!object.is_object()) return wrong(std::string(at), "an object is wanted");
  for (const auto& member : object.items())
    if (!among(known, member.key()) && !among(more, member.key())) return wrong(std::string(at) + "/" + member.key(), "unknown member");
  return {};
}

// Pointers of the data are those of the whole body.
Error below_data(Error failure) {
  for (auto& field : failure.fields) field.pointer = "/data" + field.pointer;
  return failure;
}

Result<Draft> read_draft(const Catalogue& catalogue, const Json& body) {
  ACTA_TRY(const auto name, text_member(body, "type"));
  if (!name) return wrong("/type", "missing: the name of an event type");
  const auto* type = catalogue.find(*name);
  if (!type) return wrong("/type", "no such event type in this ledger");
  const auto data = body.find("data");
  if (data == body.end()) return wrong("/data", "missing");
  auto draft = check(*type, *data);
  if (!draft) return below_data(draft.error());
  return draft;
}

Result<std::optional<Precision>> read_precision(const Json& body) {
  ACTA_TRY(const auto name, text_member(body, "precision"));
  if (!name) return std::optional<Precision>();
  const auto precision = parse_precision(*name);
  if (!precision) return wrong("/precision", "instant, day, month or year");
  return precision;
}

Result<std::optional<Instant>> read_occurred_at(const Json& body) {
  ACTA_TRY(const auto text, text_member(body, "occurred_at"));
  if (!text) return std::optional<Instant>();
  const auto instant = parse_instant(*text);
  if (!instant) return wrong("/occurred_at", "a time is RFC 3339, as 2024-05-13T09:00:00Z");
  return std::optional(*instant);
}

Result<std::optional<EventId>> read_correlation(const Json& body) {
  ACTA_TRY(const auto text, text_member(body, "correlation"));
  if (!text) return std::optional<EventId>();
  const auto uuid = parse_uuid(*text);
  if (!uuid) return wrong("/correlation", "the id of an event is wanted, a UUID");
  return std::optional(EventId{*uuid});
}

Result<std::optional<Hash>> read_digest(const Json& item) {
  ACTA_TRY(const auto text, text_member(item, "digest"));
  if (!text) return std::optional<Hash>();
  const auto bytes = from_hex(*text);
  Hash digest;
  if (!bytes || bytes->size() != digest.bytes.size()) return wrong("/digest", "64 hex digits, the SHA-256 of the document");
  std::copy(bytes->begin(), bytes->end(), digest.bytes.begin());
  return std::optional(digest);
}

// Documents are not kept here yet: what is named is marked as not held.
Result<Evidence> read_evidence(const Json& item) {
  ACTA_CHECK(only_members(item, "", evidence_members, {}));
  Evidence out;
  ACTA_TRY(const auto category, text_member(item, "category"));
  if (!category) return wrong("/category", "missing");
  out.category = *category;
  ACTA_TRY(out.digest, read_digest(item));
  ACTA_TRY(const auto media_type, text_member(item, "media_type"));
  out.media_type = media_type.value_or("");
  const auto size = item.find("size");
  if (size != item.end() && !size->is_number_unsigned()) return wrong("/size", "a number of bytes is wanted");
  if (size != item.end()) out.size = size->get<std::uint64_t>();
  return out;
}

Result<std::vector<Evidence>> read_evidence_list(const Json& body) {
  std::vector<Evidence> out;
  const auto list = body.find("evidence");
  if (list == body.end()) return out;
  if (!list->is_array()) return wrong("/evidence", "a list is wanted");
  for (const auto& item : *list) {
    auto evidence = read_evidence(item);
    if (!evidence) return wrong("/evidence/" + std::to_string(out.size()) + evidence.error().fields.front().pointer, evidence.error().fields.front().detail);
    out.push_back(*std::move(evidence));
  }
  return out;
}

}  // namespace

Result<std::optional<std::string>> text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::optional<std::string>();
  if (!found->is_string()) return wrong(std::string("/") + name, "a text is wanted");
  return std::optional(found->get<std::string>());
}

Result<void> read_submission(const Catalogue& catalogue, const Json& body, std::span<const std::string_view> more, Submission& out) {
  ACTA_CHECK(only_members(body, "", body_members, more));
  ACTA_TRY(out.draft, read_draft(catalogue, body));
  ACTA_TRY(out.occurred_at, read_occurred_at(body));
  ACTA_TRY(out.precision, read_precision(body));
  ACTA_TRY(out.evidence, read_evidence_list(body));
  ACTA_TRY(const auto reason, text_member(body, "reason"));
  out.reason = reason.value_or("");
  ACTA_TRY(out.correlation, read_correlation(body));
  return {};
}

}  // namespace acta
