#pragma once
// A time-stamp server without a network: an authority and its signer, made anew for each test, answering as it is told.

#include <memory>
#include <optional>
#include <string>

#include "events/time.h"

namespace acta {

class TimeStampAuthority {
 public:
  explicit TimeStampAuthority(const std::string& name);
  ~TimeStampAuthority();
  TimeStampAuthority(const TimeStampAuthority&) = delete;
  TimeStampAuthority& operator=(const TimeStampAuthority&) = delete;

  std::string authorities() const;                  // its root in PEM
  struct How {
    std::optional<Instant> at = {};                 // by its clock; absent: the machine's
    bool takes_sha256 = true;
  };
  // To a TimeStampReq in DER: a TimeStampResp.
  std::string answer(const std::string& query, const How& how) const;
  std::string answer(const std::string& query) const { return answer(query, How{}); }
  static constexpr const char* policy = "1.2.3.4.1";

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace acta
