#include "api/framing.h"

#include <algorithm>
#include <vector>

namespace acta {
namespace {

constexpr std::size_t length_digits_max = 15;

struct Field {
  std::string_view name, value;
};

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  const auto token_char = [](char c) { return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos; };
  return !text.empty() && std::all_of(text.begin(), text.end(), token_char);
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f); });
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool same_name(std::string_view a, std::string_view lower_case) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(), [&](char x, char y) { return lower(x) == y; });
}

std::optional<std::string> request_line_fault(std::string_view line) {
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return "the request line is method, target, version";
  const auto target = line.substr(first + 1, last - first - 1), version = line.substr(last + 1);
  if (!is_token(line.substr(0, first))) return "the method is not a token";
  if (target.empty() || !std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < 0x7f; })) return "the target holds other than visible ASCII";
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return "the version is HTTP/1.1 or HTTP/1.0";
  return std::nullopt;
}

std::optional<std::string> field_fault(std::string_view line, std::vector<Field>& fields) {
  if (line.front() == ' ' || line.front() == '\t') return "a folded header field";
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return "a header field's name is not a token";
  const auto value = trimmed(line.substr(colon + 1));
  if (!is_field_value(value)) return "a header field holds a control character";
  fields.push_back({line.substr(0, colon), value});
  return std::nullopt;
}

std::vector<std::string_view> values_of(const std::vector<Field>& fields, std::string_view lower_case_name) {
  std::vector<std::string_view> out;
  for (const auto& field : fields)
    if (same_name(field.name, lower_case_name)) out.push_back(field.value);
  return out;
}

bool is_host(std::string_view text) {
  const auto host_char = [](char c) { return is_alphanumeric(c) || std::string_view("-._~%:[]").find(c) != std::string_view::npos; };
  return !text.empty() && std::all_of(text.begin(), text.end(), host_char);
}

bool is_length(std::string_view text) {
  return !text.empty() && text.size() <= length_digits_max && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> framing_fields_fault(const std::vector<Field>& fields) {
  const auto hosts = values_of(fields, "host"), lengths = values_of(fields, "content-length"), codings = values_of(fields, "transfer-encoding");
  if (hosts.size() != 1) return "Host must be there, once";
  if (!is_host(hosts.front())) return "Host is not a name and port";
  if (lengths.size() > 1 || (!lengths.empty() && !is_length(lengths.front()))) return "Content-Length is one number in decimal digits";
  if (!codings.empty() && !lengths.empty()) return "Content-Length beside Transfer-Encoding";
  if (codings.size() > 1 || (!codings.empty() && !same_name(codings.front(), "chunked"))) return "an unknown transfer coding";
  return std::nullopt;
}

// Lines end with CR LF; either of them alone is a fault.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  if (line.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
  rest.remove_prefix(end + 2);
  return line;
}

}  // namespace

std::optional<std::string> framing_fault(std::string_view header) {
  auto line = take_line(header);
  if (!line) return "lines end with CR LF";
  if (auto fault = request_line_fault(*line)) return fault;
  std::vector<Field> fields;
  while ((line = take_line(header)) && !line->empty())
    if (auto fault = field_fault(*line, fields)) return fault;
  if (!line) return "lines end with CR LF";
  return framing_fields_fault(fields);
}

}  // namespace acta
