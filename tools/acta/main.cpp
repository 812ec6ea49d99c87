#include <csignal>
#include <exception>
#include <iostream>

#include <sys/stat.h>

#include "tools/acta/command_line.h"

int main(int argc, char** argv) {
  ::umask(077);                      // keys, ledger and exports are nobody else's business
  std::signal(SIGPIPE, SIG_IGN);     // `acta events | head` ends by a failed write
  try {
    return acta::cli::run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << "acta: unexpected: " << failure.what() << "\nThis is a defect; `acta doctor` may say more.\n";
    return 1;
  }
}
