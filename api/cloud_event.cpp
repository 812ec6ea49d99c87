#include <nlohmann/json.hpp>

#include "api/entry_json.h"
#include "api/uri.h"
#include "events/render.h"

namespace acta {
namespace {

constexpr std::size_t sequence_digits = 20;

std::string padded(Position position) {
  const auto digits = std::to_string(position.value);
  return std::string(sequence_digits - digits.size(), '0') + digits;
}

std::string evidence_text(const std::vector<Evidence>& evidence) {
  std::string out;
  for (const auto& item : evidence) {
    if (!out.empty()) out += ' ';
    out += item.category + ":" + (item.digest ? to_text(*item.digest) : "-");
  }
  return out;
}

const EventType* type_of(const Engine& engine, const Entry& entry) {
  return entry.schema ? engine.catalogue().find(entry.type, *entry.schema) : engine.catalogue().find(entry.type);
}

std::string type_name(const EventType* type, const Entry& entry) {
  return "org.acta." + (type ? type->area : std::string("unknown")) + "." + entry.type + ".v" + std::to_string(entry.version);
}

void add_text(Json& out, const char* name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}

void add_origin(const Engine& engine, const Entry& entry, Json& out) {
  out["source"] = "/facilities/" + percent_encoded(engine.genesis().facility);
  out["subject"] = entry.case_id ? "case/" + to_text(*entry.case_id) : "ledger";
  out["time"] = to_text(entry.occurred_at);
  out["recordedtime"] = to_text(entry.recorded_at);
  out["timeprecision"] = name_of(entry.precision);
  out["sequence"] = padded(entry.position);
  if (entry.revision) out["caserevision"] = *entry.revision;
  out["entrykind"] = name_of(entry.kind);
  out["entrymark"] = name_of(entry.mark);
}

void add_context(const Entry& entry, Json& out) {
  add_text(out, "reasoncode", entry.reason);
  if (entry.definition) out["definition"] = to_text(*entry.definition);
  add_text(out, "evidence", evidence_text(entry.evidence));
  if (entry.actor.person) out["actorid"] = to_text(*entry.actor.person);
  add_text(out, "actorrole", entry.actor.role);
  if (entry.correlation) out["correlationid"] = to_text(*entry.correlation);
  add_text(out, "traceparent", entry.trace);
  add_text(out, "refusedby", entry.rule);
  if (entry.conflict) out["conflictsequence"] = padded(*entry.conflict);
}

Result<void> add_cause(const Engine& engine, const Entry& entry, Json& out) {
  if (!entry.cause) return {};
  ACTA_TRY(const auto cause, engine.ledger().read(*entry.cause));
  out["causationid"] = to_text(cause.event_id);
  return {};
}

// CloudEvents wants an absolute URI there. It is the ledger's own name that stands before the path, not an address: the same
// for ever, whoever serves it.
Result<void> add_data(const Engine& engine, const EventType* type, const Entry& entry, Json& out) {
  if (entry.payload.empty()) return {};
  if (!type) return error(Code::damaged, "entry " + std::to_string(entry.position.value) + " names a schema the ledger does not hold");
  out["datacontenttype"] = "application/json";
  out["dataschema"] = "https://" + engine.genesis().origin + "/v1/schemas/" + to_text(type->schema) + "/" + type->name;
  out["data"] = render(*type, entry.payload);
  return {};
}

}  // namespace

Result<Json> cloud_event(const Engine& engine, const Entry& entry, const Hash& leaf) {
  const auto* type = type_of(engine, entry);
  Json out = {{"specversion", "1.0"}, {"id", to_text(entry.event_id)}, {"type", type_name(type, entry)}, {"leafhash", to_text(leaf)}};
  add_origin(engine, entry, out);
  add_context(entry, out);
  ACTA_CHECK(add_cause(engine, entry, out));
  ACTA_CHECK(add_data(engine, type, entry, out));
  return out;
}

Result<Json> personal_json(const Engine& engine, const Entry& entry) {
  Json out = Json::array();
  ACTA_TRY(const auto boxes, engine.open_boxes(entry));
  const auto* type = type_of(engine, entry);
  for (const auto& box : boxes) {
    Json item = {{"person", to_text(box.person)}, {"retention", box.retention}, {"erased", !box.plaintext}};
    if (box.plaintext && type) item["data"] = render(*type, *box.plaintext);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace acta
