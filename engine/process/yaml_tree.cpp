#include "engine/process/yaml_tree.h"

#include <yaml-cpp/yaml.h>

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>


namespace acta {
namespace {

constexpr std::string_view first_line = "acta: 1\n";

struct TooDeep {};

int line_of(const YAML::Mark& mark) { return std::max(mark.line, 0) + 1; }

// Parser events, not yaml-cpp's own nodes: those resolve anchors and tags without a trace.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Faults& faults) : text_(text), faults_(faults) {}
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_properties(mark, "", anchor);
    place(YamlNode{.kind = YamlNode::Kind::empty, .line = line_of(mark), .text = {}, .items = {}, .members = {}});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    faults_.add(line_of(mark), "an alias (*name) is not part of this language: write the text out");
    place(YamlNode{.kind = YamlNode::Kind::empty, .line = line_of(mark), .text = {}, .items = {}, .members = {}});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    refuse_properties(mark, tag, anchor);
    place(YamlNode{.kind = YamlNode::Kind::scalar, .line = line_of(mark), .text = value, .items = {}, .members = {}});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    refuse_properties(mark, tag, anchor);
    enter(YamlNode::Kind::sequence, mark);
  }
  void OnSequenceEnd() override { leave(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    refuse_properties(mark, tag, anchor);
    enter(YamlNode::Kind::map, mark);
  }
  void OnMapEnd() override { leave(); }

 private:
  struct Level {
    YamlNode node;
    std::optional<YamlMember> pending;  // a map's key that waits for its value
  };

  void refuse_properties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) faults_.add(line_of(mark), "an anchor (&name) is not part of this language: write the text out");
    // yaml-cpp reports `?` for plain and `!` for quoted scalars; a tag that stands in the text starts with `!` there.
    const bool known = tag.empty() || tag == "?" || tag == "!";
    const bool written = mark.pos >= 0 && static_cast<std::size_t>(mark.pos) < text_.size() && text_[static_cast<std::size_t>(mark.pos)] == '!';
    if (!known || written) faults_.add(line_of(mark), "a tag (!name) is not part of this language: leave it out");
  }

  void enter(YamlNode::Kind kind, const YAML::Mark& mark) {
    if (levels_.size() >= static_cast<std::size_t>(definition_depth_max)) {
      faults_.add(line_of(mark), "nested deeper than " + std::to_string(definition_depth_max) + " levels");
      throw TooDeep{};
    }
    levels_.push_back(Level{.node = YamlNode{.kind = kind, .line = line_of(mark), .text = {}, .items = {}, .members = {}}, .pending = {}});
  }

  void leave() {
    YamlNode finished = std::move(levels_.back().node);
    levels_.pop_back();
    place(std::move(finished));
  }

  void place(YamlNode node) {
    if (levels_.empty()) {
      root_ = std::move(node);
    } else if (levels_.back().node.kind == YamlNode::Kind::sequence) {
      levels_.back().node.items.push_back(std::move(node));
    } else {
      place_in_map(levels_.back(), std::move(node));
    }
  }

  void place_in_map(Level& map, YamlNode node) {
    if (!map.pending) {
      map.pending = key_of(node);
      return;
    }
    map.pending->value = std::move(node);
    if (map.node.find(map.pending->key) != nullptr) {
      faults_.add(map.pending->line, "`" + map.pending->key + "` stands here twice: keep one");
    } else {
      map.node.members.push_back(std::move(*map.pending));
    }
    map.pending.reset();
  }

  YamlMember key_of(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::scalar || node.text.empty()) faults_.add(node.line, "a key must be a word");
    return YamlMember{.key = node.text, .line = node.line, .value = {}};
  }

  std::string_view text_;
  Faults& faults_;
  std::vector<Level> levels_;
  YamlNode root_;
};

int line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

// Length of the well-formed UTF-8 sequence at `at` (Unicode table 3-7); 0 when there is none.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const int lead = byte(0), second = byte(1);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && second < 0xA0, surrogate = lead == 0xED && second > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool overlong = lead == 0xF0 && second < 0x90, beyond = lead == 0xF4 && second > 0x8F;
  return lead >= 0xF0 && lead <= 0xF4 && tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
}

bool check_characters(std::string_view text, Faults& faults) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const char c = text[at];
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n';
    if (length == 0) faults.add(line_at(text, at), "not UTF-8: save the file as UTF-8 without a byte order mark");
    if (control) faults.add(line_at(text, at), c == '\r' ? "lines end with LF alone, without CR" : "a control character (a tab?): indent with spaces");
    if (length == 0 || control) return false;
    at += length;
  }
  return true;
}

bool check_text(std::string_view text, Faults& faults) {
  if (text.size() > definition_bytes_max) {
    faults.add(1, "larger than 48 KiB: split the process");
    return false;
  }
  if (!text.starts_with(first_line)) {
    faults.add(1, "the first line must be `acta: 1`, the version of the language");
    return false;
  }
  return check_characters(text, faults);
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const YamlMember& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::optional<YamlNode> read_yaml(ByteView bytes, Faults& faults) {
  const std::string_view text = text_view(bytes);
  if (!check_text(text, faults)) return std::nullopt;
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    TreeBuilder builder(text, faults);
    parser.HandleNextDocument(builder);
    YamlNode root = builder.take();
    TreeBuilder rest(text, faults);
    if (parser.HandleNextDocument(rest)) faults.add(rest.take().line, "a second document: a file holds one process");
    return root;
  } catch (const TooDeep&) {
    return std::nullopt;
  } catch (const YAML::Exception& problem) {
    faults.add(line_of(problem.mark), "not YAML: " + problem.msg);
    return std::nullopt;
  }
}

}  // namespace acta
