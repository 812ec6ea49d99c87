#include "api/framing.h"

#include <algorithm>
#include <array>

#include "api/query.h"

namespace acta {
namespace {

constexpr std::size_t length_digits_max = 15, port_digits_max = 5;

// What is said once, or not at all: to take one of two would be to guess who is meant.
constexpr std::array<std::string_view, 14> single_fields = {"host", "content-length", "transfer-encoding", "content-type", "content-encoding", "expect", "authorization",
                                                            "idempotency-key", "if-match", "last-event-id", "traceparent", "acta-actor", "acta-role", "acta-token"};
// Of the connection, not of the request; and names under which gateways hand over addresses (any library that maps fields
// to variables would believe them).
constexpr std::array<std::string_view, 9> left_out = {"transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect", "content-length"};
constexpr std::array<std::string_view, 4> left_out_beginnings = {"remote_", "local_", "remote-", "local-"};

struct Field {
  std::string_view name, value;
};

struct RequestLine {
  std::string_view method, target, version;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }
bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

template <class Allowed>
bool all_are(std::string_view text, const Allowed& allowed) {
  return std::all_of(text.begin(), text.end(), allowed);
}

bool same(std::string_view a, std::string_view lower_case) {
  return std::equal(a.begin(), a.end(), lower_case.begin(), lower_case.end(), [](char x, char y) { return lower(x) == y; });
}
bool begins(std::string_view a, std::string_view lower_case) { return same(a.substr(0, lower_case.size()), lower_case); }

template <std::size_t N>
bool among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view each) { return same(name, each); });
}

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  const auto token_char = [](char c) { return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos; };
  return !text.empty() && all_are(text, token_char);
}

bool is_field_value(std::string_view text) {
  return all_are(text, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f); });
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// uri-host [ ":" port ], without sub-delims: no host of ours has them.
bool is_host(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == std::string_view::npos) return false;
  const auto name = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  const auto rest = text.substr(std::min(text.size(), bracketed ? end + 1 : name.size()));
  const auto name_char = [&](char c) { return bracketed ? is_hex(c) || c == ':' || c == '.' : is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; };
  const bool port = rest.empty() || (rest.front() == ':' && rest.size() <= 1 + port_digits_max && all_are(rest.substr(1), is_digit));
  return !name.empty() && all_are(name, name_char) && port;
}

bool is_length(std::string_view text) { return !text.empty() && text.size() <= length_digits_max && all_are(text, is_digit); }

Broken broken(std::string detail) { return {Fault::framing, std::move(detail)}; }

std::optional<Broken> read_request_line(std::string_view line, RequestLine& out) {
  const auto first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return broken("the request line is method, target, version");
  out = {line.substr(0, first), line.substr(first + 1, last - first - 1), line.substr(last + 1)};
  if (!is_token(out.method)) return broken("the method is not a token");
  if (out.target.empty() || !all_are(out.target, [](char c) { return c > ' ' && c < 0x7f && c != '#'; })) return broken("the target holds other than visible ASCII, or a fragment");
  if (out.version != "HTTP/1.1" && out.version != "HTTP/1.0") return broken("the version is HTTP/1.1 or HTTP/1.0");
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

std::optional<Broken> read_fields(std::string_view rest, const RequestLimits& limits, std::vector<Field>& out) {
  for (auto line = take_line(rest); !line || !line->empty(); line = take_line(rest)) {
    if (!line) return broken("lines end with CR LF");
    if (auto fault = field_line_fault(*line)) return fault;
    if (out.size() == limits.fields_max) return Broken{Fault::header_too_large, "the header may have " + std::to_string(limits.fields_max) + " fields"};
    const auto colon = line->find(':');
    out.push_back({line->substr(0, colon), trimmed(line->substr(colon + 1))});
  }
  return std::nullopt;
}

const Field* find(const std::vector<Field>& fields, std::string_view lower_case_name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return same(field.name, lower_case_name); });
  return found == fields.end() ? nullptr : &*found;
}

std::optional<Broken> doubled(const std::vector<Field>& fields) {
  for (const auto name : single_fields)
    if (std::count_if(fields.begin(), fields.end(), [&](const Field& field) { return same(field.name, name); }) > 1) return broken(std::string(name) + " is there more than once");
  return std::nullopt;
}

std::optional<Broken> read_length(const std::vector<Field>& fields, RequestHead& out) {
  const auto *length = find(fields, "content-length"), *coding = find(fields, "transfer-encoding");
  if (coding && length) return broken("Content-Length beside Transfer-Encoding");
  if (coding && !same(coding->value, "chunked")) return broken("an unknown transfer coding");
  if (coding && !out.http_1_1) return broken("HTTP/1.0 knows no transfer coding");
  if (length && !is_length(length->value)) return broken("Content-Length is one number in decimal digits");
  out.chunked = coding != nullptr;
  if (length) out.length = *parse_number(length->value);
  return std::nullopt;
}

