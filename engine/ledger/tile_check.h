#pragma once
// One check of a folder of tiles. Private to engine/ledger.

#include <set>

#include "engine/ledger/tile_folder.h"

namespace acta {

// A row of a tile: its hashes, or what stands below it gives. None: it could not be read.
using HashRow = std::vector<std::optional<Hash>>;

class TileWalk {
 public:
  TileWalk(rocksdb::Env& env, const std::string& folder, const Checkpoint& checkpoint) : env_(env), folder_(folder), checkpoint_(checkpoint) {}

  // From the entries up. `progress` counts entries.
  void walk(const std::function<void(std::uint64_t done, std::uint64_t total)>& progress);

  std::uint64_t entries = 0;
  std::vector<TileFinding> findings;
  bool tampered = false, incomplete = false;

 private:
  struct Held {
    std::uint64_t index = 0;
    HashRow hashes;
  };
  enum class Right : std::uint8_t { tile, below, unknown };

  TileName name_of(std::optional<unsigned> level, std::uint64_t index) const;
  std::optional<Bytes> read(const TileName& name);
  const HashRow& tile(unsigned level, std::uint64_t index);
  HashRow read_tile_row(unsigned level, std::uint64_t index);
  HashRow leaves_of(std::uint64_t index);
  void check(unsigned level, std::uint64_t index, const HashRow& below);
  Right judge(unsigned level, std::uint64_t index, const HashRow& below);
  void tell(unsigned level, std::uint64_t at, Right right);
  void carry(unsigned level, std::uint64_t index, std::optional<Hash> root);
  std::optional<Hash> above(unsigned level, std::uint64_t index);
  std::optional<Hash> right_edge_root();
  void find(const TileName& name, std::optional<Position> position, std::string detail);
  void note(TileFinding finding);

  rocksdb::Env& env_;
  const std::string& folder_;
  const Checkpoint& checkpoint_;
  std::set<std::string> told_;             // files that are wrong as a whole
  std::uint64_t missing_ = 0;              // files; a checkpoint may claim any size, so there is an end to looking
  bool edge_holds_ = false;                // the partial tiles give the signed root
  std::vector<Held> held_;                 // by level: the tile last read
  std::vector<HashRow> growing_;           // by level: what the tiles below gave so far
};

}  // namespace acta
