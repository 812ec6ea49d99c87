#pragma once
// What every verb knows: which ledger, who asks, how to print.

#include <string>

namespace acta::cli {

struct Globals {
  std::string data = "./acta-data";  // the folder; keys, key-encryption key and head lie beside it
  std::string url;                   // a server to ask instead of the folder
  std::string actor;                 // handle
  std::string role;
  bool json = false;                 // print what the REST resource gives
};

}  // namespace acta::cli
