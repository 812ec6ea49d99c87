#pragma once
// A log as a folder (C2SP tlog-tiles): checkpoint, tile/<L>/<N>[.p/<W>], tile/entries/<N>[.p/<W>]. Written from whatever
// gives tiles, ours or another log's; checked by anybody, without the ledger.

#include <functional>

#include "engine/ledger/note.h"
#include "engine/ledger/tile_name.h"
#include "engine/ledger/verify.h"

namespace acta {

inline constexpr std::string_view checkpoint_name = "checkpoint";

struct TileExport {
  std::string folder;                      // made where it is not there yet
  std::string note;                        // the signed checkpoint
  std::function<Result<Bytes>(const TileName&)> fetch;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

struct TileExported {
  std::uint64_t size = 0, written = 0, kept = 0;   // entries; files
};

// Full tiles that the folder has stay as they are. Each file appears whole or not at all, the checkpoint last, and only when
// its root follows from all tiles and entries of the folder: those of another log, or altered ones, are refused. Ended at any
// moment, the folder holds what its checkpoint says. Error: conflict (a newer checkpoint is there), damaged, full,
// unavailable, and those of `fetch`.
Result<TileExported> export_tiles(rocksdb::Env& env, const TileExport& what);

struct TileFinding {
  std::string file;                        // in the folder
  std::optional<Position> position;        // of the entry, or of the first one under a hash
  std::string detail;
};

struct TileReport {
  Verdict verdict = Verdict::sound;        // tampered before untrusted_key before incomplete (files are missing)
  std::optional<Checkpoint> checkpoint;
  std::vector<CheckedSignature> signatures;
  std::uint64_t entries = 0;               // that were read and hashed
  std::vector<TileFinding> findings;       // findings_max at most, then one that counts the rest
};

struct TileCheck {
  std::string folder;
  std::vector<PublicKey> keys;             // one of them must have signed
  std::function<void(std::uint64_t done, std::uint64_t total)> progress = {};
};

// Rebuilds the tree from the entries, compares every hash of every tile, and goes on after a fault. Where an entry, its tile
// and the tile above disagree, the one that the others contradict is named. Error: not_found (no checkpoint), unavailable.
Result<TileReport> verify_tiles(rocksdb::Env& env, const TileCheck& check);

}  // namespace acta
