#include "engine/ledger/tile_folder.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "engine/disk.h"
#include "engine/ledger/tile_check.h"

namespace acta {
namespace {

namespace fs = std::filesystem;

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// Makes each folder once, from the top down.
class FolderMaker {
 public:
  FolderMaker(rocksdb::Env& env, std::string top) : env_(env), top_(std::move(top)) {}
  Result<void> make_for(const std::string& file) {
    const std::string folder = parent_of(top_ + "/" + file);
    if (made_.contains(folder)) return {};
    for (std::size_t at = top_.size(); at != std::string::npos; at = folder.find('/', at + 1)) {
      const std::string part = folder.substr(0, at);
      if (made_.insert(part).second) ACTA_CHECK(make_folder(env_, part));
    }
    if (made_.insert(folder).second) ACTA_CHECK(make_folder(env_, folder));
    return {};
  }

 private:
  rocksdb::Env& env_;
  std::string top_;
  std::set<std::string> made_;
};

// An export that was killed may have left a file under the name it had while it was written.
void remove_unfinished(const std::string& folder) {
  std::error_code ignored;
  for (const auto& item : fs::recursive_directory_iterator(folder, ignored))
    if (item.path().extension() == ".tmp") fs::remove(item.path(), ignored);
}

Result<void> check_not_newer(rocksdb::Env& env, const std::string& folder, const Checkpoint& next) {
  const auto held = read_file(env, folder + "/" + std::string(checkpoint_name));
  if (!held && held.error().code == Code::not_found) return {};
  if (!held) return held.error();
  ACTA_TRY(const Note note, parse_note(text_view(*held)));
  ACTA_TRY(const Checkpoint earlier, parse_extended_checkpoint(note.text));
  if (earlier.origin != next.origin) return error(Code::conflict, folder + " holds the log " + earlier.origin + ", not " + next.origin + ": name another folder");
  if (earlier.size > next.size) return error(Code::conflict, folder + " holds " + std::to_string(earlier.size) + " entries, the log has " + std::to_string(next.size) + ": this is an older copy of the log, or another");
  return {};
}

bool is_kept(rocksdb::Env& env, const std::string& path, const TileName& name) {
  return name.width == tile_width && env.FileExists(path).ok();
}

Result<bool> export_one(rocksdb::Env& env, const TileExport& what, FolderMaker& folders, const TileName& name) {
  const std::string file = to_path(name);
  const std::string path = what.folder + "/" + file;
  if (is_kept(env, path, name)) return false;
  ACTA_TRY(const Bytes bytes, what.fetch(name));
  ACTA_CHECK(folders.make_for(file));
  ACTA_CHECK(write_file_durably(env, path, bytes));
  return true;
}

Result<void> each_of_level(std::optional<unsigned> level, std::uint64_t count, const std::function<Result<void>(const TileName&)>& visit) {
  for (std::uint64_t index = 0; index <= (count - 1) / tile_width && count > 0; ++index)
    ACTA_CHECK(visit({.level = level, .index = index, .width = static_cast<unsigned>(std::min(count - index * tile_width, tile_width))}));
  return {};
}

// A bundle before the tile of its leaves, a tile before the one above. Ends with the first error that `visit` gives.
Result<void> each_tile(std::uint64_t size, const std::function<Result<void>(const TileName&)>& visit) {
  ACTA_CHECK(each_of_level(std::nullopt, size, visit));
  unsigned level = 0;
  for (std::uint64_t count = size; count > 0; count /= tile_width) ACTA_CHECK(each_of_level(level++, count, visit));
  return {};
}

std::uint64_t files_of(std::uint64_t size) {
  const auto tiles = [](std::uint64_t count) { return count / tile_width + (count % tile_width > 0 ? 1 : 0); };
  std::uint64_t files = tiles(size);
  for (std::uint64_t count = size; count > 0; count /= tile_width) files += tiles(count);
  return files;
}

std::string text_of(const TileFinding& finding) { return finding.file + ": " + finding.detail; }

// With the note not yet in place, so that it is never there over tiles that do not bear it out.
Result<void> check_folder(rocksdb::Env& env, const std::string& folder, const Checkpoint& checkpoint) {
  TileWalk walk(env, folder, checkpoint);
  walk.walk({});
  if (!walk.tampered && !walk.incomplete) return {};
  return error(Code::damaged, folder + " does not hold what the log signed (" + text_of(walk.findings.front()) + "): remove that file, or name another folder");
}

Verdict verdict_of(const TileReport& report, const TileWalk& walk) {
  bool trusted = false, forged = walk.tampered;
  for (const CheckedSignature& signature : report.signatures) {
    trusted = trusted || signature.state == SignatureState::holds;
    forged = forged || signature.state == SignatureState::fails;
  }
  if (!trusted && !forged) return Verdict::untrusted_key;
  if (forged) return Verdict::tampered;
  return walk.incomplete ? Verdict::incomplete : Verdict::sound;
}

TileReport unreadable(std::string detail) {
  TileReport report;
  report.verdict = Verdict::tampered;
  report.findings.push_back({.file = std::string(checkpoint_name), .position = {}, .detail = std::move(detail)});
  return report;
}

}  // namespace

Result<TileExported> export_tiles(rocksdb::Env& env, const TileExport& what) {
  ACTA_TRY(const Note note, parse_note(what.note));
  ACTA_TRY(const Checkpoint checkpoint, parse_extended_checkpoint(note.text));
  ACTA_CHECK(make_folder(env, what.folder));
  ACTA_CHECK(check_not_newer(env, what.folder, checkpoint));
  remove_unfinished(what.folder);
  TileExported done{.size = checkpoint.size};
  FolderMaker folders(env, what.folder);
  ACTA_CHECK(each_tile(checkpoint.size, [&](const TileName& name) -> Result<void> {
    ACTA_TRY(const bool fresh, export_one(env, what, folders, name));
    ++(fresh ? done.written : done.kept);
    if (what.progress) what.progress(done.written + done.kept, files_of(checkpoint.size));
    return {};
  }));
  ACTA_CHECK(check_folder(env, what.folder, checkpoint));
  ACTA_CHECK(write_file_durably(env, what.folder + "/" + std::string(checkpoint_name), view(std::string_view(what.note))));
  return done;
}

Result<TileReport> verify_tiles(rocksdb::Env& env, const TileCheck& check) {
  ACTA_TRY(const Bytes held, read_file(env, check.folder + "/" + std::string(checkpoint_name)));
  const auto note = parse_note(text_view(held));
  if (!note) return unreadable(note.error().message);
  const auto checkpoint = parse_extended_checkpoint(note->text);
  if (!checkpoint) return unreadable(checkpoint.error().message);
  TileReport report;
  report.checkpoint = *checkpoint;
  report.signatures = check_signatures(*note, check.keys);
  TileWalk walk(env, check.folder, *report.checkpoint);
  walk.walk(check.progress);
  report.entries = walk.entries;
  report.findings = std::move(walk.findings);
  report.verdict = verdict_of(report, walk);
  return report;
}

}  // namespace acta
