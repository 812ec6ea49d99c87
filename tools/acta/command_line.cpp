#include "tools/acta/command_line.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>

#include "tools/acta/exit_code.h"
#include "tools/acta/log.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

struct Line {
  Globals globals;
  std::function<int()> chosen;
};

// Each add_ function declares one verb; its options live as long as the callback that runs it.
template <class Options>
std::shared_ptr<Options> chosen_with(CLI::App& verb, Line& line, std::function<int(const Globals&, const Options&)> run_verb) {
  auto options = std::make_shared<Options>();
  verb.callback([options, &line, run_verb] { line.chosen = [options, &line, run_verb] { return run_verb(line.globals, *options); }; });
  return options;
}

void add_init(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("init", "make a new, empty ledger in the data folder");
  auto options = chosen_with<InitOptions>(verb, line, init);
  verb.add_option("--origin", options->origin, "the ledger's name, as acta.example/facility: first line of every checkpoint")->required();
  verb.add_option("--facility", options->facility, "name of the facility")->required();
  verb.add_option("--founder", options->founders, "HANDLE:ROLE[,ROLE] of the two founding persons; give it twice")->required()->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_serve(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("serve", "serve the data folder over HTTP, on this machine only");
  auto options = chosen_with<ServeOptions>(verb, line, serve);
  verb.add_option("--listen", options->listen, "HOST:PORT; port 0 takes any free one")->capture_default_str();
}

void add_demo(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("demo", "fill an empty folder with the sample cases and serve them");
  auto options = chosen_with<DemoOptions>(verb, line, demo);
  verb.add_option("--listen", options->listen, "HOST:PORT; port 0 takes any free one")->capture_default_str();
  verb.add_flag("!--no-serve", options->serve, "only fill the folder");
  verb.add_option("--seed", options->seed, "seed of keys, ids and nonces; the same seed gives the same hashes")->capture_default_str();
}

void add_import(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("import", "record the events of an NDJSON file; a second run changes nothing");
  auto path = chosen_with<std::string>(verb, line, import_file);
  verb.add_option("FILE", *path, "one event a line, or - for standard input")->required();
}

void add_cases(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("cases", "list cases; of several values of one option one must fit, of several options all");
  auto options = chosen_with<CasesOptions>(verb, line, cases);
  const auto values = [&](const char* name, std::vector<std::string>& into, const char* help) {
    verb.add_option(name, into, help)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  values("--process", options->processes, "in this process, as action");
  values("--state", options->states, "in this state, as 'under decision'");
  values("--country", options->countries, "of this country, as MU");
  values("--theme", options->themes, "of this theme, as LM");
  values("--region", options->regions, "of this region, as asia");
  values("--requester", options->requesters, "asked for by this authority");
  verb.add_option("--text", options->text, "words, or their beginnings, in title, requester or reference; case and accents do not matter");
  verb.add_option("--opened-from", options->opened_from, "recorded then or later (date or RFC 3339 time)");
  verb.add_option("--opened-before", options->opened_before, "recorded before then");
  verb.add_option("--changed-from", options->changed_from, "last changed then or later");
  verb.add_option("--changed-before", options->changed_before, "last changed before then");
  auto* open = verb.add_flag("--open", options->open, "not closed");
  verb.add_flag("--closed", options->closed, "closed")->excludes(open);
  verb.add_flag("--newest", options->newest, "the last changed first");
  verb.add_flag("--facets", options->facets, "also how many cases each value would leave");
  verb.add_option("--limit", options->limit, "rows a page, at most 500");
  verb.add_option("--after", options->after, "cursor printed below an earlier page");
}

struct CaseOptions {
  std::string id;
  PastOptions past;
};

void add_case(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("case", "show one case, now or as it was");
  auto options = chosen_with<CaseOptions>(verb, line, [](const Globals& globals, const CaseOptions& o) { return show_case(globals, o.id, o.past); });
  verb.add_option("ID", options->id, "case id or reference, as ACT-2021-003")->required();
  verb.add_option("--as-of", options->past.as_of, "what had happened by then (date or RFC 3339 time)");
  verb.add_option("--recorded-as-of", options->past.recorded_as_of, "what was known then");
  verb.add_option("--revision", options->past.revision, "after this many events");
  verb.add_option("--position", options->past.position, "as known at this ledger position");
}

struct NamedHistoryOptions {
  std::string id;
  HistoryOptions rest;
};

void add_history(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("history", "what happened to a case, in the order it happened; told late is marked");
  auto options = chosen_with<NamedHistoryOptions>(verb, line, [](const Globals& globals, const NamedHistoryOptions& o) { return history(globals, o.id, o.rest); });
  verb.add_option("ID", options->id, "case id or reference")->required();
  verb.add_flag("--refusals", options->rest.refusals, "with attempts that a control rule refused");
}

struct ReplayOptions {
  std::string id, as_of;
};

void add_replay(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("replay", "the case after each of its events, with the state digests");
  auto options = chosen_with<ReplayOptions>(verb, line, [](const Globals& globals, const ReplayOptions& o) { return replay(globals, o.id, o.as_of); });
  verb.add_option("ID", options->id, "case id or reference")->required();
  verb.add_option("--as-of", options->as_of, "stop at what had happened by then");
}

void add_record(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("record", "record what happened to a case, or open one");
  auto options = chosen_with<RecordOptions>(verb, line, record);
  verb.add_option("CASE", options->case_id, "case id or reference, or `new`")->required();
  verb.add_option("TYPE", options->type, "event type, with `new`; must agree with the input's");
  verb.add_option("--input", options->input, "the body {\"type\", \"data\", ...} as a file, or - for standard input")->required();
  verb.add_option("--key", options->key, "idempotency key; the same key and body are recorded once");
  verb.add_option("--if-match", options->if_match, "revision you decided on; default: the current one");
  verb.add_option("--reason", options->reason, "reason code");
  verb.add_option("--occurred-at", options->occurred_at, "when it happened (date or RFC 3339 time); default: now");
  verb.add_option("--evidence", options->evidence, "category of evidence, not held here; may be repeated")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_events(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("events", "the event stream");
  auto options = chosen_with<EventsOptions>(verb, line, events);
  auto* from = verb.add_option("--from", options->from, "first position wanted");
  verb.add_option("--after", options->after, "the position before the first wanted")->excludes(from);
  verb.add_option("--limit", options->limit, "at most so many");
  verb.add_flag("--follow", options->follow, "go on with what is recorded from now on");
}

void add_verify(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("verify", "check every byte, hash, signature and state of the ledger");
  auto key = chosen_with<std::string>(verb, line, verify);
  verb.add_option("--key", *key, "the log key you trust (name+id+base64); default: the one entry 0 names");
}

struct ProveOptions {
  std::uint64_t position = 0;
  std::string output;
};

void add_ledger_verbs(CLI::App& app, Line& line) {
  CLI::App& sign = *app.add_subcommand("checkpoint", "the newest signed checkpoint");
  sign.callback([&line] { line.chosen = [&line] { return checkpoint(line.globals); }; });
  CLI::App& verb = *app.add_subcommand("prove", "proof that the entry at a position is in the ledger");
  auto options = chosen_with<ProveOptions>(verb, line, [](const Globals& globals, const ProveOptions& o) { return prove(globals, o.position, o.output); });
  verb.add_option("POSITION", options->position, "of the entry")->required();
  verb.add_option("-o,--output", options->output, "file to write");
}

void add_operation_verbs(CLI::App& app, Line& line) {
  CLI::App& clock = *app.add_subcommand("clock", "the ledger's clock");
  clock.require_subcommand(1);
  clock.add_subcommand("confirm", "the gap or jump was looked at: writes go on")->callback([&line] { line.chosen = [&line] { return confirm_clock(line.globals); }; });
  CLI::App& verb = *app.add_subcommand("doctor", "say why it would not start, and what to do");
  auto listen = chosen_with<std::string>(verb, line, doctor);
  *listen = listen_default;
  verb.add_option("--listen", *listen, "the address to look at")->capture_default_str();
  app.add_subcommand("version", "print the version")->callback([&line] { line.chosen = [&line] { return version(line.globals); }; });
}

void add_globals(CLI::App& app, Globals& globals) {
  app.add_option("--data", globals.data, "data folder; keys and head file lie beside it")->envname("ACTA_DATA")->capture_default_str();
  app.add_option("--url", globals.url, "ask this server instead of the folder")->envname("ACTA_URL");
  app.add_option("--as", globals.actor, "your handle: 1 to 64 of A-Za-z0-9._-; reading works without, as `local`")->envname("ACTA_AS");
  app.add_option("--role", globals.role, "the role you act in")->envname("ACTA_ROLE");
  app.add_flag("--json", globals.json, "print what the REST resource gives");
}

void add_verbs(CLI::App& app, Line& line) {
  add_init(app, line);
  add_serve(app, line);
  add_demo(app, line);
  add_import(app, line);
  add_cases(app, line);
  add_case(app, line);
  add_history(app, line);
  add_replay(app, line);
  add_record(app, line);
  add_events(app, line);
  add_verify(app, line);
  add_ledger_verbs(app, line);
  add_operation_verbs(app, line);
}

// "x/" and "." would put the keys inside or above the folder instead of beside it.
std::string folder_name(const std::string& given) {
  std::filesystem::path path = std::filesystem::path(given).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (path.empty() || path.filename() == "." || path.filename() == "..") path = std::filesystem::weakly_canonical(given.empty() ? "." : given);
  return path.string();
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App app("Acta: an event-sourced workflow engine with an append-only ledger.", "acta");
  Line line;
  add_globals(app, line.globals);
  app.fallthrough();           // verbs inherit it when they are added
  add_verbs(app, line);
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return app.exit(failure) == 0 ? Exit::ok : Exit::usage;
  }
  line.globals.data = folder_name(line.globals.data);
  log_to_stderr(LogLevel::warning);
  return line.chosen();
}

}  // namespace acta::cli
