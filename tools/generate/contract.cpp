// The contract: what schemas/openapi.yaml says, and a schema for the data of each event type.

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include "events/json_schema.h"
#include "tools/generate/output.h"

namespace acta::generate {
namespace {

constexpr std::string_view contract_beginning = "openapi: 3.1.";
constexpr const char* schemas_path = "#/components/schemas/";

std::string public_name(const EventType& type) { return type.name + ".public"; }
std::string outside_name(const EventType& type) { return "org.acta." + type.area + "." + type.name + ".v" + std::to_string(type.version); }

// A type member decides which schema its data member has.
Json branch(const std::string& type, const std::string& schema) {
  return {{"if", {{"properties", {{"type", {{"const", type}}}}}}}, {"then", {{"properties", {{"data", {{"$ref", schemas_path + schema}}}}}}}};
}

struct Data {
  Json names = Json::array(), branches = Json::array();
  void add(const std::string& type, const std::string& schema) {
    names.push_back(type);
    branches.push_back(branch(type, schema));
  }
  Json schema(const char* description) const {
    return {{"description", description}, {"type", "object"}, {"properties", {{"type", {{"enum", names}}}}}, {"allOf", branches}};
  }
};

// One line a schema: JSON is YAML too.
std::string line(const std::string& name, const Json& schema) { return "    " + name + ": " + schema.dump() + "\n"; }

Json scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;  // it stood in quotes
  const auto plain = Json::parse(text, nullptr, false);
  return plain.is_discarded() || plain.is_string() ? Json(text) : plain;
}

Json json_of(const YAML::Node& node) {
  if (node.IsScalar()) return scalar(node);
  Json out = node.IsSequence() ? Json::array() : node.IsMap() ? Json::object() : Json();
  for (const auto& item : node) {
    if (node.IsMap()) out[item.first.Scalar()] = json_of(item.second);
    else out.push_back(json_of(item));
  }
  return out;
}

}  // namespace

std::string contract_yaml(std::string paths, const Catalogue& catalogue) {
  Data input, reading;
  for (const EventType& type : catalogue.types()) {
    input.add(type.name, type.name);
    reading.add(outside_name(type), public_name(type));
    paths += line(type.name, schema_of(type, SchemaFor::input)) + line(public_name(type), schema_of(type, SchemaFor::reading));
  }
  return paths + line("DataOfType", input.schema("The data of an event, by its type, as it is recorded.")) +
         line("PublicDataOfType", reading.schema("The data of an event, by its type, as everybody may read it: without personal members."));
}

Result<std::string> contract_json(const std::string& yaml) {
  if (yaml.find(contract_beginning) == std::string::npos) return error(Code::invalid, "the contract has no line `" + std::string(contract_beginning) + "…`");
  try {
    return json_of(YAML::Load(yaml)).dump();
  } catch (const YAML::Exception& wrong) {
    return error(Code::invalid, std::string("the contract is no YAML: ") + wrong.what());
  }
}

}  // namespace acta::generate
