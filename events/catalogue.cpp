#include "events/catalogue.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "events/catalogue_reader.h"
#include "events/sha256.h"

namespace acta {
namespace {

Result<std::uint16_t> read_version(const reflection::Object& object) {
  const std::string text = attribute(object, "version").value_or("1");
  std::uint16_t version = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), version);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || version == 0) return error(Code::invalid, "has a `version` that is no number from 1 to 65535");
  return version;
}

std::string area_of(std::string_view full_name) {
  const auto dot = full_name.rfind('.');
  return dot == std::string_view::npos ? std::string() : last_component(full_name.substr(0, dot));
}

// A box that names no retention class of its own is kept as long as its entry.
std::shared_ptr<const Table> with_retention(const Table& table, const std::string& retention) {
  auto filled = std::make_shared<Table>(table);
  for (Field& field : filled->fields)
    if (field.personal && field.retention.empty()) field.retention = retention;
  return filled;
}

Result<void> check_words(const EventType& type) {
  if (type.label.empty()) return error(Code::invalid, "has no `label`");
  if (type.retention.empty()) return error(Code::invalid, "has no `retention`");
  if (type.doc.empty()) return error(Code::invalid, "has no `///` comment that says what happened");
  if (type.area.empty()) return error(Code::invalid, "is in no namespace");
  return {};
}

Result<EventType> read_words(const reflection::Object& object) {
  EventType type;
  type.name = last_component(object.name()->string_view());
  type.area = area_of(object.name()->string_view());
  type.label = attribute(object, "label").value_or("");
  type.doc = documentation(object.documentation());
  type.retention = attribute(object, "retention").value_or("");
  type.irrevocable = has_attribute(object, "irrevocable");
  type.nature = has_attribute(object, "act") ? Nature::act : Nature::fact;
  if (has_attribute(object, "act") && has_attribute(object, "fact")) return error(Code::invalid, "is both `act` and `fact`");
  ACTA_TRY(type.version, read_version(object));
  ACTA_CHECK(check_words(type));
  return type;
}

Result<EventType> read_type(const reflection::Schema& schema, const reflection::Object& object, const Hash& digest) {
  auto type = read_words(object);
  if (!type) return error(Code::invalid, "schema: " + object.name()->str() + " " + type.error().message);
  ACTA_TRY(const std::shared_ptr<const Table> table, read_table(schema, object, 0));
  ACTA_CHECK(check_personal(*table));
  type->table = with_retention(*table, type->retention);
  type->schema = digest;
  return type;
}

Result<void> add_types(std::vector<EventType>& types, const Bytes& bytes) {
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (bytes.size() < 8 || !reflection::SchemaBufferHasIdentifier(bytes.data()) || !reflection::VerifySchemaBuffer(verifier)) return error(Code::invalid, "schema: not a binary FlatBuffers schema");
  const reflection::Schema& schema = *reflection::GetSchema(bytes.data());
  const Hash digest = sha256(bytes);
  for (const auto* object : *schema.objects()) {
    if (!has_attribute(*object, "act") && !has_attribute(*object, "fact")) continue;
    ACTA_TRY(EventType type, read_type(schema, *object, digest));
    types.push_back(std::move(type));
  }
  return {};
}

// `types` is sorted: those of one name that stand in several areas are found side by side by name.
Result<void> check_names(std::vector<const EventType*> types) {
  const auto by_name = [](const EventType* a, const EventType* b) { return a->name < b->name; };
  std::stable_sort(types.begin(), types.end(), by_name);
  for (std::size_t i = 1; i < types.size(); ++i) {
    const EventType& a = *types[i - 1];
    const EventType& b = *types[i];
    if (a.name == b.name && (a.area != b.area || (a.version == b.version && a.schema == b.schema))) return error(Code::invalid, "schema: the type " + a.name + " stands twice, in " + a.area + " and in " + b.area);
  }
  return {};
}

bool before(const EventType& a, const EventType& b) { return std::tie(a.area, a.name, a.version) < std::tie(b.area, b.name, b.version); }

}  // namespace

Catalogue::Catalogue() = default;
Catalogue::~Catalogue() = default;

Result<std::shared_ptr<const Catalogue>> Catalogue::from(std::vector<Bytes> schemas) {
  const std::shared_ptr<Catalogue> catalogue(new Catalogue);
  catalogue->schemas_ = std::move(schemas);
  for (const Bytes& bytes : catalogue->schemas_) ACTA_CHECK(add_types(catalogue->types_, bytes));
  std::stable_sort(catalogue->types_.begin(), catalogue->types_.end(), before);
  std::vector<const EventType*> all;
  for (const EventType& type : catalogue->types_) all.push_back(&type);
  ACTA_CHECK(check_names(std::move(all)));
  return std::shared_ptr<const Catalogue>(catalogue);
}

const EventType* Catalogue::find(std::string_view type) const {
  const auto newest = std::find_if(types_.rbegin(), types_.rend(), [&](const EventType& one) { return one.name == type; });
  return newest == types_.rend() ? nullptr : &*newest;
}

const EventType* Catalogue::find(std::string_view type, const Hash& schema) const {
  const auto found = std::find_if(types_.begin(), types_.end(), [&](const EventType& one) { return one.name == type && one.schema == schema; });
  return found == types_.end() ? nullptr : &*found;
}

}  // namespace acta
