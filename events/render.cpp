#include "events/render.h"

#include <nlohmann/json.hpp>

#include "events/table_reader.h"

namespace acta {
namespace {

struct Renderer {
  Json operator()(const std::string& text) const { return text; }
  Json operator()(std::int64_t number) const { return number; }
  Json operator()(bool flag) const { return flag; }
  Json operator()(const AnyId& id) const { return to_text(id); }
  Json operator()(const Money& money) const { return {{"amount", render_amount(money)}, {"currency", money.currency}}; }
  Json operator()(const List& list) const {
    Json items = Json::array();
    for (const Value& item : list) items.push_back(render(item));
    return items;
  }
};

Json render_table(const Table& table, const flatbuffers::Table& held);

// Absent: nothing.
std::optional<Json> render_tables(const Field& field, const flatbuffers::Table& held) {
  const auto tables = tables_in(field, held);
  if (!field.list) return tables.empty() ? std::nullopt : std::optional(render_table(*field.table, *tables.front()));
  if (tables.empty() && !held.CheckField(flatbuffers::FieldIndexToOffset(field.id))) return std::nullopt;
  Json items = Json::array();
  for (const auto* one : tables) items.push_back(render_table(*field.table, *one));
  return items;
}

Json render_table(const Table& table, const flatbuffers::Table& held) {
  Json out = Json::object();
  for (const Field& field : table.fields) {
    if (field.kind == FieldKind::table) {
      if (auto inner = render_tables(field, held)) out[field.name] = *std::move(inner);
    } else if (const auto value = read_field(table, field, held)) {
      out[field.name] = render(*value);
    }
  }
  return out;
}

}  // namespace

Json render(const EventType& type, ByteView payload) {
  return render_table(*type.table, *flatbuffers::GetRoot<flatbuffers::Table>(payload.data()));
}

Json render(const Value& value) { return std::visit(Renderer{}, value.held); }

}  // namespace acta
