#include "tools/acta/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "events/log.h"

namespace acta::cli {
namespace {

constexpr std::size_t digits_exact = 15;
constexpr std::string_view name_characters = "abcdefghijklmnopqrstuvwxyz0123456789_";

std::string quoted(std::string_view text) { return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace); }

// A name at the front, up to `end`; empty where there is none.
std::string_view take_name(std::string_view& rest) {
  const std::string_view name = rest.substr(0, std::min(rest.find_first_not_of(name_characters), rest.size()));
  rest.remove_prefix(name.size());
  return name;
}

bool begins_member(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != ' ') return false;
  text.remove_prefix(1);
  return !take_name(text).empty() && text.starts_with('=');
}

// Between quotes, which may hold quotes: it ends where a quote is followed by the next member.
std::optional<std::string_view> take_quoted(std::string_view& rest) {
  for (std::size_t end = rest.find('"', 1); end != std::string_view::npos; end = rest.find('"', end + 1)) {
    if (!begins_member(rest.substr(end + 1))) continue;
    const std::string_view value = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> take_value(std::string_view& rest) {
  if (rest.starts_with('"')) return take_quoted(rest);
  const std::string_view value = rest.substr(0, rest.find(' '));
  rest.remove_prefix(value.size());
  return value;
}

// A whole number that every JSON reader keeps exactly.
bool is_number(std::string_view text) {
  const bool digits = !text.empty() && text.size() <= digits_exact && text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits && (text.size() == 1 || text.front() != '0');
}

std::optional<std::string> members_of(std::string_view rest) {
  const std::string_view event = take_name(rest);
  if (event.empty()) return std::nullopt;
  std::string out = "\"event\":" + quoted(event);
  while (!rest.empty()) {
    if (!begins_member(rest)) return std::nullopt;
    rest.remove_prefix(1);
    const std::string_view name = take_name(rest);
    rest.remove_prefix(1);
    const bool in_quotes = rest.starts_with('"');
    const auto value = take_value(rest);
    if (!value) return std::nullopt;
    out += "," + quoted(name) + ":" + (!in_quotes && is_number(*value) ? std::string(*value) : quoted(*value));
  }
  return out;
}

class MembersFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const std::string text = log_members({message.payload.data(), message.payload.size()});
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<MembersFlag>(); }
};

class PlainFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string text(message.payload.data(), message.payload.size());
    std::replace_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PlainFlag>(); }
};

}  // namespace

std::string log_members(std::string_view message) {
  if (auto members = members_of(message)) return *std::move(members);
  return "\"event\":" + quoted(message);
}

namespace {

spdlog::level::level_enum level_of(const std::string& level) {
  if (level == "debug") return spdlog::level::debug;
  if (level == "info") return spdlog::level::info;
  return level == "error" ? spdlog::level::err : spdlog::level::warn;
}

}  // namespace

void log_to_stderr(const LogOptions& options) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  const bool json = options.format != "text";
  formatter->add_flag<MembersFlag>('*').add_flag<PlainFlag>('@').set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%*})" : "%Y-%m-%dT%H:%M:%S.%fZ %l %@");
  auto logger = std::make_shared<spdlog::logger>("acta", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::move(formatter));
  logger->set_level(level_of(options.level));
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(const std::string& level) { spdlog::default_logger()->set_level(level_of(level)); }

}  // namespace acta::cli
