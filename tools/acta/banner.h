#pragma once
// What `acta serve` says at its start, to a person.

#include <cstdint>
#include <optional>
#include <string>

namespace acta::cli {

// A case worth looking at, and a day in the middle of its life.
struct BannerCase {
  std::string reference;
  std::string day;       // 2021-03-02
};

struct BannerTls {
  std::string name;         // that the certificate is for
  std::string certificate;  // the file
  std::string expires_at;
};

struct Banner {
  std::string address;   // 127.0.0.1:7171
  std::string facility, origin;
  std::string data;      // the folder, as given
  std::uint64_t size = 0;
  std::string program;   // how a shell calls us
  std::optional<BannerCase> example;
  std::string opening;   // a file that holds the body of a new case; empty: none at hand
  bool demo = false;     // the log key is public
  std::optional<std::uint64_t> left_simulation;  // position of the entry with which this start left the simulated clock
  std::string writes_stopped;                    // why nothing is recorded now; empty: it is
  std::optional<BannerTls> tls = {};
};

// Each command line in it works as it stands, in a shell in the same folder.
std::string render(const Banner& banner);

}  // namespace acta::cli