std::optional<Broken> read_expectation(const std::vector<Field>& fields, RequestHead& out) {
  const auto* expected = find(fields, "expect");
  if (!expected || !out.http_1_1) return std::nullopt;
  if (!same(expected->value, "100-continue")) return Broken{Fault::expectation, "Expect may only be 100-continue"};
  out.expects_continue = out.chunked || out.length.value_or(0) > 0;
  return std::nullopt;
}

bool lists(std::string_view value, std::string_view lower_case_token) {
  for (;;) {
    const auto comma = value.find(',');
    if (same(trimmed(value.substr(0, comma)), lower_case_token)) return true;
    if (comma == std::string_view::npos) return false;
    value.remove_prefix(comma + 1);
  }
}

bool stays_open(const std::vector<Field>& fields, bool http_1_1) {
  const auto said = [&](std::string_view token) {
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) { return same(field.name, "connection") && lists(field.value, token); });
  };
  return !said("close") && (http_1_1 || said("keep-alive"));
}

// RFC 9112 3.2: a path, `*` of OPTIONS, or an absolute address, whose authority then counts instead of Host.
std::optional<Broken> read_target(std::string_view target, std::string_view host, Request& out) {
  const bool absolute = begins(target, "http://") || begins(target, "https://");
  if (absolute) {
    target.remove_prefix(target.find("//") + 2);
    const auto end = target.find_first_of("/?");
    host = target.substr(0, end);
    target.remove_prefix(std::min(target.size(), host.size()));
  }
  if (!is_host(host)) return broken("Host is not a name and port");
  out.headers.emplace_back("Host", host);
  out.target = std::string(absolute && !target.starts_with('/') ? "/" : "") + std::string(target);
  const bool whole_server = out.target == "*" && out.method == "OPTIONS";
  return whole_server || out.target.starts_with('/') ? std::nullopt : std::optional(broken("the request target is not a path"));
}

bool is_handed_on(std::string_view name) {
  const bool variable = std::any_of(left_out_beginnings.begin(), left_out_beginnings.end(), [&](std::string_view beginning) { return begins(name, beginning); });
  return !variable && !among(left_out, name) && !same(name, "host");
}

// RFC 9110 5.3: a list that was given in parts.
void add_header(const Field& field, Headers& out) {
  const auto before = std::find_if(out.begin(), out.end(), [&](const auto& each) { return std::equal(each.first.begin(), each.first.end(), field.name.begin(), field.name.end(), [](char x, char y) { return lower(x) == lower(y); }); });
  if (before == out.end()) out.emplace_back(field.name, field.value);
  else before->second += ", " + std::string(field.value);
}

std::optional<Broken> read_header(std::string_view header, const RequestLimits& limits, RequestHead& out) {
  RequestLine line;
  std::vector<Field> fields;
  const auto first = take_line(header);
  if (!first) return broken("lines end with CR LF");
  if (auto fault = read_request_line(*first, line)) return fault;
  if (auto fault = read_fields(header, limits, fields)) return fault;
  if (auto fault = doubled(fields)) return fault;
  const auto* host = find(fields, "host");
  if (!host || !is_host(host->value)) return broken(host ? "Host is not a name and port" : "Host is missing");
  out.http_1_1 = line.version == "HTTP/1.1";
  out.keep_alive = stays_open(fields, out.http_1_1);
  out.request.method = std::string(line.method);
  if (auto fault = read_target(line.target, host->value, out.request)) return fault;
  for (const auto& field : fields)
    if (is_handed_on(field.name)) add_header(field, out.request.headers);
  if (auto fault = read_length(fields, out)) return fault;
  if (out.length.value_or(0) > limits.body_bytes_max) return body_too_large(limits);
  return read_expectation(fields, out);
}

}  // namespace

Broken body_too_large(const RequestLimits& limits) {
  return {Fault::body_too_large, "a body may have " + std::to_string(limits.body_bytes_max) + " bytes"};
}

std::optional<Broken> field_line_fault(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) return broken("a folded header field");
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return broken("a header field's name is not a token");
  if (!is_field_value(line.substr(colon + 1))) return broken("a header field holds a control character");
  return std::nullopt;
}

std::variant<RequestHead, Broken> parse_head(std::string_view header, const RequestLimits& limits) {
  RequestHead head;
  if (auto fault = read_header(header, limits, head)) return *std::move(fault);
  return head;
}

}  // namespace acta
