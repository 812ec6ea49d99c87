// acta-load: appends at a steady rate and times their delivery; prints one line of JSON. tools/bench/http calls it.

#include <charconv>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "tools/bench/load/delivery.h"

namespace {

using namespace acta::bench;

constexpr const char* usage =
    "acta-load --peer acta|redis|postgres|redis-recorder|postgres-recorder|nats-recorder --address HOST:PORT --run NAME --body FILE [--opening FILE]\n"
    "          [--subscribers 1] [--publishers 32] [--probes 0] [--rate 1000] [--seconds 5] [--warm-up 1]\n";

using Words = std::map<std::string, std::string>;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

double number(const Words& words, const std::string& name, double otherwise) {
  const auto found = words.find(name);
  if (found == words.end()) return otherwise;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), otherwise);
  return otherwise;
}

Course course_of(const Words& words) {
  const auto whole = [&](const std::string& name, int otherwise) { return static_cast<int>(number(words, name, otherwise)); };
  return {.address = words.at("--address"), .publishers = whole("--publishers", 32), .subscribers = whole("--subscribers", 1), .probes = whole("--probes", 0),
          .rate = whole("--rate", 1'000), .seconds = number(words, "--seconds", 5), .warm_up = number(words, "--warm-up", 1)};
}

void print_times(const char* name, Times& times) {
  std::cout << '"' << name << "\": {\"count\": " << times.micros.size() << ", \"p50_ms\": " << times.percentile(0.5) << ", \"p90_ms\": " << times.percentile(0.9)
            << ", \"p99_ms\": " << times.percentile(0.99) << ", \"max_ms\": " << times.percentile(1) << '}';
}

void print(Outcome& outcome) {
  std::cout << "{\"rate_kept\": " << outcome.rate_kept << ", \"expected\": " << outcome.expected << ", \"delivered\": " << outcome.delivered
            << ", \"delivered_bytes\": " << outcome.delivered_bytes << ", \"generator_cpu\": " << outcome.generator_cpu << ", ";
  print_times("append", outcome.append);
  std::cout << ", ";
  print_times("delivery", outcome.delivery);
  std::cout << ", ";
  print_times("view", outcome.view);
  std::cout << "}\n";
}

}  // namespace

int main(int count, char** words) {
  Words given;
  for (int i = 1; i + 1 < count; i += 2) given[words[i]] = words[i + 1];
  if (count % 2 == 0 || given.count("--peer") + given.count("--address") + given.count("--run") + given.count("--body") != 4) {
    std::cerr << usage;
    return 2;
  }
  const Plan plan{.peer = given["--peer"], .host = given["--address"], .body = text_of(given["--body"]), .opening_body = text_of(given["--opening"]), .run = given["--run"]};
  if (plan.body.find("@MARK@") == std::string::npos) {
    std::cerr << "acta-load: no @MARK@ in " << given["--body"] << "\n";
    return 2;
  }
  auto outcome = deliver(plan, course_of(given));
  if (!outcome.fault.empty()) {
    std::cerr << "acta-load: " << outcome.fault << "\n";
    return 1;
  }
  print(outcome);
  return 0;
}
