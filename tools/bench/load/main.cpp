// acta-load: appends at a steady rate and times their delivery; prints one line of JSON. tools/bench/http calls it.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "tools/bench/load/delivery.h"

namespace {

using namespace acta::bench;

constexpr const char* usage =
    "acta-load --peer acta|redis|postgres --address HOST:PORT --run NAME --body FILE [--opening FILE]\n"
    "          [--subscribers 1] [--publishers 32] [--probes 0] [--rate 1000] [--seconds 5] [--warm-up 1]\n";

using Words = std::map<std::string, std::string>;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double number(const Words& words, const std::string& name, double otherwise) {
  const auto found = words.find(name);
  return found == words.end() ? otherwise : std::atof(found->second.c_str());
}

Course course_of(const Words& words) {
  const auto whole = [&](const std::string& name, int otherwise) { return static_cast<int>(number(words, name, otherwise)); };
  return {.address = words.at("--address"), .publishers = whole("--publishers", 32), .subscribers = whole("--subscribers", 1), .probes = whole("--probes", 0),
          .rate = whole("--rate", 1'000), .seconds = number(words, "--seconds", 5), .warm_up = number(words, "--warm-up", 1)};
}

void print_times(const char* name, Times& times) {
  std::printf(R"("%s": {"count": %zu, "p50_ms": %.3f, "p90_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f})", name, times.micros.size(), times.percentile(0.5),
              times.percentile(0.9), times.percentile(0.99), times.percentile(1));
}

void print(Outcome& outcome) {
  std::printf(R"({"rate_kept": %.1f, "expected": %llu, "delivered": %llu, "delivered_bytes": %llu, "generator_cpu": %.2f, )", outcome.rate_kept,
              static_cast<unsigned long long>(outcome.expected), static_cast<unsigned long long>(outcome.delivered),
              static_cast<unsigned long long>(outcome.delivered_bytes), outcome.generator_cpu);
  print_times("append", outcome.append);
  std::printf(", ");
  print_times("delivery", outcome.delivery);
  std::printf(", ");
  print_times("view", outcome.view);
  std::printf("}\n");
}

}  // namespace

int main(int count, char** words) {
  Words given;
  for (int i = 1; i + 1 < count; i += 2) given[words[i]] = words[i + 1];
  if (count % 2 == 0 || given.count("--peer") + given.count("--address") + given.count("--run") + given.count("--body") != 4) {
    std::fputs(usage, stderr);
    return 2;
  }
  const Plan plan{.peer = given["--peer"], .host = given["--address"], .body = text_of(given["--body"]), .opening_body = text_of(given["--opening"]), .run = given["--run"]};
  if (plan.body.find("@MARK@") == std::string::npos) {
    std::fprintf(stderr, "acta-load: no @MARK@ in %s\n", given["--body"].c_str());
    return 2;
  }
  auto outcome = deliver(plan, course_of(given));
  if (!outcome.fault.empty()) {
    std::fprintf(stderr, "acta-load: %s\n", outcome.fault.c_str());
    return 1;
  }
  print(outcome);
  return 0;
}
