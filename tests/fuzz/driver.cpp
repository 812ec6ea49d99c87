// Runs one target without libFuzzer: over its corpus, then over seeded mutations of it.

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "events/assert.h"
#include "tests/fuzz/corpus.h"
#include "tests/fuzz/mutation.h"
#include "tests/fuzz/target.h"

namespace acta::fuzz {
namespace {

constexpr std::size_t long_factor = 50;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::stoull(text) : otherwise;
}

class Driver {
 public:
  explicit Driver(const std::string& target) : left_in_(std::filesystem::absolute(target + ".input").string()), file_(open(left_in_.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644)) {
    ACTA_ASSERT(file_ >= 0);
  }
  ~Driver() {
    close(file_);
    std::filesystem::remove(left_in_);
  }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // Written before it is run: whatever ends the process leaves it there.
  void run(ByteView input) const {
    ACTA_ASSERT(pwrite(file_, input.data(), input.size(), 0) == static_cast<ssize_t>(input.size()) && ftruncate(file_, static_cast<off_t>(input.size())) == 0);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  const std::string& left_in() const { return left_in_; }

 private:
  const std::string left_in_;
  const int file_;
};

int run(const std::string& target, std::size_t rounds, const std::vector<Bytes>& corpus) {
  const std::uint64_t seed = number_from("ACTA_SEED", 1);
  if (std::getenv("ACTA_LONG")) rounds *= long_factor;
  const Driver driver(target);
  std::cout << target << ": " << corpus.size() << " inputs and " << rounds << " mutations, ACTA_SEED=" << seed << "\n"
            << "If this fails, the input it fails at is " << driver.left_in() << "\n" << std::flush;
  for (const Bytes& input : corpus) driver.run(input);
  Mutation mutation(seed, corpus);
  for (std::size_t round = 0; round < rounds; ++round) driver.run(mutation.next());
  return 0;
}

}  // namespace
}  // namespace acta::fuzz

int main(int count, char** words) {
  if (count < 3) {
    std::cerr << "fuzz_TARGET ROUNDS PATH..\n  Runs the target over the files (a .hex file holds hex digits) and ROUNDS mutations of them.\n"
                 "  ACTA_SEED=N other mutations, ACTA_LONG=1 many more\n";
    return 2;
  }
  const auto corpus = acta::fuzz::read_corpus({words + 2, words + count});
  return acta::fuzz::run(std::filesystem::path(words[0]).filename(), std::stoull(words[1]), corpus);
}
