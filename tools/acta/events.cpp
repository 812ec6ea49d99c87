#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/acta/history_item.h"
#include "tools/acta/session.h"
#include "tools/acta/terminal.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

std::string decimal(const std::optional<std::uint64_t>& number) { return number ? std::to_string(*number) : ""; }

// Nobody can add to a folder that is open here for reading: without a server there is nothing to follow.
Query query_of(const EventsOptions& options, bool follow) {
  return Query().add("from", decimal(options.from)).add("after", decimal(options.after)).add("limit", decimal(options.limit)).add("follow", follow ? "true" : "");
}

class Printer {
 public:
  explicit Printer(bool json) : json_(json), width_(terminal_width()) {}

  // Pieces need not end where lines do. False when nobody reads any more.
  bool take(std::string_view piece) {
    rest_ += piece;
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; begin = end + 1, end = rest_.find('\n', begin))
      print(std::string_view(rest_).substr(begin, end - begin));
    rest_.erase(0, begin);
    return static_cast<bool>(std::cout << std::flush);
  }

 private:
  void print(std::string_view line) const {
    const Json event = parse_answer(line);
    if (!event.is_object() || event.contains("progress")) return;
    if (json_) std::cout << line << "\n";
    else std::cout << cut(printable(sentence_of(event)), width_) << "\n";
  }

  static std::string sentence_of(const Json& event) {
    return position_of(event) + "  " + happened(event) + "  " + type_of(event) + "  " + text_at(event, "subject") + "  " + text_at(event, "actorrole");
  }

  bool json_;
  std::size_t width_;
  std::string rest_;
};

}  // namespace

int events(const Globals& globals, const EventsOptions& options) {
  auto session = Session::open(globals, Access::read);
  if (!session) return report(globals, session.error());
  const bool follow = options.follow && session->is_server();
  const Request request{.method = "GET", .target = "/v1/events" + query_of(options, follow).text(), .headers = {{"Accept", "application/x-ndjson"}}, .body = {}};
  Printer printer(globals.json);
  const auto answer = session->ask(request, [&printer](std::string_view piece) { return printer.take(piece); });
  return answer ? Exit::ok : session->report(answer.error());
}

}  // namespace acta::cli
