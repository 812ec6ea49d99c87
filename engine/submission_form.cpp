#include "engine/submission_form.h"

#include <algorithm>

#include "engine/privacy/key_store.h"

namespace acta {
namespace {

constexpr std::size_t key_characters_max = 64;
constexpr std::size_t code_characters_max = 64;
constexpr std::size_t media_type_characters_max = 127;
constexpr std::size_t traceparent_characters = 55;

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

bool is_code_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= code_characters_max && std::all_of(text.begin(), text.end(), is_code_character);
}

bool is_media_type(std::string_view text) {
  return text.size() <= media_type_characters_max && std::all_of(text.begin(), text.end(), is_visible);
}

void check_evidence(const std::vector<Evidence>& evidence, std::vector<FieldError>& faults) {
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const std::string pointer = "/evidence/" + std::to_string(i);
    if (!is_code(evidence[i].category)) faults.push_back({.pointer = pointer + "/category", .detail = "1 to 64 letters, digits or _"});
    if (!is_media_type(evidence[i].media_type)) faults.push_back({.pointer = pointer + "/media_type", .detail = "a media type, as application/pdf"});
  }
}

}  // namespace

Result<void> check_form(const Submission& submission) {
  const std::string& key = submission.key;
  if (key.empty() || key.size() > key_characters_max || !std::all_of(key.begin(), key.end(), is_visible)) return error(Code::malformed, "an idempotency key is 1 to 64 visible ASCII characters");
  if (!is_handle(submission.actor)) return error(Code::malformed, "an actor is 1 to 64 characters A-Z a-z 0-9 . _ -");
  if (!submission.draft) return error(Code::invalid, "there is no event to record");
  std::vector<FieldError> faults;
  if (!submission.reason.empty() && !is_code(submission.reason)) faults.push_back({.pointer = "/reason", .detail = "a reason is a code of 1 to 64 letters, digits or _; free text has its place in the data"});
  check_evidence(submission.evidence, faults);
  if (faults.empty()) return {};
  Error failure = error(Code::invalid, "the submission is well-formed but wrong");
  failure.fields = std::move(faults);
  return failure;
}

bool is_traceparent(std::string_view text) {
  const auto allowed = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-'; };
  return text.size() == traceparent_characters && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace acta
