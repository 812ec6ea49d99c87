// Does this JSON fit its event's table? Every fault with a pointer; no fault quotes a value, for it may be personal.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "events/draft.h"
#include "events/pattern.h"
#include "events/render.h"
#include "events/time.h"

namespace acta {
namespace {

constexpr std::size_t faults_max = 64;  // a body of a megabyte could hold a hundred thousand

class Faults {
 public:
  void add(std::string pointer, std::string detail) {
    if (found_.size() < faults_max) found_.push_back({.pointer = std::move(pointer), .detail = std::move(detail)});
  }
  // Nothing is added for a value that fits.
  void add_unless_empty(const std::string& pointer, std::string detail) {
    if (!detail.empty()) add(pointer, std::move(detail));
  }
  bool none() const { return found_.empty(); }
  std::vector<FieldError> take() { return std::move(found_); }

 private:
  std::vector<FieldError> found_;
};

// --- single values: what is wrong, or an empty text

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string fault_of_text(const Field& field, const Json& value) {
  if (!value.is_string()) return "a text is wanted";
  const auto& text = value.get_ref<const std::string&>();
  if (code_points(text) > field.characters_max) return "at most " + std::to_string(field.characters_max) + " characters";
  if (!field.pattern.empty() && !matches(field.pattern, text)) return "must match " + field.pattern;
  const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
  return blank && (field.must || field.list) ? "must not be empty" : "";
}

std::string fault_of_number(const Field& field, const Json& value) {
  if (!value.is_number_integer()) return "a whole number is wanted";
  const bool beyond = value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool inside = !beyond && value.get<std::int64_t>() >= field.number_min && value.get<std::int64_t>() <= field.number_max;
  return inside ? "" : "must be from " + std::to_string(field.number_min) + " to " + std::to_string(field.number_max);
}

std::string fault_of_enumeration(const Field& field, const Json& value) {
  const bool known = value.is_string() && std::find(field.values.begin(), field.values.end(), value.get_ref<const std::string&>()) != field.values.end();
  if (known) return "";
  std::string detail = "one of";
  for (const std::string& name : field.values) detail.append(name == field.values.front() ? " " : ", ").append(name);
  return detail;
}

std::string fault_of_person(const Json& value) {
  if (!value.is_string()) return "a text is wanted: a UUID or @handle";
  const std::string_view text = value.get_ref<const std::string&>();
  const bool known_form = text.starts_with('@') ? is_handle(text.substr(1)) : static_cast<bool>(parse_uuid(text));
  return known_form ? "" : "a person is a UUID, or @ and a handle of 1 to 64 characters A-Z a-z 0-9 . _ -";
}

std::string fault_of_date(const Json& value) {
  if (value.is_string() && parse_date(value.get_ref<const std::string&>())) return "";
  return "a date is wanted, as 2021-03-02";
}

std::string fault_of_digest(const Json& value) {
  constexpr std::size_t digits = 64;
  const bool fits = value.is_string() && value.get_ref<const std::string&>().size() == digits && from_hex(value.get_ref<const std::string&>());
  return fits ? "" : "a SHA-256 digest in 64 hex digits is wanted";
}

std::string fault_of_bytes(const Field& field, const Json& value) {
  if (!value.is_string()) return "a text in base64 is wanted";
  const auto bytes = from_base64(value.get_ref<const std::string&>());
  if (!bytes) return bytes.error().message;
  if (bytes->size() > field.characters_max) return "at most " + std::to_string(field.characters_max) + " bytes";
  return bytes->empty() && field.must ? "must not be empty" : "";
}

std::string fault_of_money(const Json& value) {
  const bool formed = value.is_object() && value.size() == 2 && value.contains("amount") && value.contains("currency") && value["amount"].is_string() && value["currency"].is_string();
  if (!formed) return R"(money is wanted, as {"amount": "1250.00", "currency": "EUR"})";
  const auto money = parse_amount(value["amount"].get_ref<const std::string&>(), value["currency"].get_ref<const std::string&>());
  return money ? "" : money.error().message;
}

// --- fields and tables

void check_table(const Table& table, const Json& value, const std::string& pointer, Faults& faults);

void check_value(const Field& field, const Json& value, const std::string& pointer, Faults& faults) {
  switch (field.kind) {
    case FieldKind::text: return faults.add_unless_empty(pointer, fault_of_text(field, value));
    case FieldKind::number: return faults.add_unless_empty(pointer, fault_of_number(field, value));
    case FieldKind::flag: return faults.add_unless_empty(pointer, value.is_boolean() ? "" : "true or false is wanted");
    case FieldKind::enumeration: return faults.add_unless_empty(pointer, fault_of_enumeration(field, value));
    case FieldKind::person: return faults.add_unless_empty(pointer, fault_of_person(value));
    case FieldKind::date: return faults.add_unless_empty(pointer, fault_of_date(value));
    case FieldKind::digest: return faults.add_unless_empty(pointer, fault_of_digest(value));
    case FieldKind::money: return faults.add_unless_empty(pointer, fault_of_money(value));
    case FieldKind::bytes: return faults.add_unless_empty(pointer, fault_of_bytes(field, value));
    case FieldKind::table: return check_table(*field.table, value, pointer, faults);
  }
}

void check_list(const Field& field, const Json& value, const std::string& pointer, Faults& faults) {
  if (!value.is_array()) return faults.add(pointer, "a list is wanted");
  if (value.empty() && field.must) return faults.add(pointer, "must not be empty");
  if (value.size() > field.items_max) return faults.add(pointer, "at most " + std::to_string(field.items_max) + " items");
  for (std::size_t i = 0; i < value.size(); ++i) check_value(field, value[i], pointer + "/" + std::to_string(i), faults);
}

void check_unknown(const Table& table, const Json& value, const std::string& pointer, Faults& faults) {
  for (const auto& member : value.items())
    if (table.find(member.key()) == nullptr) faults.add(pointer + pointer_step(member.key()), "unknown member");
}

void check_table(const Table& table, const Json& value, const std::string& pointer, Faults& faults) {
  if (!value.is_object()) return faults.add(pointer, "an object is wanted");
  check_unknown(table, value, pointer, faults);
  for (const Field& field : table.fields) {
    const std::string at = pointer + pointer_step(field.name);
    const auto member = value.find(field.name);
    if (member == value.end()) faults.add_unless_empty(at, field.must ? "missing" : "");
    else if (field.list) check_list(field, *member, at, faults);
    else check_value(field, *member, at, faults);
  }
}

std::string without_personal(const Table& table, Json data) {
  for (const Field& field : table.fields)
    if (field.personal) data.erase(field.name);
  return data.dump();
}

Error does_not_fit(const EventType& type, std::vector<FieldError> faults) {
  const std::string where = faults.front().pointer.empty() ? "the data" : "data" + faults.front().pointer;
  Error failure = error(Code::invalid, "the data do not fit " + type.name + ": " + where + ": " + faults.front().detail);
  if (faults.size() > 1) failure.message += " (and " + std::to_string(faults.size() - 1) + " more)";
  failure.fields = std::move(faults);
  return failure;
}

}  // namespace

Result<Draft> check(const EventType& type, const Json& data) {
  Faults faults;
  check_table(*type.table, data, "", faults);
  if (!faults.none()) return does_not_fit(type, faults.take());
  Draft draft;
  draft.type_ = &type;
  draft.data_ = std::make_shared<const Json>(data);
  draft.public_json_ = without_personal(*type.table, data);
  return draft;
}

}  // namespace acta
