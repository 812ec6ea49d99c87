#include "tests/tools/desk.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

namespace acta::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto patience = std::chrono::seconds(60);
constexpr auto look_again = std::chrono::milliseconds(5);

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

struct Streams {
  std::string folder, in, out, err;
};

// The environment is what is given, and what a program needs to be found.
int spawn(const Words& words, const std::map<std::string, std::string>& environment, const Streams& streams) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, streams.folder.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, streams.in.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, streams.out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, streams.err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<std::string> variables = {"PATH=/usr/local/bin:/usr/bin:/bin"};
  for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, words[0].c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE_MESSAGE(failed == 0, words[0]);
  return pid;
}

// 128 and the signal, as a shell has it, when one ended the process.
int exit_of(int pid) {
  const auto deadline = Clock::now() + patience;
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (Clock::now() > deadline) ::kill(pid, SIGKILL);
    std::this_thread::sleep_for(look_again);
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Words with_program(const Words& words) {
  Words all = {ACTA_BINARY_DIR "/acta"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

}  // namespace

const Words as_officer = {"--as", "jo.example", "--role", "project_officer"};

std::string example_body() { return text_of(ACTA_SOURCE_DIR "/docs/examples/open-case.json"); }

nlohmann::json Outcome::json() const {
  auto parsed = nlohmann::json::parse(out, nullptr, false);
  REQUIRE_MESSAGE(!parsed.is_discarded(), out << err);
  return parsed;
}

Outcome Desk::run(const Words& words, const Surroundings& around) const {
  write("stdin", around.input);
  const int exit = exit_of(spawn(with_program(words), around.environment, {path(""), path("stdin"), path("stdout"), path("stderr")}));
  return {exit, read("stdout"), read("stderr")};
}

Outcome Desk::shell(const std::string& line) const {
  const int exit = exit_of(spawn({"/bin/bash", "-c", line}, {}, {path(""), "/dev/null", path("stdout"), path("stderr")}));
  return {exit, read("stdout"), read("stderr")};
}

void Desk::write(const std::string& name, const std::string& text) const {
  std::ofstream out(path(name), std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  REQUIRE(out);
}

std::string Desk::read(const std::string& name) const { return text_of(path(name)); }
void Desk::copy(const std::string& from, const std::string& to) const { fs::copy(path(from), path(to), fs::copy_options::recursive); }
void Desk::remove(const std::string& name) const { REQUIRE(fs::remove_all(path(name)) > 0); }

void Desk::replace(const std::string& name, const std::string& with) const {
  remove(name);
  copy(with, name);
}

void Desk::init() const {
  const auto made = run({"init", "--origin", "acta.example/desk", "--facility", "Desk facility", "--founder", "ada:administrator", "--founder", "ben:administrator"});
  REQUIRE_MESSAGE(made.exit == 0, made.err);
}

nlohmann::json Desk::open_case(const std::string& key) const {
  Words words = {"record", "new", "--input", ACTA_SOURCE_DIR "/docs/examples/open-case.json", "--key", key, "--json"};
  words.insert(words.end(), as_officer.begin(), as_officer.end());
  const auto made = run(words);
  REQUIRE_MESSAGE(made.exit == 0, made.err);
  return made.json();
}

Outcome Desk::acknowledge(const std::string& reference, const Words& more) const {
  Words words = {"record", reference, "--input", "-"};
  words.insert(words.end(), as_officer.begin(), as_officer.end());
  words.insert(words.end(), more.begin(), more.end());
  return run(words, {.input = R"({"type": "RequestAcknowledged", "data": {"officer": "@jo.example"}, "evidence": [{"category": "acknowledgement"}]})"});
}

Background::Background(const Desk& desk, const Words& words, const std::string& name) : desk_(desk), name_(name) {
  pid_ = spawn(with_program(words), {}, {desk.path(""), "/dev/null", desk.path(name + ".out"), desk.path(name + ".err")});
}

Background::Background(const Desk& desk, const Program& program, const std::string& name) : desk_(desk), name_(name) {
  pid_ = spawn({program.path}, {}, {desk.path(""), "/dev/null", desk.path(name + ".out"), desk.path(name + ".err")});
}

Background::~Background() {
  if (pid_ > 0) stop(SIGKILL);
}

void Background::wait_for(std::string_view text) const {
  const auto deadline = Clock::now() + patience;
  while (out().find(text) == std::string::npos) {
    siginfo_t ended{};
    waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT);
    REQUIRE_MESSAGE((Clock::now() < deadline && ended.si_pid == 0), err());
    std::this_thread::sleep_for(look_again);
  }
}

Outcome Background::stop(int signal) {
  ::kill(pid_, signal);
  return wait();
}

Outcome Background::wait() {
  const int exit = exit_of(std::exchange(pid_, -1));
  return {exit, out(), err()};
}

Serving::Serving(const Desk& desk, const Words& words) : Background(desk, words, "serve") {
  wait_for("Ctrl-C stops it.\n");
  const std::string mark = " at http://", text = out();
  const auto begin = text.find(mark) + mark.size();
  address_ = text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace acta::test
