#include "projections/audit_keys.h"

namespace acta::audit {
namespace {

std::string list_of(char what, std::string_view value) { return what + std::string(value); }

}  // namespace

std::string person_list(const PersonId& person) { return list_of('p', text_view(view(person))); }
std::string case_list(const CaseId& id) { return list_of('c', text_view(view(id))); }
std::string kind_list(Kind kind) { return list_of('k', name_of(kind)); }
std::string role_list(std::string_view role) { return list_of('r', role); }
std::string type_list(std::string_view type) { return list_of('t', type); }
std::string rule_list(std::string_view rule) { return list_of('u', rule); }

std::string key_of(const std::string& list, std::uint64_t position) {
  Bytes bytes;
  put_be64(bytes, position);
  return list + '\0' + std::string(text_view(bytes));
}

std::optional<std::uint64_t> position_in(const std::string& list, std::string_view key) {
  ByteReader read(view(key.substr(list.size() + 1)));
  const auto position = read.be64();
  return read.done() ? std::optional(position) : std::nullopt;
}

std::string encode(const Glance& glance) {
  Bytes bytes;
  put_be64(bytes, static_cast<std::uint64_t>(glance.occurred_at.micros));
  put_be32(bytes, glance.days_late);
  return std::string(text_view(bytes));
}

std::optional<Glance> decode_glance(std::string_view stored) {
  ByteReader read(view(stored));
  Glance glance;
  glance.occurred_at.micros = static_cast<std::int64_t>(read.be64());
  glance.days_late = read.be32();
  return read.done() ? std::optional(glance) : std::nullopt;
}

}  // namespace acta::audit
