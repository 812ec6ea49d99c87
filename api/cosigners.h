#pragma once
// Asks the witnesses of a policy to cosign what the ledger signed. In the background: no append waits for any of them. What
// enough of them cosigned is kept in the ledger; a witness that fails is asked again, more and more seldom.

#include <condition_variable>
#include <map>
#include <thread>

#include "engine/engine.h"
#include "engine/ledger/policy.h"

namespace acta {

// Whether witnesses can be asked so for this log. Error: invalid, as Cosigners::start.
Result<void> check_policy(const Policy& policy, const LogKeys& log);
// Where a witness with this URL in a policy is asked.
std::string add_checkpoint_url(const std::string& prefix);

struct CosignerOptions {
  Policy policy;
  std::string ca_file;                 // for https; empty: whom the system trusts
  int interval_ms = 1'000;             // between two looks at what is signed
  int timeout_ms = 10'000;
  int pause_max_ms = 300'000;          // of a witness that keeps failing; begins with the interval
};

// How a witness does.
struct CosignerState {
  std::string name, url;
  std::uint64_t size = 0;              // last cosigned, as far as known since the start
  std::uint64_t cosigned = 0, failed = 0;
  std::string failure;                 // of the last attempt; empty: it went well, or there was none
};

class Cosigners {
 public:
  // Error: invalid (the policy names another log, no witness that can be asked, or a URL that is none).
  static Result<std::unique_ptr<Cosigners>> start(Engine& engine, CosignerOptions options);
  ~Cosigners();                        // waits for the answers that are under way
  // Any thread.
  std::vector<CosignerState> witnesses() const;

 private:
  struct Asked {
    std::string name;
    Result<NoteSignature> answer = error(Code::unavailable, "not asked");
  };
  Cosigners(Engine& engine, CosignerOptions options);
  void run();
  void look();
  std::string kept_cosignatures(const Note& head) const;
  std::vector<std::string> due(std::int64_t now, const Note& note) const;
  Result<NoteSignature> ask(const std::string& name, const std::string& note, const Checkpoint& head);
  Result<NoteSignature> ask_once(const std::string& name, const std::string& note, const Checkpoint& head, std::uint64_t from, std::uint64_t& recorded);
  void take(const Asked& asked, const Checkpoint& head);
  Result<void> keep();

  Engine& engine_;
  const CosignerOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;
  struct Pace {
    int pause_ms = 0;
    std::int64_t next_micros = 0;      // by the steady clock
  };
  std::map<std::string, CosignerState> states_;
  std::map<std::string, Pace> paces_;
  std::string note_;                   // the one being cosigned, with what it got
  std::thread thread_;
};

}  // namespace acta
