#include "tools/generate/output.h"

namespace acta::generate {
namespace {

// As one string literal; NUL and what C++ would read otherwise are escaped, every byte in three octal digits.
std::string literal(const Bytes& bytes) {
  std::string text = "\"";
  for (const std::uint8_t byte : bytes) {
    const bool plain = byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\' && byte != '?';
    if (plain) text += static_cast<char>(byte);
    else text.append({'\\', static_cast<char>('0' + byte / 64), static_cast<char>('0' + byte / 8 % 8), static_cast<char>('0' + byte % 8)});
    if (byte == '\n') text += "\"\n    \"";
  }
  return text + "\"sv";
}

}  // namespace

std::string embedded_source(const std::vector<Named>& files) {
  std::string text = "// Written by acta-generate.\n#include \"api/embedded.h\"\n\nnamespace acta {\n\nstd::string_view embedded(std::string_view name) {\n  using namespace std::string_view_literals;\n";
  for (const Named& file : files) text += "  if (name == \"" + file.name + "\") return\n    " + literal(file.bytes) + ";\n";
  return text + "  return {};\n}\n\n}  // namespace acta\n";
}

}  // namespace acta::generate
