#include "tools/acta/event_printer.h"

#include <charconv>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/history_item.h"
#include "tools/acta/terminal.h"

namespace acta::cli {
namespace {

std::string sentence_of(const Json& event) {
  return position_of(event) + "  " + happened(event) + "  " + type_of(event) + "  " + text_at(event, "subject") + "  " + text_at(event, "actorrole");
}

std::optional<std::uint64_t> number_of(const std::string& digits) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

EventPrinter::EventPrinter(bool json) : json_(json), width_(terminal_width()) {}

bool EventPrinter::take(std::string_view piece) {
  rest_ += piece;
  std::size_t begin = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; begin = end + 1, end = rest_.find('\n', begin))
    take_line(std::string_view(rest_).substr(begin, end - begin));
  rest_.erase(0, begin);
  return static_cast<bool>(std::cout << std::flush);
}

void EventPrinter::take_line(std::string_view line) {
  const Json event = parse_answer(line);
  if (!event.is_object()) return;
  const auto position = number_of(text_at(event, "sequence"));
  if (!position) return take_control(event);
  if (next_ && *position < *next_) return;   // was printed before the server went
  print(event, line);
  next_ = *position + 1;
}

// progress, caught-up, fell-behind, shutdown: each says up to where nothing is missing.
void EventPrinter::take_control(const Json& frame) {
  for (const auto& [name, value] : frame.items()) {
    const Json& next = member(value, "next");
    if (next.is_number_unsigned()) next_ = std::max(next_.value_or(0), next.get<std::uint64_t>());
  }
}

void EventPrinter::print(const Json& event, std::string_view line) {
  if (json_) std::cout << line << "\n";
  else std::cout << cut(printable(sentence_of(event)), width_) << "\n";
  ++printed_;
}

}  // namespace acta::cli
