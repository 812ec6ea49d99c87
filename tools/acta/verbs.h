#pragma once
// One function a verb, one .cpp a verb. Each gives the process's exit code.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/acta/globals.h"
#include "tools/demo/demo.h"

namespace acta::cli {

inline constexpr const char* listen_default = "127.0.0.1:7171";

struct InitOptions {
  std::string origin, facility;
  std::vector<std::string> founders;  // HANDLE:ROLE[,ROLE], exactly two
};
int init(const Globals& globals, const InitOptions& options);

struct ServeOptions {
  std::string listen = listen_default;
};
int serve(const Globals& globals, const ServeOptions& options);

struct DemoOptions {
  std::string listen = listen_default;
  bool serve = true;
  std::uint64_t seed = demo_seed;
};
int demo(const Globals& globals, const DemoOptions& options);

int import_file(const Globals& globals, const std::string& path);

struct CasesOptions {
  std::optional<std::uint32_t> limit;
  std::string after, text, opened_from, opened_before, changed_from, changed_before;
  std::vector<std::string> processes, states, countries, themes, regions, requesters;
  bool open = false, closed = false, newest = false, facets = false;
};
int cases(const Globals& globals, const CasesOptions& options);

// Which past of a case is meant; all empty: now.
struct PastOptions {
  std::string as_of, recorded_as_of, revision, position;
};
int show_case(const Globals& globals, const std::string& id, const PastOptions& past);

struct HistoryOptions {
  bool refusals = false;
};
int history(const Globals& globals, const std::string& id, const HistoryOptions& options);
// as_of: stop after what had happened by then.
int replay(const Globals& globals, const std::string& id, const std::string& as_of);

struct RecordOptions {
  std::string case_id;                      // or "new"
  std::string type;                         // with "new" only; else the body's, which must agree when both are given
  std::string input;                        // file, or "-"
  std::string key;                          // empty: random, printed
  std::optional<std::uint32_t> if_match;    // absent: the current revision
  std::string reason, occurred_at;
  std::vector<std::string> evidence;        // categories, not held
};
int record(const Globals& globals, const RecordOptions& options);

struct EventsOptions {
  std::optional<std::uint64_t> from, after, limit;
  bool follow = false;
};
int events(const Globals& globals, const EventsOptions& options);

// vkey: the log key the caller trusts; empty: the one entry 0 names.
int verify(const Globals& globals, const std::string& vkey);
int checkpoint(const Globals& globals);
// output: a file; empty: standard output.
int prove(const Globals& globals, std::uint64_t position, const std::string& output);
int confirm_clock(const Globals& globals);
int doctor(const Globals& globals, const std::string& listen);
int version(const Globals& globals);

}  // namespace acta::cli
