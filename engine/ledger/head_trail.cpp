#include "engine/ledger/head_trail.h"

#include "engine/disk.h"

namespace acta {
namespace {

// A note has one empty line within it; each is followed by another.
constexpr std::string_view gap = "\n\n";

std::size_t end_of_note(std::string_view text) {
  const std::size_t within = text.find(gap);
  const std::size_t end = within == std::string_view::npos ? within : text.find(gap, within + gap.size());
  return end == std::string_view::npos ? text.size() : end + 1;
}

std::optional<std::uint64_t> size_in(const std::string& note) {
  const auto parsed = parse_note(note);
  const auto checkpoint = parsed ? parse_checkpoint(parsed->text) : Result<Checkpoint>(parsed.error());
  return checkpoint ? std::optional(checkpoint->size) : std::nullopt;
}

}  // namespace

Result<std::vector<TrailMark>> read_trail(rocksdb::Env& env, const std::string& head_file, const LogKeys& keys, std::uint64_t size_max) {
  std::vector<TrailMark> marks;
  const auto read = read_file(env, trail_file(head_file));
  if (!read && read.error().code == Code::not_found) return marks;
  if (!read) return read.error();
  for (std::string_view rest = text_view(*read); !rest.empty();) {
    const std::size_t end = end_of_note(rest);
    TrailMark mark{.checkpoint = {}, .note = std::string(rest.substr(0, end))};
    const auto claimed = size_in(mark.note);
    if (claimed && *claimed > size_max) break;
    auto opened = keys.open(mark.note);
    if (!opened) return error(Code::damaged, trail_file(head_file) + " holds a checkpoint that this ledger's key did not sign (" + opened.error().message + ")");
    mark.checkpoint = *std::move(opened);
    marks.push_back(std::move(mark));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return marks;
}

Result<void> write_trail(rocksdb::Env& env, const std::string& head_file, const std::vector<TrailMark>& marks) {
  std::string text;
  for (const TrailMark& mark : marks) text += mark.note + "\n";
  return write_file_durably(env, trail_file(head_file), view(std::string_view(text)));
}

void add_mark(std::vector<TrailMark>& marks, TrailMark newest) {
  const std::uint64_t size = newest.checkpoint.size;
  while (!marks.empty() && marks.back().checkpoint.size >= size) marks.pop_back();
  marks.push_back(std::move(newest));
  const auto away = [&](std::size_t i) { return size - marks[i].checkpoint.size; };
  for (std::size_t i = marks.size() - 1; i >= 2; --i) {
    const std::size_t middle = i - 1;
    if (i != marks.size() - 1 && away(middle - 1) <= 2 * away(i)) marks.erase(marks.begin() + static_cast<std::ptrdiff_t>(middle));
  }
}

}  // namespace acta
