#pragma once
// What every verb knows: which ledger, who asks, how to print.

#include <string>

namespace acta {
struct Folders;
}

namespace acta::cli {

struct Globals {
  std::string data = "./acta-data";  // the folder; keys, key-encryption key and head lie beside it
  std::string keys, kek, head;       // elsewhere than beside it; empty: beside it
  std::string url;                   // a server to ask instead of the folder
  std::string actor;                 // handle
  std::string role;
  bool json = false;                 // print what the REST resource gives
};

// Where the ledger of `globals` and everything that belongs to it lies.
Folders folders_of(const Globals& globals);

}  // namespace acta::cli
