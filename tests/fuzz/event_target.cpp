// A body to an event of the shipped catalogue and back: what is accepted builds, and renders as it was sent.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "events/assert.h"
#include "events/draft.h"
#include "events/render.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

const Catalogue& shipped() {
  static const auto catalogue = [] {
    std::vector<Bytes> schemas;
    for (const ShippedSchema& schema : shipped_schemas()) schemas.emplace_back(schema.bytes.begin(), schema.bytes.end());
    auto made = Catalogue::from(std::move(schemas));
    ACTA_ASSERT(made);
    return *made;
  }();
  return *catalogue;
}

People everybody() {
  return {.by_handle = [](std::string_view) { return Result<PersonId>(PersonId{}); }, .unnamed = [](std::string_view) { return Result<PersonId>(PersonId{}); }};
}

void normalise(const Table& table, Json& data);

void normalise_value(const Field& field, Json& value) {
  if (field.kind == FieldKind::table) return normalise(*field.table, value);
  if (field.kind == FieldKind::money) value["amount"] = render_amount(*parse_amount(value["amount"].get<std::string>(), value["currency"].get<std::string>()));
  if (field.kind == FieldKind::digest) value = to_hex(*from_hex(value.get<std::string>()));
}

// What may be written in several ways is written in one; persons, who come out as ids, are left out.
void normalise(const Table& table, Json& data) {
  for (const Field& field : table.fields) {
    if (field.kind == FieldKind::person) data.erase(field.name);
    const auto held = data.find(field.name);
    if (held == data.end()) continue;
    if (!field.list) normalise_value(field, *held);
    for (std::size_t i = 0; field.list && i < held->size(); ++i) normalise_value(field, (*held)[i]);
  }
}

Json rendered(const EventType& type, const BuiltEvent& event) {
  Json all = render(type, event.payload);
  for (const PersonalPart& part : event.personal) {
    const Json own = render(type, part.plaintext);
    for (const auto& member : own.items()) ACTA_ASSERT(!all.contains(member.key()));
    all.update(own);
  }
  return all;
}

void check_data(const EventType& type, const Json& data) {
  const auto draft = check(type, data);
  if (!draft) return ACTA_ASSERT(draft.error().code == Code::invalid && !draft.error().fields.empty());
  const auto event = build(*draft, everybody());
  ACTA_ASSERT(event);
  Json sent = data, shown = rendered(type, *event);
  normalise(*type.table, sent);
  normalise(*type.table, shown);
  ACTA_ASSERT(sent == shown);
  ACTA_ASSERT(parse_json(draft->public_json()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = parse_json(text_view({data, size}));
  if (!body || !body->is_object()) return 0;
  ACTA_ASSERT(parse_json(body->dump()) && *parse_json(body->dump()) == *body);
  const auto type = body->find("type"), event_data = body->find("data");
  if (type == body->end() || !type->is_string() || event_data == body->end()) return 0;
  if (const EventType* found = shipped().find(type->get<std::string>())) check_data(*found, *event_data);
  return 0;
}
