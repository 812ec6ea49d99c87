// Paths into an event: what the rules of a process may read.

#include <algorithm>

#include "events/render.h"
#include "events/table_reader.h"
#include "events/value.h"

namespace acta {
namespace {

struct Step {
  std::string_view name, rest;
};

Step first_step(std::string_view path) {
  const std::size_t dot = path.find('.');
  return dot == std::string_view::npos ? Step{path, {}} : Step{path.substr(0, dot), path.substr(dot + 1)};
}

Result<FieldKind> check_step(const Table& table, std::string_view path) {
  const auto [name, rest] = first_step(path);
  const Field* field = table.find(name);
  if (field == nullptr) return error(Code::invalid, table.name + " has no field `" + std::string(name) + "`");
  if (field->personal) return error(Code::invalid, "`" + std::string(name) + "` is personal: rules may not read it");
  if (name.size() == path.size()) return field->kind;
  if (field->kind != FieldKind::table) return error(Code::invalid, "`" + std::string(name) + "` is no table: nothing is below it");
  return check_step(*field->table, rest);
}

// Every value at the path, in order; `several` tells whether a list lies on the way.
void collect(const Table& table, const flatbuffers::Table& held, std::string_view path, List& found, bool& several) {
  const auto [name, rest] = first_step(path);
  const Field* field = table.find(name);
  if (field == nullptr) return;
  if (field->kind != FieldKind::table) {
    if (auto value = read_field(table, *field, held)) found.push_back(*std::move(value));
    return;
  }
  several = several || field->list;
  for (const auto* inner : tables_in(*field, held)) collect(*field->table, *inner, rest, found, several);
}

}  // namespace

Result<FieldKind> check_path(const EventType& type, std::string_view path) { return check_step(*type.table, path); }

std::optional<Value> read_path(const EventType& type, ByteView payload, std::string_view path) {
  List found;
  bool several = false;
  collect(*type.table, *flatbuffers::GetRoot<flatbuffers::Table>(payload.data()), path, found, several);
  if (found.empty()) return std::nullopt;
  if (!several) return std::move(found.front());
  return list(std::move(found));
}

}  // namespace acta
