#include "tools/generate/output.h"

namespace acta::generate {
namespace {

constexpr std::size_t per_line = 32;

std::string array(const std::string& identifier, const Bytes& bytes) {
  std::string text = "const std::uint8_t " + identifier + "[] = {";
  for (std::size_t i = 0; i < bytes.size(); ++i) text.append(i % per_line == 0 ? "\n  " : "").append(std::to_string(bytes[i])).append(",");
  return text + "\n};\n";
}

std::string arrays(const std::string& prefix, const std::vector<Named>& files) {
  std::string text;
  for (std::size_t i = 0; i < files.size(); ++i) text += array(prefix + std::to_string(i), files[i].bytes);
  return text;
}

std::string function(const std::string& name, const std::string& prefix, const std::vector<Named>& files) {
  std::string text = "const std::vector<ShippedSchema>& " + name + "() {\n  static const std::vector<ShippedSchema> all = {\n";
  for (std::size_t i = 0; i < files.size(); ++i) text += "    {\"" + files[i].name + "\", ByteView(" + prefix + std::to_string(i) + ")},\n";
  return text + "  };\n  return all;\n}\n";
}

}  // namespace

std::string shipped_source(const std::vector<Named>& schemas, const std::vector<Named>& control, const std::vector<Named>& processes) {
  return "// Written by acta-generate.\n#include \"events/catalogue.h\"\n\nnamespace acta {\nnamespace {\n\n" + arrays("schema_", schemas) + arrays("control_", control) + arrays("process_", processes) + "\n}  // namespace\n\n" +
         function("shipped_schemas", "schema_", schemas) + "\n" + function("shipped_control_schemas", "control_", control) + "\n" + function("shipped_processes", "process_", processes) + "\n}  // namespace acta\n";
}

}  // namespace acta::generate
