#pragma once
// Time stamps of RFC 3161: asking for one and judging the answer. The cryptography is OpenSSL's. Pure but for load().

#include <memory>

#include "engine/random.h"
#include "events/ids.h"
#include "events/time.h"

namespace acta {

inline constexpr std::size_t receipt_bytes_max = 32'768;

// What a receipt says of itself.
struct TimeStamp {
  Hash imprint;                 // SHA-256 of the bytes that were stamped
  Instant at;                   // by the server's clock
  std::string serial;           // its number, in hex
  std::string policy;           // OID in dots: the rules that the server says it follows
  std::string signer;           // subject of the certificate that signed; empty: the receipt does not carry it
};

// Of a TimeStampResp in DER. Checks no signature. Error: malformed: no such thing, or bytes behind it; denied: the server
// granted no time stamp, and says why; invalid: not over SHA-256.
Result<TimeStamp> read_receipt(ByteView receipt);

// Whose signatures under time stamps count: those that lead to one of these authorities, and to no other.
class TimeStampTrust {
 public:
  // A file of certificates in PEM. Error: not_found, invalid.
  static Result<TimeStampTrust> load(const std::string& path);
  // The receipt is over these bytes, and its signer was trusted at the time it gives: certificates expire, what they signed
  // before does not. Error: as read_receipt; damaged, saying what does not hold; foreign: it holds, and was
  // signed by nobody trusted.
  Result<TimeStamp> check(ByteView receipt, ByteView stamped) const;
  std::size_t authorities() const;

 private:
  friend class TimeStampQuery;
  struct Certificates;
  std::shared_ptr<const Certificates> certificates_;
};

// A receipt that answers our own question and was judged by a trust. Only TimeStampQuery makes one.
class GrantedReceipt {
 public:
  const std::string& stamped() const { return stamped_; }
  const Bytes& bytes() const { return bytes_; }
  const TimeStamp& stamp() const { return stamp_; }

 private:
  friend class TimeStampQuery;
  GrantedReceipt() = default;
  std::string stamped_;
  Bytes bytes_;
  TimeStamp stamp_;
};

inline constexpr std::string_view time_stamp_query_type = "application/timestamp-query";

// One question: a time stamp over these bytes, with a nonce that no answer to another question has, and with the
// certificate of who signs.
class TimeStampQuery {
 public:
  // `policy`: OID in dots that the answer must be under; empty: whichever the server has. Error: invalid (no OID).
  static Result<TimeStampQuery> make(std::string stamped, const std::string& policy, Randomness& randomness);
  const std::string& body() const { return body_; }      // TimeStampReq in DER
  // Granted as asked, and nothing less. Error: as TimeStampTrust::check.
  Result<GrantedReceipt> judge(std::string_view answer, const TimeStampTrust& trust) const;

 private:
  std::string stamped_, body_;
};

}  // namespace acta
