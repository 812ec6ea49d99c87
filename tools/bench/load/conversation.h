#pragma once
// What the load generator says to a peer, and what it makes of the answer: one per connection, no sockets in it.
// Every event carries a mark that ends with its number, in any peer's stream.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace acta::bench {

inline constexpr std::string_view mark = "0000bec4-0000-7000-8000-";  // and 12 digits: together a UUID
inline constexpr std::size_t mark_digits = 12;
std::string mark_of(std::uint32_t number);
// Adds the number of each mark in `text` to `numbers`.
void find_marks(std::string_view text, std::vector<std::uint32_t>& numbers);

// From the bytes that have come so far.
struct Taken {
  std::size_t used = 0;        // so many are dealt with
  bool answered = false;       // what was asked is answered in full
  std::string reply;           // to be sent now
  std::vector<std::uint32_t> numbers;  // of the events received
  std::string fault;           // the peer said no: ends the run
};

class Conversation {
 public:
  virtual ~Conversation() = default;
  virtual std::string opening() = 0;                      // sent once connected; answered when `ready`
  virtual std::string append(std::uint32_t number) = 0;   // publishers only; one at a time
  virtual Taken take(std::string_view bytes) = 0;
  bool ready() const { return ready_; }
  // Acta's publishers: of the newest answer; 0 otherwise.
  virtual std::uint64_t position() const { return 0; }

 protected:
  bool ready_ = false;
};

// The same for all peers.
struct Plan {
  std::string peer, host;
  std::string body;               // JSON of one event, with @MARK@ where the mark belongs
  std::string opening_body;       // acta: what opens a case
  std::string run;                // names this run, so that keys and streams are new
};
std::string body_of(const Plan& plan, std::uint32_t number);

std::unique_ptr<Conversation> publisher(const Plan& plan, int connection);
// `from`: of acta, the first position wanted.
std::unique_ptr<Conversation> subscriber(const Plan& plan, std::uint64_t from);

// Acta only: asks a view for a position.
std::unique_ptr<Conversation> view_probe(const Plan& plan);

}  // namespace acta::bench
