#include "engine/process/reader.h"

#include <algorithm>
#include <charconv>

#include "events/render.h"

namespace acta {
namespace {

constexpr std::string_view event_prefix = "event.";

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

// Follows a path that the catalogue accepted.
PathTarget follow(const EventType& type, std::string_view path) {
  PathTarget target;
  const Table* table = type.table.get();
  while (table != nullptr && !path.empty()) {
    const std::size_t dot = path.find('.');
    target.field = table->find(path.substr(0, dot));
    if (target.field == nullptr) return {};
    target.list = target.list || target.field->list;
    table = target.field->table.get();
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return target;
}

}  // namespace

void expect_words(Faults& faults, const YamlNode& map, std::initializer_list<std::string_view> words, std::string_view what) {
  for (const YamlMember& member : map.members) {
    if (std::find(words.begin(), words.end(), member.key) != words.end()) continue;
    std::vector<std::string> known(words.begin(), words.end());
    faults.add(member.line, quoted(member.key) + " is not a word of " + std::string(what) + "; known: " + joined(known));
  }
}

bool expect_map(Faults& faults, const YamlNode& node, std::string_view what) {
  if (node.kind == YamlNode::Kind::map) return true;
  faults.add(node.line, std::string(what) + " must be a map, as {word: value}");
  return false;
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !text.empty() && text.front() >= 'a' && text.front() <= 'z' && std::all_of(text.begin(), text.end(), fits);
}

std::string read_text(Faults& faults, const YamlNode& node, std::string_view what) {
  const bool blank = node.text.find_first_not_of(" \n") == std::string::npos;
  if (node.kind == YamlNode::Kind::scalar && !blank) return node.text;
  faults.add(node.line, std::string(what) + " must be a text that is not empty");
  return {};
}

std::string read_name(Faults& faults, const YamlNode& node, std::string_view what) {
  std::string name = read_text(faults, node, what);
  if (name.empty() || is_name(name)) return name;
  faults.add(node.line, std::string(what) + " " + quoted(name) + " must be lower-case letters, digits and _, a letter first");
  return {};
}

std::string read_member(Faults& faults, const YamlNode& map, std::string_view key, std::string_view what) {
  if (const YamlNode* node = map.find(key)) return read_text(faults, *node, quoted(key));
  faults.add(map.line, std::string(what) + " needs " + quoted(key));
  return {};
}

std::vector<std::string> read_texts(Faults& faults, const YamlNode& node, std::string_view what) {
  std::vector<std::string> texts;
  if (node.kind == YamlNode::Kind::scalar) texts.push_back(read_text(faults, node, what));
  for (const YamlNode& item : node.items) texts.push_back(read_text(faults, item, what));
  if (texts.empty()) faults.add(node.line, std::string(what) + " must be a list that is not empty, as [a, b]");
  std::erase(texts, std::string{});
  return texts;
}

std::optional<std::int64_t> read_count(Faults& faults, const YamlNode& node, std::string_view what) {
  constexpr std::int64_t count_max = 1'000;
  std::int64_t count = -1;
  const char* end = node.text.data() + node.text.size();
  const auto parsed = std::from_chars(node.text.data(), end, count);
  if (parsed.ec == std::errc{} && parsed.ptr == end && count >= 0 && count <= count_max) return count;
  faults.add(node.line, std::string(what) + " must be a whole number from 0 to 1000");
  return std::nullopt;
}

bool read_true(Faults& faults, const YamlNode* node, std::string_view what) {
  if (node == nullptr) return false;
  if (node->text != "true") faults.add(node->line, std::string(what) + " can only be `true`: leave it out otherwise");
  return true;
}

const EventType* read_event(Reading& reading, std::string_view type, int line) {
  const EventType* found = reading.catalogue.find(type);
  if (found == nullptr) reading.faults.add(line, quoted(type) + " is not an event type of any schema");
  return found;
}

std::string read_path_of(Reading& reading, const YamlNode& node, const EventType& type, PathTarget* target) {
  const std::string text = read_text(reading.faults, node, "a path");
  if (text.empty()) return {};
  if (!text.starts_with(event_prefix)) {
    reading.faults.add(node.line, quoted(text) + " is not a path: write `event.<field>`");
    return {};
  }
  std::string path = text.substr(event_prefix.size());
  if (auto checked = check_path(type, path); !checked) {
    reading.faults.add(node.line, quoted(text) + " of " + type.name + ": " + checked.error().message);
    return {};
  }
  if (target != nullptr) *target = follow(type, path);
  return path;
}

}  // namespace acta
