#pragma once
// A ledger that is older than its head file stays locked until somebody accepts the loss: recorded first, unlocked after.

#include "engine/engine.h"

namespace acta {

// A ledger older than its newest signed checkpoint, as after a restore.
struct Rollback {
  LedgerId ledger = {};
  Checkpoint outside;                       // of the head file
  std::string note;                         // the head file
  bool unknown_key = false;                 // it was signed by none of the keys named here: the log key has changed since
  std::uint64_t size = 0;                   // entries found
  Hash root;
  std::uint64_t shown = 0;                  // so many of them are known to be those that were signed
  std::optional<Position> recorded = {};    // accepted already, but the head file is still the old one: a crash came between
};

// Of a stopped folder; `env` null: on the real disk. Nothing: the ledger fits its head file. Error: rolled_back when it is
// another history, or nobody can tell; and those of Engine::open.
Result<std::optional<Rollback>> find_rollback(const Folders& folders, rocksdb::Env* env = nullptr);

// Who accepts what. Sizes that are not those found are refused: somebody looked.
struct RollbackAcceptance {
  std::uint64_t signed_size = 0, size = 0;
  std::string why, actor, role;
  // Removes for good what others know of the lost entries. May be called again. Nothing: nobody knows of them.
  std::function<Result<void>(const Rollback&)> forget = {};
};

// Records the incident, has the rest forgotten, then moves the head file: until all is done the ledger stays locked, and
// doing it again goes on where it ended. Error: conflict (nothing to accept, other sizes), invalid, denied, and those of
// find_rollback and `forget`.
Result<Rollback> accept_rollback(const Folders& folders, const RollbackAcceptance& acceptance, rocksdb::Env* env = nullptr);

}  // namespace acta
