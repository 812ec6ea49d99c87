#include "events/json.h"

#include <nlohmann/json.hpp>

namespace acta {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Error not_json(std::string what) { return error(Code::malformed, "not JSON as RFC 8259 and I-JSON want it: " + std::move(what)); }

// Builds the document and refuses what the library lets pass. Its words never quote the text: it may hold somebody's data.
class StrictBuilder final : public nlohmann::json_sax<Json> {
 public:
  Result<Json> take() {
    if (failure_) return *std::move(failure_);
    return std::move(root_);
  }

  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t& written) override {
    const bool whole = written.find_first_of(".eE") == string_t::npos;
    return whole ? fail("a number does not fit into 64 bits") : put(value);
  }
  bool string(string_t& value) override { return has_nul(value) ? fail("a text holds the character NUL") : put(std::move(value)); }
  bool binary(binary_t&) override { return fail("binary"); }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    levels_.back().name = std::move(name);
    if (has_nul(levels_.back().name)) return fail("a member's name holds the character NUL");
    return levels_.back().container->contains(levels_.back().name) ? fail("a member stands twice") : true;
  }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    return fail("it breaks off or goes wrong at byte " + std::to_string(at));
  }

 private:
  struct Level {
    Json* container;
    std::string name;  // of the member under way
  };

  static bool has_nul(const std::string& text) { return text.find('\0') != std::string::npos; }

  bool fail(std::string what) {
    failure_ = not_json(std::move(what));
    if (!levels_.empty()) failure_->fields.push_back({.pointer = pointer(), .detail = failure_->message});
    return false;
  }

  // Of an outer array the item under way is its last; in the innermost one it is not there yet.
  std::string pointer() const {
    std::string text;
    for (const Level& level : levels_) {
      const std::size_t placed = &level == &levels_.back() ? 0 : 1;
      text += pointer_step(level.container->is_array() ? std::to_string(level.container->size() - placed) : level.name);
    }
    return text;
  }

  Json& place(Json value) {
    if (levels_.empty()) return root_ = std::move(value);
    Json& container = *levels_.back().container;
    if (!container.is_array()) return container[levels_.back().name] = std::move(value);
    container.push_back(std::move(value));
    return container.back();
  }

  bool put(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (levels_.size() == json_depth_max) return fail("it nests deeper than " + std::to_string(json_depth_max) + " levels");
    levels_.push_back({.container = &place(std::move(container)), .name = {}});
    return true;
  }

  bool close() {
    levels_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Level> levels_;
  std::optional<Error> failure_;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (text.starts_with(byte_order_mark)) return not_json("it begins with a byte order mark");
  StrictBuilder builder;
  Json::sax_parse(text, &builder);
  return builder.take();
}

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char c : name) {
    if (c == '~') step += "~0";
    else if (c == '/') step += "~1";
    else step += c;
  }
  return step;
}

}  // namespace acta
