#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/import_chunk.h"
#include "tools/acta/import_source.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

// What came of the lines so far.
struct Tally {
  std::uint64_t recorded = 0, replayed = 0;
  std::optional<std::uint64_t> first_position, last_position;
  std::optional<std::uint64_t> bad_line;
};

std::uint64_t number_at(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

class Importer {
 public:
  Importer(Session& session, ImportSource& source) : session_(session), source_(source) {}

  // Error: of the first line that could not be recorded, naming file and line; or of the way there.
  Result<void> run(Progress& progress);
  const Tally& tally() const { return tally_; }
  const std::map<std::string, std::string>& names() const { return chunk_.names(); }

 private:
  Result<void> send();
  Result<void> take_answer(const Json& answer);
  Error at_line(std::uint64_t number, Error failure);

  Session& session_;
  ImportSource& source_;
  ImportChunk chunk_;
  Tally tally_;
};

Error Importer::at_line(std::uint64_t number, Error failure) {
  tally_.bad_line = number;
  failure.message = source_.name() + ", line " + std::to_string(number) + ": " + failure.message;
  return failure;
}

Result<void> Importer::run(Progress& progress) {
  while (true) {
    auto line = source_.next();
    // What stands before a line that cannot be read is recorded before it is complained about.
    if (!line || !*line || chunk_.is_full((*line)->size())) {
      ACTA_CHECK(send());
      progress.show(tally_.recorded + tally_.replayed);
    }
    if (!line) return line.error().code == Code::too_large ? at_line(source_.number(), line.error()) : line.error();
    if (!*line) return {};
    chunk_.add(source_.number(), **line);
  }
}

Result<void> Importer::send() {
  if (chunk_.empty()) return {};
  const Headers headers = {{"Content-Type", "application/x-ndjson"}, {"Acta-Source", source_.digest()}, {"Acta-Line", std::to_string(chunk_.first_line())}};
  ACTA_TRY(const Response answer, session_.ask({.method = "POST", .target = "/v1/imports", .headers = headers, .body = chunk_.body()}));
  std::string_view rest = answer.body;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    ACTA_CHECK(take_answer(parse_answer(line)));
  }
  chunk_.begin();
  return {};
}

Result<void> Importer::take_answer(const Json& answer) {
  const std::uint64_t number = number_at(answer, "line");
  if (const Json& problem = member(answer, "problem"); !problem.is_null())
    return at_line(number, error_of({.status = static_cast<int>(number_at(problem, "status")), .headers = {}, .body = problem.dump(), .pieces = {}, .feed = {}}));
  if (number == 0) return error(Code::unavailable, "the answer to an import is not one");
  const std::uint64_t position = number_at(answer, "position");
  const Json& replayed = member(answer, "replayed");
  ++(replayed.is_boolean() && replayed.get<bool>() ? tally_.replayed : tally_.recorded);
  tally_.first_position = std::min(position, tally_.first_position.value_or(position));
  tally_.last_position = std::max(position, tally_.last_position.value_or(position));
  chunk_.learn(number, text_at(answer, "case"));
  return {};
}

std::string lines(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " line" : " lines"); }

// The same file can be sent again without harm; a corrected file is another file.
std::string way_on(const Tally& tally, const std::string& name) {
  const std::uint64_t before = tally.recorded + tally.replayed;
  if (!tally.bad_line) return lines(before) + " are known to be recorded. Import the same file again: nothing is recorded twice.";
  return lines(before) + " before it recorded (" + std::to_string(tally.recorded) + " now, " + std::to_string(tally.replayed) + " earlier). If " + name +
         " is right, import it again later: nothing is recorded twice. If the line is wrong, import it, corrected, and what follows as a file of its own, with "
         "cases by id or reference: in a changed file, lines without a `key` count as new.";
}

Json summary(const ImportSource& source, const Importer& importer) {
  const Tally& tally = importer.tally();
  Json out{{"file", source.name()}, {"source", source.digest()}, {"recorded", tally.recorded}, {"replayed", tally.replayed}, {"names", importer.names()}};
  out["first_position"] = tally.first_position ? Json(*tally.first_position) : Json();
  out["last_position"] = tally.last_position ? Json(*tally.last_position) : Json();
  out["bad_line"] = tally.bad_line ? Json(*tally.bad_line) : Json();
  return out;
}

void print(const ImportSource& source, const Tally& tally) {
  std::cout << "Imported " << printable(source.name()) << ": " << tally.recorded << " recorded, " << tally.replayed << " already there\n";
  if (tally.first_position) std::cout << "  positions  " << *tally.first_position << " to " << *tally.last_position << "\n";
  std::cout << "  source     " << source.digest() << "\n";
}

Result<void> run_with_bar(Importer& importer, std::uint64_t lines) {
  Progress progress("import", lines);
  return importer.run(progress);
}

// Each line names its own actor. Who sends them is named too, as every request below /v1 names somebody.
Globals named(Globals globals) {
  if (globals.actor.empty()) globals.actor = reader_handle;
  return globals;
}

}  // namespace

int import_file(const Globals& globals, const std::string& path) {
  auto source = ImportSource::open(path);
  if (!source) return report(globals, source.error());
  auto session = Session::open(named(globals), Access::write);
  if (!session) return report(globals, session.error());
  Importer importer(*session, *source);
  const auto done = run_with_bar(importer, source->lines());
  if (globals.json) std::cout << summary(*source, importer).dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
  if (!done) {
    const int code = session->report(done.error());
    std::cerr << printable(way_on(importer.tally(), source->name())) << "\n";
    return code;
  }
  if (!globals.json) print(*source, importer.tally());
  return Exit::ok;
}

}  // namespace acta::cli
