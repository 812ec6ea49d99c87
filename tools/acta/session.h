#pragma once
// One verb's conversation: who asks, over which transport, and how a failure is told.

#include <memory>

#include "api/uri.h"
#include "tools/acta/exit_code.h"
#include "tools/acta/json_text.h"
#include "tools/acta/transport.h"

namespace acta::cli {

// One sentence what is wrong and one what to do on standard error; with --json the problem document too.
// Gives the exit code.
int report(const Globals& globals, const Error& failure);
int report_usage(const std::string& message);

// Who reads from the command line without saying who he is. Nothing is ever recorded in that name.
inline constexpr const char* reader_handle = "local";

class Session {
 public:
  // Error: as open_transport; denied when something is to be written and nobody said who writes.
  static Result<Session> open(const Globals& globals, Access access);

  // Answers below 300; every other answer is an Error, its document kept for report(). A failed `sink` answer too.
  Result<Response> ask(Request request, const Sink& sink = nullptr);
  Result<Response> get(const std::string& target);
  Result<Json> get_json(const std::string& target);
  // As cli::report, with the server's own problem document where there is one.
  int report(const Error& failure) const;
  // What follows is asked of another server.
  void go_on_over(std::unique_ptr<Transport> transport) { transport_ = std::move(transport); }
  const Globals& globals() const { return globals_; }
  bool is_server() const { return transport_->is_server(); }

 private:
  Session(const Globals& globals, std::unique_ptr<Transport> transport) : globals_(globals), transport_(std::move(transport)) {}

  Globals globals_;
  std::unique_ptr<Transport> transport_;
  std::string problem_;
};

// Query parameters that were given, as "?limit=50&after=x".
class Query {
 public:
  Query& add(std::string_view name, const std::string& value);  // left out when empty
  std::string text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace acta::cli
