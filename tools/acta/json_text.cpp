#include "tools/acta/json_text.h"

#include <nlohmann/json.hpp>

namespace acta::cli {
namespace {

bool is_amount(const Json& value) { return value.is_object() && value.size() == 2 && value.contains("amount") && value.contains("currency"); }

std::string list_text(const Json& list) {
  std::string out;
  for (const Json& value : list) out += (out.empty() ? "" : ", ") + plain(value);
  return out;
}

void flatten_into(const std::string& name, const Json& value, std::vector<std::pair<std::string, std::string>>& rows) {
  if (!value.is_object() || is_amount(value)) return rows.emplace_back(name, plain(value)), void();
  for (const auto& [key, inner] : value.items()) flatten_into(name.empty() ? key : name + "." + key, inner, rows);
}

}  // namespace

Json parse_answer(std::string_view text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json() : value;
}

const Json& member(const Json& object, std::string_view name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(std::string(name));
  return found == object.end() ? nothing : *found;
}

std::string text_at(const Json& object, std::string_view name) { return plain(member(object, name)); }

std::string plain(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (is_amount(value)) return text_at(value, "amount") + " " + text_at(value, "currency");
  if (value.is_array()) return list_text(value);
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::pair<std::string, std::string>> flatten(const Json& object) {
  std::vector<std::pair<std::string, std::string>> rows;
  flatten_into("", object, rows);
  return rows;
}

}  // namespace acta::cli
