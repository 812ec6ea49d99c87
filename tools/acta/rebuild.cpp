#include <iostream>
#include <nlohmann/json.hpp>

#include "projections/views.h"
#include "tools/acta/history_item.h"
#include "tools/acta/progress.h"
#include "tools/acta/session.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::uint64_t number_at(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

// The lines of one rebuild, as they come.
class Steps {
 public:
  explicit Steps(const std::string& view) : view_(view), progress_("rebuild " + view) {}

  // Pieces need not end where lines do.
  bool take(std::string_view piece) {
    rest_ += piece;
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; begin = end + 1, end = rest_.find('\n', begin))
      take_line(parse_answer(std::string_view(rest_).substr(begin, end - begin)));
    rest_.erase(0, begin);
    return true;
  }

  // Entries folded. Error: why the old build goes on answering.
  Result<std::uint64_t> outcome() const {
    if (problem_) return *problem_;
    if (!taken_over_) return error(Code::unavailable, "the rebuild of " + view_ + " ended too early: the old build goes on answering.");
    return done_;
  }

 private:
  void take_line(const Json& line) {
    if (const Json& problem = member(line, "problem"); !problem.is_null())
      problem_ = error_of({.status = static_cast<int>(number_at(problem, "status")), .headers = {}, .body = problem.dump(), .pieces = {}, .feed = {}});
    done_ = number_at(line, "done");
    taken_over_ = flag_at(line, "taken_over");
    progress_.show(done_, number_at(line, "total"));
  }

  std::string view_, rest_;
  Progress progress_;
  std::uint64_t done_ = 0;
  bool taken_over_ = false;
  std::optional<Error> problem_;
};

Result<std::uint64_t> rebuild_one(Session& session, const std::string& view) {
  Steps steps(view);
  const Request request{.method = "POST", .target = "/v1/views/" + percent_encoded(view) + "/rebuilds", .headers = {}, .body = {}};
  ACTA_CHECK(session.ask(request, [&steps](std::string_view piece) { return steps.take(piece); }));
  return steps.outcome();
}

}  // namespace

int rebuild(const Globals& globals, const std::string& view) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  Json rebuilt = Json::array();
  for (const std::string& name : view.empty() ? Views::names() : std::vector<std::string>{view}) {
    const auto entries = rebuild_one(*session, name);
    if (!entries) return session->report(entries.error());
    rebuilt.push_back({{"view", name}, {"entries", *entries}});
    if (!globals.json) std::cout << printable(name) << " is built anew from " << *entries << " entries\n" << std::flush;
  }
  if (globals.json) std::cout << Json{{"items", std::move(rebuilt)}}.dump() << "\n";
  return Exit::ok;
}

}  // namespace acta::cli
