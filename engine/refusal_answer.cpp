#include "engine/refusal_answer.h"

namespace acta {
namespace {

struct Explanation {
  std::string_view word;
  std::string_view text;
};

constexpr Explanation explanations[] = {
    {"distinct_persons", "one person may not record both this and an event of another group in the same case"},
    {"quorum", "the counting opinions do not carry this decision"},
};

std::string why(const Entry& refusal) {
  const std::string_view word = std::string_view(refusal.rule).substr(0, refusal.rule.find('/'));
  std::string text = refusal.type + " is refused by " + refusal.rule;
  for (const Explanation& known : explanations) {
    if (known.word == word) text.append(": ").append(known.text);
  }
  if (refusal.conflict) text += "; it collides with entry " + std::to_string(refusal.conflict->value);
  return text;
}

Error refused(const Entry& refusal, const std::string& trail) {
  Error answer = error(Code::refused, why(refusal) + trail);
  answer.rule = refusal.rule;
  if (refusal.revision) answer.current_revision = *refusal.revision;
  return answer;
}

}  // namespace

Error refusal_answer(const Entry& refusal) {
  const std::string position = std::to_string(refusal.position.value);
  Error answer = refused(refusal, ". The attempt is recorded as entry " + position);
  answer.position = refusal.position.value;
  return answer;
}

Error unrecorded_refusal(const Entry& refusal) {
  return refused(refusal, ". Too many attempts this hour: it was counted and not recorded on its own");
}

}  // namespace acta
