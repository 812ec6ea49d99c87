#include "tools/acta/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>

#include "tools/acta/exit_code.h"
#include "tools/acta/log.h"
#include "tools/acta/session.h"
#include "tools/acta/verbs.h"

namespace acta::cli {
namespace {

struct Line {
  Globals globals;
  SettingSources given;
  std::optional<Settings> settings;        // once the line is read
  std::function<int()> chosen;
};

// Each add_ function declares one verb; its options live as long as the callback that runs it.
template <class Options>
std::shared_ptr<Options> chosen_with(CLI::App& verb, Line& line, std::function<int(const Globals&, const Options&)> run_verb) {
  auto options = std::make_shared<Options>();
  verb.callback([options, &line, run_verb] { line.chosen = [options, &line, run_verb] { return run_verb(line.globals, *options); }; });
  return options;
}

void add_setting(CLI::App& app, Line& line, const Setting& setting) {
  const std::string name(setting.name);
  const std::string help = std::string(setting.help) + " [" + environment_name(name) + (setting.standard.empty() ? "" : ", " + std::string(setting.standard)) + "]";
  app.add_option_function<std::string>("--" + name, [&line, name](const std::string& text) { line.given.flags[name] = text; }, help);
}

void add_server_settings(CLI::App& verb, Line& line) {
  for (const Setting& setting : settings_table())
    if (setting.of_server) add_setting(verb, line, setting);
}

ServeOptions server_options(const Settings& settings) {
  return {.listen = settings.text("listen"), .tls_certificate = settings.text("tls-cert"), .tls_key = settings.text("tls-key"), .workers = static_cast<int>(settings.number("workers")), .connections_max = settings.number("connections-max"), .pipelined_max = settings.number("pipelined-max"), .free_bytes_min = settings.number("free-space-min") << 20, .log_level = settings.text("log-level"), .witness_policy = settings.text("witness-policy"), .outside_ca = settings.text("outside-ca"), .timestamp_url = settings.text("timestamp-url"), .timestamp_ca = settings.text("timestamp-ca"), .timestamp_policy = settings.text("timestamp-policy"), .timestamp_every_seconds = settings.number("timestamp-every")};
}

void add_init(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("init", "make a new, empty ledger in the data folder");
  auto options = chosen_with<InitOptions>(verb, line, init);
  verb.add_option("--origin", options->origin, "the ledger's name, as acta.example/facility: first line of every checkpoint")->required();
  verb.add_option("--facility", options->facility, "name of the facility")->required();
  verb.add_option("--founder", options->founders, "HANDLE:ROLE[,ROLE] of the two founding persons; give it twice")->required()->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_serve(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("serve", "serve the data folder over HTTP or HTTPS, on this machine only");
  verb.callback([&line] { line.chosen = [&line] { return serve(line.globals, server_options(*line.settings)); }; });
  add_server_settings(verb, line);
}

void add_demo(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("demo", "fill an empty folder with the sample cases and serve them");
  auto options = chosen_with<DemoOptions>(verb, line, [&line](const Globals& globals, DemoOptions o) {
    o.server = server_options(*line.settings);
    return demo(globals, o);
  });
  add_server_settings(verb, line);
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

void add_worklist(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("worklist", "what waits for --role, oldest first; with --as only what you may take yourself");
  auto options = chosen_with<WorklistOptions>(verb, line, worklist);
  auto* person = verb.add_option("--person", options->person, "handle or id of somebody else than --as");
  verb.add_flag("--anyone", options->anyone, "all that waits for the role, whoever --as is")->excludes(person);
  verb.add_option("--process", options->process, "only cases of this process");
  verb.add_option("--state", options->state, "only cases in this state, as `under decision`");
  verb.add_option("--limit", options->limit, "rows a page, at most 500");
  verb.add_option("--after", options->after, "cursor printed below an earlier page");
}

void add_counts(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("counts", "numbers for the funder, and the cases behind each");
  auto options = chosen_with<CountsOptions>(verb, line, counts);
  verb.add_option("--by", options->by, "one row for each theme, region, country, state, year or process");
  verb.add_option("--cases", options->cases, "list the cases behind a number: received, approved, refused, ... or received_to_approved, ...");
  const std::tuple<const char*, std::string&, const char*> filters[] = {
      {"--theme", options->theme, "only this theme, as IMT"}, {"--region", options->region, "only this region, as asia"},
      {"--country", options->country, "only this country, as MU"}, {"--state", options->state, "only cases in this state today"},
      {"--year", options->year, "only what happened in this year"}, {"--process", options->process, "only this process"},
      {"--from", options->from, "only what happened on this day or later"}, {"--to", options->to, "only what happened on this day or earlier"},
      {"--position", options->position, "as the ledger stood after the entry at this position"}};
  for (const auto& [name, value, help] : filters) verb.add_option(name, value, help);
  verb.add_option("--limit", options->limit, "with --cases: rows a page, at most 500");
  verb.add_option("--after", options->after, "with --cases: cursor printed below an earlier page");
}

void add_audit_filters(CLI::App& verb, AuditOptions& options) {
  const std::tuple<const char*, std::string&, const char*> filters[] = {
      {"--person", options.person, "recorded by, or for, this person (handle or id)"}, {"--role", options.role, "by somebody in this role"},
      {"--type", options.type, "of this type, as docs/events.md names it"}, {"--case", options.case_id, "of this case (id or reference)"},
      {"--rule", options.rule, "refused by this control rule, as acta refusals shows it"},
      {"--recorded-from", options.recorded_from, "recorded then or later (date or RFC 3339 time)"}, {"--recorded-before", options.recorded_before, "recorded before then"}};
  for (const auto& [name, value, help] : filters) verb.add_option(name, value, help);
  verb.add_flag("--oldest", options.oldest, "the oldest first; else the newest");
  verb.add_option("--limit", options.limit, "rows a page, at most 500");
  verb.add_option("--after", options.after, "cursor printed below an earlier page");
}

void add_audit(CLI::App& app, Line& line) {
  CLI::App& all = *app.add_subcommand("audit", "who did what, the newest first; of several options all must fit");
  auto options = chosen_with<AuditOptions>(all, line, audit);
  add_audit_filters(all, *options);
  all.add_option("--kind", options->kind, "event, refusal, notice or ledger");
  all.add_option("--late-days", options->late_days, "recorded so many days or more after it happened");
  all.add_option("--occurred-from", options->occurred_from, "happened then or later (date or RFC 3339 time)");
  all.add_option("--occurred-before", options->occurred_before, "happened before then");
  CLI::App& refused = *app.add_subcommand("refusals", "what control rules refused, the newest first");
  add_audit_filters(refused, *chosen_with<AuditOptions>(refused, line, refusals));
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

// Each may be repeated: any of the values.
template <class Options>
void add_filters(CLI::App& verb, Options& options) {
  const auto add = [&verb](const char* name, std::vector<std::string>& values, const char* help) {
    verb.add_option(name, values, help)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  add("--case", options.cases, "only of this case (id or reference); may be repeated, as the next three");
  add("--process", options.processes, "only of cases of this process");
  add("--type", options.types, "only of this type, as docs/events.md names it");
  add("--role", options.roles, "only by somebody in this role");
}

void add_events(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("events", "the event stream");
  auto options = chosen_with<EventsOptions>(verb, line, events);
  auto* from = verb.add_option("--from", options->from, "first position wanted");
  verb.add_option("--after", options->after, "the position before the first wanted")->excludes(from);
  verb.add_option("--limit", options->limit, "at most so many");
  verb.add_flag("--follow", options->follow, "go on with what is recorded from now on, over restarts of the server");
  add_filters(verb, *options);
  auto* subscription = verb.add_option("--subscription", options->subscription, "begin after what this subscription acknowledged, with its filter");
  verb.add_flag("--ack", options->ack, "acknowledge what was printed")->needs(subscription);
}

void add_subscriptions(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("subscriptions", "named readers of the event stream, and how far each has come");
  verb.require_subcommand(1);
  verb.add_subcommand("list", "all of them, with their lag")->callback([&line] { line.chosen = [&line] { return list_subscriptions(line.globals); }; });
  const auto named = [&](const char* name, const char* help, std::function<int(const Globals&, const SubscriptionOptions&)> run_verb) {
    CLI::App* one = verb.add_subcommand(name, help);
    auto options = chosen_with<SubscriptionOptions>(*one, line, std::move(run_verb));
    one->add_option("NAME", options->name, "1 to 64 of a-z 0-9 _ -, a letter first")->required();
    return std::make_pair(one, options);
  };
  const auto [create, wanted] = named("create", "make one, or give it another filter", create_subscription);
  add_filters(*create, *wanted);
  create->add_option("--from", wanted->from, "first position wanted; default: the first entry");
  named("show", "one of yours", show_subscription);
  const auto [ack, told] = named("ack", "everything up to and with POSITION was dealt with", acknowledge_subscription);
  ack->add_option("POSITION", told->position, "of an entry")->required();
  named("delete", "forget it, and its position", delete_subscription);
}

constexpr unsigned cores_max = 256;

// A script whose variable is unset gives an empty text: taken for no key at all, it would make anything look trusted.
CLI::Validator not_empty() {
  return CLI::Validator([](std::string& text) { return text.empty() ? std::string("an empty text is no key: leave the option out to trust what the ledger itself says") : std::string(); }, "VKEY", "given");
}

void add_verify(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("verify", "check every byte, hash, signature and state of the ledger");
  auto options = chosen_with<VerifyVerbOptions>(verb, line, verify);
  verb.add_option("--timestamp-ca", options->timestamp_ca, "authorities in PEM: a time stamp that leads to none of them is told");
  verb.add_option("--key", options->key, "a log key you trust (name+id+base64), its first or a later one: those after it follow; default: the one entry 0 names")->check(not_empty());
  verb.add_flag("--hashes", options->hashes_only, "stored bytes, tree, tiles and signatures alone, several times as fast; it says what it left out");
  verb.add_option("--cores", options->cores, "threads that read and hash; default: one a core")->check(CLI::Range(1u, cores_max));
}

struct ProveOptions {
  std::uint64_t position = 0;
  std::string output;
};

void add_keys(CLI::App& verb, std::vector<std::string>& keys, const std::string& whose) {
  verb.add_option("--key", keys, "VKEY of " + whose + " (name+id+base64); may be repeated")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_compare(CLI::App& checkpoint, Line& line) {
  CLI::App& verb = *checkpoint.add_subcommand("compare", "whether two signed checkpoints of a log can both be true");
  auto options = chosen_with<CompareOptions>(verb, line, compare_checkpoints);
  verb.add_option("A", options->a, "file with a checkpoint, or - for standard input")->required();
  verb.add_option("B", options->b, "the other one")->required();
  add_keys(verb, options->keys, "the log");
  verb.add_option("--policy", options->policy, "file that says which logs and witnesses count");
  verb.add_option("--proof", options->proof, "consistency proof: JSON as /v1/ledger/consistency gives it, or a base64 hash a line; default: the ledger of --url or --data is asked");
}

void add_ledger_verbs(CLI::App& app, Line& line) {
  CLI::App& sign = *app.add_subcommand("checkpoint", "the newest signed checkpoint");
  auto witnessed = std::make_shared<bool>(false);
  sign.add_flag("--witnessed", *witnessed, "the newest that enough witnesses cosigned");
  sign.callback([&line, &sign, witnessed] {
    if (sign.get_subcommands().empty()) line.chosen = [&line, witnessed] { return checkpoint(line.globals, *witnessed); };
  });
  add_compare(sign, line);
  CLI::App& verb = *app.add_subcommand("prove", "proof that the entry at a position is in the ledger");
  auto options = chosen_with<ProveOptions>(verb, line, [](const Globals& globals, const ProveOptions& o) { return prove(globals, o.position, o.output); });
  verb.add_option("POSITION", options->position, "of the entry")->required();
  verb.add_option("-o,--output", options->output, "file to write");
}

void add_key_verbs(CLI::App& app, Line& line) {
  CLI::App& key = *app.add_subcommand("key", "the keys that sign the ledger's checkpoints");
  key.require_subcommand(1);
  key.add_subcommand("list", "each key, and which sizes of the ledger it signs")->callback([&line] { line.chosen = [&line] { return list_keys(line.globals); }; });
  key.add_subcommand("generate", "prepare a key, so that those who check can have it before it signs")->callback([&line] { line.chosen = [&line] { return generate_key(line.globals); }; });
  CLI::App& rotate = *key.add_subcommand("rotate", "from here on another key signs; recorded, and signed by both. The old one is destroyed");
  rotate.add_option("--to", chosen_with<KeyRotateOptions>(rotate, line, rotate_key)->to, "id of a prepared key; default: the only one prepared, or a new one");
  CLI::App& revoke = *key.add_subcommand("revoke", "signatures of a key stop counting; the one in force is succeeded by another");
  auto options = chosen_with<KeyRevokeOptions>(revoke, line, revoke_key);
  revoke.add_option("KEY", options->key, "its id, 8 hex digits, as `acta key list` shows it")->required();
  revoke.add_option("--reason", options->reason, "a code, as stolen")->required();
  revoke.add_option("--counts", options->counts, "its signatures over more entries than these count for nothing; default: from now on");
}

void add_proof_verbs(CLI::App& app, Line& line) {
  CLI::App& proof = *app.add_subcommand("proof", "check proofs of this or any other log of RFC 6962");
  proof.require_subcommand(1);
  CLI::App& inclusion = *proof.add_subcommand("verify", "that a leaf is in a tree");
  auto leaf = chosen_with<InclusionOptions>(inclusion, line, verify_inclusion);
  inclusion.add_option("--index", leaf->index, "of the leaf, from 0")->required();
  inclusion.add_option("--size", leaf->size, "leaves in the tree")->required();
  inclusion.add_option("--leaf-hash", leaf->leaf_hash, "base64")->required();
  inclusion.add_option("--root", leaf->root, "base64")->required();
  inclusion.add_option("HASH", leaf->hashes, "of the proof, base64, from leaf to root");
  CLI::App& consistency = *proof.add_subcommand("verify-consistency", "that a tree is the beginning of a later one");
  auto trees = chosen_with<ConsistencyOptions>(consistency, line, verify_consistency);
  consistency.add_option("--from", trees->from, "size of the earlier tree")->required();
  consistency.add_option("--to", trees->to, "size of the later tree")->required();
  consistency.add_option("--from-root", trees->from_root, "base64")->required();
  consistency.add_option("--to-root", trees->to_root, "base64")->required();
  consistency.add_option("HASH", trees->hashes, "of the proof, base64");
  CLI::App& file = *proof.add_subcommand("verify-file", "that an entry is in a log, by a .tlog-proof file");
  auto options = chosen_with<ProofFileOptions>(file, line, verify_proof_file);
  file.add_option("FILE", options->path, "as `acta prove` writes it, or another log")->required();
  file.add_option("--entry", options->entry, "file with the entry's stored bytes");
  file.add_option("--leaf-hash", options->leaf_hash, "base64, instead of the entry");
  add_keys(file, options->keys, "a log you trust");
  file.add_option("--policy", options->policy, "file that says which logs and how many witnesses count");
}

void add_witness_verbs(CLI::App& app, Line& line) {
  CLI::App& witness = *app.add_subcommand("witness", "cosign the checkpoints of logs, so that none can show two people two ledgers");
  witness.require_subcommand(1);
  CLI::App& init = *witness.add_subcommand("init", "make a new witness: its key, and the file of logs it knows");
  auto made = chosen_with<WitnessInitOptions>(init, line, init_witness);
  init.add_option("--folder", made->folder, "where its key and its memory lie; not on the machine of a log it cosigns")->required();
  init.add_option("--name", made->name, "of its key, as witness.example/w1")->required();
  init.add_option("--log", made->logs, "VKEY of a log it cosigns; may be repeated, and added to the file `logs` later")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  CLI::App& verb = *witness.add_subcommand("serve", "answer POST /add-checkpoint (C2SP tlog-witness), on this machine only");
  auto served = chosen_with<WitnessServeOptions>(verb, line, serve_witness);
  verb.add_option("--folder", served->folder, "of the witness")->required();
  verb.add_option("--listen", served->listen, "HOST:PORT; port 0 takes any free one")->capture_default_str();
  verb.add_option("--tls-cert", served->tls_certificate, "certificate in PEM; makes it HTTPS");
  verb.add_option("--tls-key", served->tls_key, "its private key in PEM");
}

void add_note_verbs(CLI::App& app, Line& line) {
  CLI::App& note = *app.add_subcommand("note", "signed notes, as checkpoints are");
  note.require_subcommand(1);
  CLI::App& verb = *note.add_subcommand("verify", "which of the keys you trust signed it");
  auto options = chosen_with<NoteOptions>(verb, line, verify_note);
  verb.add_option("FILE", options->path, "or - for standard input")->required();
  add_keys(verb, options->keys, "a log or witness you trust");
  verb.add_option("--succession", options->succession, "audit bundle of the log: the keys that follow from the one you give are known then");
}

void add_anchor_verbs(CLI::App& app, Line& line) {
  CLI::App& anchor = *app.add_subcommand("anchor", "time stamps from outside (RFC 3161) over checkpoints of the ledger");
  anchor.require_subcommand(1);
  const auto chosen = [&](const char* name, const char* help, int (*run_verb)(const Globals&, const AnchorOptions&)) {
    CLI::App& verb = *anchor.add_subcommand(name, help);
    auto options = chosen_with<AnchorOptions>(verb, line, run_verb);
    verb.add_option("--covers", options->entry, "the first that covers the entry at this position: it was there by then");
    return std::pair(&verb, options);
  };
  const auto [list, listed] = chosen("list", "those recorded, the newest first", list_anchors);
  list->add_option("--limit", listed->limit, "rows a page, at most 500");
  list->add_option("--after", listed->after, "cursor printed below an earlier page");
  const auto [show, shown] = chosen("show", "one of them; the newest", show_anchor);
  show->add_option("POSITION", shown->position, "of the entry that records it");
  const auto [out, taken] = chosen("export", "write the checkpoint and its receipt (FILE.tsr), for `openssl ts -verify`", export_anchor);
  out->add_option("POSITION", taken->position, "of the entry that records it; default: the newest");
  out->add_option("-o,--output", taken->output, "file for the checkpoint")->required();
  anchor.add_subcommand("now", "have the running server ask for one at once")->callback([&line] { line.chosen = [&line] { return anchor_now(line.globals); }; });
}

void add_tile_verbs(CLI::App& app, Line& line) {
  CLI::App& ledger = *app.add_subcommand("ledger", "the log as a folder of tiles, for other people's tools");
  ledger.require_subcommand(1);
  CLI::App& out = *ledger.add_subcommand("export-tiles", "write checkpoint, tiles and entries; a second run adds what is new");
  auto exported = chosen_with<TilesOptions>(out, line, export_tiles);
  out.add_option("DIR", exported->folder, "a new folder, or one of an earlier export")->required();
  CLI::App& verb = *ledger.add_subcommand("verify-tiles", "check such a folder, of this or any other log; needs no ledger");
  auto checked = chosen_with<TilesOptions>(verb, line, verify_tiles);
  verb.add_option("DIR", checked->folder, "the folder with `checkpoint` and `tile`")->required();
  add_keys(verb, checked->keys, "the log, or a witness");
}

void add_bundle_verbs(CLI::App& app, Line& line) {
  CLI::App& bundle = *app.add_subcommand("bundle", "audit bundles: evidence in one file, checked without the ledger");
  bundle.require_subcommand(1);
  CLI::App& create = *bundle.add_subcommand("create", "put cases, or a range of positions, into one file");
  auto made = chosen_with<BundleCreateOptions>(create, line, create_bundle);
  auto* cases = create.add_option("--case", made->cases, "case id or reference; several are allowed");
  auto* from = create.add_option("--from", made->from, "first position of a range")->excludes(cases);
  create.add_option("--to", made->to, "the position behind its last")->needs(from);
  create.add_option("--as-of", made->as_of, "of cases: what had happened by then (date or RFC 3339 time)")->excludes(from);
  create.add_option("-o,--output", made->output, "file to write")->required();
  CLI::App& verify = *bundle.add_subcommand("verify", "check a bundle; needs no ledger");
  auto checked = chosen_with<BundleVerifyOptions>(verify, line, verify_bundle);
  verify.add_option("FILE", checked->path, "the bundle")->required();
  verify.add_option("--timestamp-ca", checked->timestamp_ca, "authorities in PEM: a time stamp that leads to none of them is told");
  verify.add_option("--key", checked->key, "a log key you trust (name+id+base64), its first or a later one: those after it follow; default: the one entry 0 names")->check(not_empty());
}

void add_key_backup_verbs(CLI::App& backup, Line& line) {
  CLI::App& keys = *backup.add_subcommand("keys", "copies of the key store, apart from those of the ledger; each is destroyed after 30 days");
  keys.require_subcommand(1);
  const auto named = [&](const char* name, const char* help, int (*run_verb)(const Globals&, const KeyBackupOptions&)) {
    CLI::App& verb = *keys.add_subcommand(name, help);
    auto options = chosen_with<KeyBackupOptions>(verb, line, run_verb);
    verb.add_option("DIR", options->folder, "folder of backups of keys")->required();
    return std::pair(&verb, options);
  };
  const auto [create, made] = named("create", "copy the keys, after the ledger backup that they serve; destroys copies whose 30 days are over", create_key_backup);
  create->add_option("--ledger", made->ledger, "folder of backups of the ledger; its newest is served")->required();
  named("list", "which there are, and until when", list_key_backups);
  const auto [verify, checked] = named("verify", "open one box of each key in the ledger backup that is served", verify_key_backup);
  verify->add_option("--ledger", checked->ledger, "folder of backups of the ledger")->required();
  verify->add_option("--number", checked->number, "which backup; the newest");
  const auto [restore, restored] = named("restore", "put the keys back where they are looked for (--keys, --kek)", restore_key_backup);
  restore->add_option("--number", restored->number, "which backup; the newest");
  restore->add_flag("--expired", restored->expired, "even one whose 30 days are over: what was destroyed since comes back with it");
}

void add_backup_verbs(CLI::App& app, Line& line) {
  CLI::App& backup = *app.add_subcommand("backup", "copies of the ledger to go back to; keys are never in them");
  backup.require_subcommand(1);
  const auto named = [&](const char* name, const char* help, int (*run_verb)(const Globals&, const BackupOptions&)) {
    CLI::App& verb = *backup.add_subcommand(name, help);
    auto options = chosen_with<BackupOptions>(verb, line, run_verb);
    verb.add_option("DIR", options->folder, "folder of backups")->required();
    return std::pair(&verb, options);
  };
  named("create", "copy what is new; a server goes on recording meanwhile", create_backup);
  const auto [list, listed] = named("list", "which there are", list_backups);
  list->add_option("--head", listed->number, "print the signed checkpoint of this backup");
  const auto [verify, checked] = named("verify", "check every byte, as `acta verify` does", verify_backup);
  verify->add_option("--number", checked->number, "which backup; the newest");
  verify->add_option("--key", checked->key, "the log key you trust (name+id+base64)")->check(not_empty());
  const auto [restore, restored] = named("restore", "put a backup into a new data folder", restore_backup);
  restore->add_option("TO", restored->to, "data folder, new or empty")->required();
  restore->add_option("--number", restored->number, "which backup; the newest");
  add_key_backup_verbs(backup, line);
}

void add_recover(CLI::App& app, Line& line) {
  CLI::App& verb = *app.add_subcommand("recover", "say what a ledger lost that is older than its head file, and accept the loss");
  auto options = chosen_with<RecoverOptions>(verb, line, recover);
  auto* accept = verb.add_flag("--accept-rollback", options->accept_rollback, "record the loss for ever and unlock; another history is never accepted");
  verb.add_option("--signed", options->signed_size, "entries the head file was signed at, as `acta recover` shows them")->needs(accept);
  verb.add_option("--found", options->found_size, "entries the ledger has, as `acta recover` shows them")->needs(accept);
  verb.add_option("--why", options->why, "for everybody who checks the ledger; names no person")->needs(accept);
}

void add_operation_verbs(CLI::App& app, Line& line) {
  CLI::App& clock = *app.add_subcommand("clock", "the ledger's clock");
  clock.require_subcommand(1);
  clock.add_subcommand("confirm", "the gap or jump was looked at: writes go on")->callback([&line] { line.chosen = [&line] { return confirm_clock(line.globals); }; });
  CLI::App& verb = *app.add_subcommand("doctor", "say why it would not start, and what to do");
  auto outside = chosen_with<bool>(verb, line, [&line](const Globals& globals, bool asked) { return doctor(globals, server_options(*line.settings), asked); });
  verb.add_flag("--outside", *outside, "also ask the witnesses, and the time-stamp server for one that is not recorded");
  add_server_settings(verb, line);
  CLI::App& anew = *app.add_subcommand("rebuild", "build views anew from the ledger; the old ones answer until the new ones take over");
  anew.add_option("VIEW", *chosen_with<std::string>(anew, line, rebuild), "as case_list; default: all of them, one after the other");
  app.add_subcommand("status", "one screen: is it well, what is behind, how much room is left")->callback([&line] { line.chosen = [&line] { return status(line.globals); }; });
  app.add_subcommand("version", "print the version")->callback([&line] { line.chosen = [&line] { return version(line.globals); }; });
}

void add_config(CLI::App& app, Line& line) {
  CLI::App& config = *app.add_subcommand("config", "the settings: flag, else environment, else acta.toml, else default");
  config.require_subcommand(1);
  CLI::App& show = *config.add_subcommand("show", "each setting and its value");
  auto with_origin = chosen_with<bool>(show, line, [&line](const Globals& globals, bool origin) { return show_config(globals, *line.settings, origin); });
  show.add_flag("--origin", *with_origin, "and where it comes from");
  add_server_settings(show, line);
  CLI::App& check = *config.add_subcommand("check", "say whether flags, environment and file are in order");
  check.callback([&line] { line.chosen = [&line] { return check_config(line.globals, *line.settings); }; });
  add_server_settings(check, line);
}

void add_globals(CLI::App& app, Line& line) {
  for (const Setting& setting : settings_table())
    if (!setting.of_server) add_setting(app, line, setting);
  app.add_option_function<std::string>("--config", [&line](const std::string& path) { line.given.flags["config"] = path; }, "file of settings [ACTA_CONFIG, acta.toml where there is one]");
  app.add_flag("--json", line.globals.json, "print what the REST resource gives");
}

void add_verbs(CLI::App& app, Line& line) {
  add_init(app, line);
  add_serve(app, line);
  add_demo(app, line);
  add_import(app, line);
  add_cases(app, line);
  add_worklist(app, line);
  add_counts(app, line);
  add_case(app, line);
  add_history(app, line);
  add_audit(app, line);
  add_replay(app, line);
  add_record(app, line);
  add_events(app, line);
  add_subscriptions(app, line);
  add_verify(app, line);
  add_ledger_verbs(app, line);
  add_key_verbs(app, line);
  add_anchor_verbs(app, line);
  add_proof_verbs(app, line);
  add_note_verbs(app, line);
  add_tile_verbs(app, line);
  add_witness_verbs(app, line);
  add_bundle_verbs(app, line);
  add_backup_verbs(app, line);
  add_recover(app, line);
  add_operation_verbs(app, line);
  add_config(app, line);
}

// "x/" and "." would put the keys inside or above the folder instead of beside it.
std::string folder_name(const std::string& given) {
  std::filesystem::path path = std::filesystem::path(given).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (path.empty() || path.filename() == "." || path.filename() == "..") path = std::filesystem::weakly_canonical(given.empty() ? "." : given);
  return path.string();
}

void take_settings(const Settings& settings, Globals& globals) {
  globals.data = folder_name(settings.text("data"));
  globals.keys = settings.text("keys");
  globals.kek = settings.text("kek");
  globals.head = settings.text("head");
  globals.url = settings.text("url");
  globals.actor = settings.text("as");
  globals.role = settings.text("role");
}

// Between two lines of an answer nobody wants to read that all went well; a server's log is for that.
LogOptions log_options(const Settings& settings) {
  const std::string level = settings.origin("log-level").empty() ? "warning" : settings.text("log-level");
  return {.level = level, .format = settings.text("log-format")};
}

}  // namespace

int run(int argc, const char* const* argv) {
  CLI::App app("Acta: an event-sourced workflow engine with an append-only ledger.", "acta");
  Line line;
  add_globals(app, line);
  app.fallthrough();           // verbs inherit it when they are added
  add_verbs(app, line);
  app.require_subcommand(1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    return app.exit(failure) == 0 ? Exit::ok : Exit::usage;
  }
  line.given.environment = [](const char* name) -> const char* { return std::getenv(name); };
  auto settings = Settings::resolve(line.given);
  if (!settings) return report_usage(settings.error().message + ".");
  line.settings = *std::move(settings);
  take_settings(*line.settings, line.globals);
  log_to_stderr(log_options(*line.settings));
  return line.chosen();
}

}  // namespace acta::cli
