#pragma once
// The built `acta` as a person uses it: a working folder of one's own, commands, files, a server in the background.

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

#include "tests/engine/scratch.h"

namespace acta::test {

using Words = std::vector<std::string>;

struct Outcome {
  int exit = -1;
  std::string out, err;
  nlohmann::json json() const;  // of `out`; fails the test when it is none
};

struct Surroundings {
  std::map<std::string, std::string> environment = {};
  std::string input = {};
};

class Desk {
 public:
  Outcome run(const Words& words, const Surroundings& around = {}) const;    // acta WORDS
  Outcome shell(const std::string& line) const;                              // /bin/bash -c LINE
  std::string path(const std::string& name) const { return scratch_ / name; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  void copy(const std::string& from, const std::string& to) const;           // folders with all they hold
  void remove(const std::string& name) const;
  // Replaces the folder: afterwards it is byte for byte what `with` is.
  void replace(const std::string& name, const std::string& with) const;

  // A new ledger in acta-data, without cases.
  void init() const;
  // Opens a case from docs/examples/open-case.json; gives its answer.
  nlohmann::json open_case(const std::string& key = "k1") const;
  // Acknowledges the request of a case, as its second event.
  Outcome acknowledge(const std::string& reference, const Words& more = {}) const;

 private:
  Scratch scratch_;
};

struct Program {
  std::string path;
};

// A program that runs while the test goes on; killed when the test ends before it.
class Background {
 public:
  // `name` names the files that take what it prints.
  Background(const Desk& desk, const Words& words, const std::string& name);    // acta WORDS
  Background(const Desk& desk, const Program& program, const std::string& name);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  int pid() const { return pid_; }
  std::string out() const { return desk_.read(name_ + ".out"); }
  std::string err() const { return desk_.read(name_ + ".err"); }
  // Until it has printed this. Fails the test when it ends before, or takes a minute.
  void wait_for(std::string_view text) const;
  Outcome stop(int signal);  // and waits for its end
  Outcome wait();            // for its end, whatever its cause

 private:
  const Desk& desk_;
  std::string name_;
  int pid_ = -1;
};

// `acta serve`, on a free port if nothing else is said.
class Serving : public Background {
 public:
  explicit Serving(const Desk& desk, const Words& words = {"serve", "--listen", "127.0.0.1:0"});
  const std::string& address() const { return address_; }

 private:
  std::string address_;
};

extern const Words as_officer;               // --as jo.example --role project_officer
std::string example_body();                  // docs/examples/open-case.json

}  // namespace acta::test
