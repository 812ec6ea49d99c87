#include "tools/acta/import_chunk.h"

#include <nlohmann/json.hpp>

#include "events/json.h"
#include "tools/acta/json_text.h"

namespace acta::cli {

void ImportChunk::add(std::uint64_t number, std::string_view line) {
  if (empty()) first_line_ = number;
  ((body_ += resolved(number, line)) += '\n');
  ++lines_;
}

bool ImportChunk::is_full(std::size_t next_line_bytes) const {
  return !empty() && (lines_ >= lines_max || body_.size() + next_line_bytes > bytes_max);
}

// A line that is no JSON goes as it is: the resource says what is wrong with it.
std::string ImportChunk::resolved(std::uint64_t number, std::string_view line) {
  auto json = parse_json(line);
  if (!json) return std::string(line);
  const std::string named = text_at(*json, "case"), name = text_at(*json, "as");
  const auto known = given_.contains(named) ? known_.end() : known_.find(named);
  if (!name.empty()) {
    given_at_[number] = name;
    given_.insert(name);
  }
  if (known == known_.end()) return std::string(line);
  (*json)["case"] = known->second;
  return json->dump();
}

void ImportChunk::learn(std::uint64_t number, const std::string& case_id) {
  const auto given = given_at_.find(number);
  if (given != given_at_.end()) known_[given->second] = case_id;
}

void ImportChunk::begin() {
  body_.clear();
  lines_ = 0;
  given_at_.clear();
  given_.clear();
}

}  // namespace acta::cli
