#pragma once
// Events at a steady rate to one peer, and when each of its subscribers has them. One thread, one epoll for everybody,
// the same for each peer, so that what differs is the peer.

#include "tools/bench/load/conversation.h"

namespace acta::bench {

struct Course {
  std::string address;               // HOST:PORT
  int publishers = 32;               // connections, each with one append in flight
  int subscribers = 1;
  int probes = 0;                    // acta: connections that ask a view for what was just recorded
  int rate = 1'000;                  // events a second, whether or not the peer keeps up
  double seconds = 5, warm_up = 1;   // the warm-up is not counted
};

struct Times {
  std::vector<std::uint32_t> micros;
  double percentile(double share);   // in milliseconds; 0 when there are none
};

struct Outcome {
  std::string fault;                 // empty: it ran to its end
  double rate_kept = 0;              // answered appends a second
  std::uint64_t expected = 0, delivered = 0, delivered_bytes = 0;
  double generator_cpu = 0;          // share of one core: near 1, the generator would be what is measured
  Times append, delivery, view;      // from when the event was due; the view from the append's answer
};

Outcome deliver(const Plan& plan, const Course& course);

}  // namespace acta::bench
