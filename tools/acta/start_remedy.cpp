#include "tools/acta/start_remedy.h"

namespace acta::cli {

// A switch without default: a new code does not compile until somebody has thought about it.
std::string_view start_remedy(Code code) {
  switch (code) {
    case Code::malformed: return "Correct the setting; `acta config show --origin` says where each comes from.";
    case Code::invalid: return "Correct the setting or the file that is named, then ask again.";
    case Code::denied: return "Run the command it names, and ask who could have read the file until now.";
    case Code::not_found: return "Name the right folder or file, or make a new ledger with `acta init`.";
    case Code::busy: return "The server is at work on something: ask again in a moment, `acta status` shows how far it is.";
    case Code::full: return "Free some disk space, or lower free-space-min; reading works meanwhile.";
    case Code::clock: return "Put the machine's clock right, or start and run `acta clock confirm` if it is right; reading works meanwhile.";
    case Code::in_use: return "Stop the other process, ask it instead with --url, or take another port with --listen.";
    case Code::foreign: return "Name the folder, keys and database that belong together with --data, --keys and --kek.";
    case Code::newer: return "Use the newer version of acta that wrote it.";
    case Code::damaged: return "Keep the folder as it is, run `acta verify`, and restore the file or the folder from a backup.";
    case Code::rolled_back: return "An old copy may have been put in place: find the newest folder, or restore the head file that belongs to it.";
    case Code::missing_key: return "Put the key files back from their backup; without them personal data stays sealed.";
    case Code::unavailable: return "Give the folder back to the user that serves, and check the disk it lies on.";
    case Code::conflict:
    case Code::refused:
    case Code::stale:
    case Code::key_reused:
    case Code::in_flight:
    case Code::gone:
    case Code::too_large:
    case Code::unsupported: return {};
  }
  return {};
}

}  // namespace acta::cli
