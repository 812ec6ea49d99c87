#include "engine/privacy/digest.h"

#include <algorithm>

#include "events/assert.h"
#include "events/sha256.h"

namespace acta {
namespace {

template <class Unsigned>
Bytes be64_or_nothing(const std::optional<Unsigned>& value) {
  Bytes out;
  if (value) put_be64(out, static_cast<std::uint64_t>(*value));
  return out;
}

template <class Held>
ByteView view_or_nothing(const std::optional<Held>& value) {
  return value ? view(*value) : ByteView();
}

template <class To>
To first_16(const Hash& hash) {
  To id;
  std::copy_n(hash.bytes.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

Bytes bytes_of(const Evidence& evidence) {
  Bytes out;
  put_prefixed(out, view_or_nothing(evidence.digest));
  put_prefixed(out, be64_or_nothing(evidence.size));
  put_prefixed(out, view(evidence.media_type));
  put_prefixed(out, view(evidence.category));
  put_u8(out, evidence.held ? 1 : 0);
  return out;
}

void put_request(Bytes& out, const Submission& submission) {
  put_prefixed(out, view(submission.method));
  put_prefixed(out, view(submission.path));
  put_prefixed(out, view(submission.role));
  put_prefixed(out, view_or_nothing(submission.case_id));
  put_prefixed(out, view(submission.draft->type().name));
  put_prefixed(out, view(submission.draft->public_json()));
}

void put_circumstances(Bytes& out, const Submission& submission) {
  std::optional<std::int64_t> occurred;
  if (submission.occurred_at) occurred = submission.occurred_at->micros;
  Bytes precision;
  if (submission.precision) put_u8(precision, static_cast<std::uint8_t>(*submission.precision));
  put_prefixed(out, be64_or_nothing(occurred));
  put_prefixed(out, precision);
  put_prefixed(out, view(submission.reason));
  put_prefixed(out, view_or_nothing(submission.correlation));
  put_be32(out, static_cast<std::uint32_t>(submission.evidence.size()));
  for (const Evidence& item : submission.evidence) put_prefixed(out, bytes_of(item));
}

}  // namespace

CommandId command_id(const LedgerId& ledger, const PersonId& person, std::string_view key) {
  Bytes message;
  put_prefixed(message, view(ledger));
  put_prefixed(message, view(person));
  put_prefixed(message, view(key));
  return first_16<CommandId>(sha256(message));
}

Hash body_digest(const Key& command_secret, const Submission& submission, std::span<const PersonalPart> personal, std::span<const PersonKey> keys) {
  ACTA_ASSERT(personal.size() == keys.size());
  Bytes message;
  put_prefixed(message, view("acta-body-v1"));
  put_request(message, submission);
  put_circumstances(message, submission);
  for (std::size_t i = 0; i < personal.size(); ++i) {
    put_prefixed(message, view(personal[i].of_field));
    put_prefixed(message, view(hmac_sha256(keys[i].key, personal[i].plaintext)));
  }
  return hmac_sha256(command_secret, message);
}

PersonId unnamed_person(const Key& command_secret, const CommandId& command, std::string_view of_field) {
  Bytes message;
  put_prefixed(message, view("acta-unnamed-v1"));
  put_prefixed(message, view(command));
  put_prefixed(message, view(of_field));
  return first_16<PersonId>(hmac_sha256(command_secret, message));
}

}  // namespace acta
