#include "tools/generate/output.h"

namespace acta::generate {
namespace {

std::string_view word_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::text: return "text";
    case FieldKind::number: return "whole number";
    case FieldKind::flag: return "true or false";
    case FieldKind::enumeration: return "one of";
    case FieldKind::person: return "person";
    case FieldKind::date: return "date";
    case FieldKind::digest: return "SHA-256 digest";
    case FieldKind::money: return "money";
    case FieldKind::bytes: return "bytes";
    case FieldKind::table: return "table";
  }
  return {};
}

std::string kind_text(const Field& field) {
  std::string text(field.list ? "list of " : "");
  text += word_of(field.kind);
  for (std::size_t i = 0; i < field.values.size(); ++i) text.append(i == 0 ? " " : ", ").append("`" + field.values[i] + "`");
  return text;
}

// A bar would end the cell.
std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

void add_rows(std::string& out, const Table& table, const std::string& prefix) {
  for (const Field& field : table.fields) {
    const std::string personal = field.personal ? "of `" + field.of + "`, " + field.retention : std::string();
    out += "| `" + prefix + field.name + "` | " + cell(kind_text(field)) + " | " + (field.must ? "must" : "") + " | " + personal + " | " + cell(field.doc.empty() ? field.label : field.doc) + " |\n";
    if (field.table) add_rows(out, *field.table, prefix + field.name + ".");
  }
}

void add_type(std::string& out, const EventType& type) {
  out += "### " + type.name + "\n\n**" + type.label + "** (" + (type.nature == Nature::act ? "act" : "fact") + (type.irrevocable ? ", irrevocable" : "") + "; version " +
         std::to_string(type.version) + "; kept as `" + type.retention + "`). " + type.doc + "\n\n";
  if (type.table->fields.empty()) return;
  out += "| field | kind | | personal | meaning |\n|---|---|---|---|---|\n";
  add_rows(out, *type.table, "");
  out += "\n";
}

}  // namespace

std::string event_reference(const Catalogue& catalogue) {
  std::string out =
      "# Events\n\nWritten by the build from `schemas/`; do not edit. An *act* is the recorder's own decision, a *fact* something\n"
      "reported. Fields marked *must* are present and not empty. Personal fields are sealed under a key of the person they name.\n";
  std::string area;
  for (const EventType& type : catalogue.types()) {
    if (type.area != area) out += "\n## " + type.area + "\n\n";
    area = type.area;
    add_type(out, type);
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace acta::generate
