#pragma once
// An import goes to POST /v1/imports in pieces: lines as they are in the file, but for the names of cases that an earlier
// piece opened. The resource knows names within one piece only, so those are replaced by the ids it gave.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace acta::cli {

class ImportChunk {
 public:
  static constexpr std::size_t bytes_max = 768 * 1024, lines_max = 1'000;

  // Lines must follow each other without a gap.
  void add(std::uint64_t number, std::string_view line);
  bool empty() const { return lines_ == 0; }
  // Before a line that might not fit.
  bool is_full(std::size_t next_line_bytes) const;
  const std::string& body() const { return body_; }
  std::uint64_t first_line() const { return first_line_; }

  // The resource recorded this line of the piece on that case.
  void learn(std::uint64_t number, const std::string& case_id);
  // The next piece: names stay, lines go.
  void begin();
  const std::map<std::string, std::string>& names() const { return known_; }

 private:
  std::string resolved(std::uint64_t number, std::string_view line);

  std::string body_;
  std::uint64_t first_line_ = 0, lines_ = 0;
  std::map<std::string, std::string> known_;         // name -> case id
  std::map<std::uint64_t, std::string> given_at_;    // line of this piece -> the name it gives
  std::set<std::string> given_;                      // the same names
};

}  // namespace acta::cli
