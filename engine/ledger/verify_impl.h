#pragma once
// One run of verify: what it has rebuilt so far from the entries alone, and what it found. Private to engine/ledger.

#include <algorithm>
#include <unordered_map>

#include "engine/anchor/anchors.h"
#include "engine/control_events.h"
#include "engine/ledger/stretch.h"
#include "engine/ledger/verify.h"

namespace acta {

// A case as its entries give it.
struct Replay {
  CaseState state;
  std::optional<Position> last;          // newest sound entry
  std::optional<Hash> claimed;           // the state digest that entry carries
  bool agrees = true;                    // that digest is the replay's
  bool whole = true;                     // nothing was wrong so far
  bool lost = false;                     // after a bad entry, which may have been its own, and until a digest agrees again
};

struct SetRegister {
  Value value;
  Position set_by;
};

struct VerifyRun {
  VerifyRun(const VerifyOptions& of, Randomness& randomness) : options(of), sum_key(randomness) {}
  const VerifyOptions& options;
  const RowSumKey sum_key;
  VerifyReport report;
  std::unique_ptr<Store> store;
  std::uint64_t claimed_size = 0;        // as the tree state record says
  std::optional<Hash> claimed_root;      // none: the record cannot be read

  // Rebuilt.
  RightEdge edge;
  GrowingTiles tiles;
  std::vector<Hash> waiting;             // leaves of a tile that is appended when its last one comes
  bool tree_whole = true;                // false: an entry and its leaf hash are both gone, `edge` ends before them
  std::map<std::uint64_t, Hash> roots;   // at the sizes that were signed
  std::vector<std::uint64_t> signed_sizes;
  Instant last_recorded_at;
  std::unordered_map<CaseId, Replay> replays;
  RowSum case_rows, command_rows;        // of the indexes, as entries account for them
  std::unordered_map<CommandId, SeenCommand> commands;   // filled where an index is damaged
  std::optional<CommandRef> unfinished;  // of the entry before: its command has further entries
  std::map<std::string, SetRegister> registers;
  std::map<Hash, Position> schemas, definitions;
  std::vector<std::pair<Position, Hash>> early_schemas;   // of positions 0 to 2, which name what position 2 publishes
  std::optional<Opening> opening;
  std::optional<LogKeys> log_keys;       // as far as the entries name them soundly
  std::optional<Position> clock_confirmed;
  std::optional<Position> last_anchor;
  std::vector<std::pair<Position, Checkpoint>> anchored;  // those whose receipt is over the checkpoint beside it
  std::optional<Instant> last_stamp;

  // Positions known to be bad, as ascending ranges first to last. What follows from them is not told again.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> bad;
  bool tampered = false, incomplete = false, untrusted = false, revoked = false;
  std::uint64_t findings_left_out = 0;

  // Where the pass over the entries stands.
  std::uint64_t next_position = 0, unreadable_in_a_row = 0;
  bool given_up = false;
  std::vector<Bytes> odd_leaves;

  void find(std::optional<Position> position, std::string what, std::string detail);
  void find_unreadable(std::optional<Position> position, std::string what, const rocksdb::Status& status);
  void note(std::optional<Position> position, std::string what, std::string detail);
  void mark_bad(std::uint64_t first, std::uint64_t last);
  bool any_bad(std::uint64_t first, std::uint64_t end) const;   // end exclusive
  bool is_bad(Position position) const { return any_bad(position.value, position.value + 1); }
  // `position`, unless a bad entry after it may have changed what is asked about.
  std::optional<Position> unless_changed_later(Position position) const;

  // verify_files.cpp: the table files as a whole.
  void check_files();

  // verify_entries.cpp: one pass over the entries.
  StretchReader stretch_reader() const;
  void check_entries();
  std::uint64_t check_stretches(const StretchReader& reader, std::uint64_t from);
  std::uint64_t next_stretch(std::uint64_t position) const;
  void check_stretch(const Stretch& stretch);
  void pass_unreadable(const rocksdb::Status& status, std::uint64_t at);
  void give_up(const rocksdb::Status& status, std::uint64_t at);
  void check_tail();
  void check_entry(const StretchRow& row, const Stretch& stretch);
  void check_content(Position position, const Entry& entry);
  void check_envelope(Position position, const Entry& entry);
  void check_schema(Position position, const Entry& entry);
  void check_publication(Position position, const Entry& entry);
  void check_opening(Position position, const Entry& entry);
  void check_log_keys(Position position, const Entry& entry);
  void check_rollback(Position position, const Entry& entry);
  void check_schema_published(Position position, const Hash& digest);
  void fold_registers(const Entry& entry);
  void count(Kind kind);

  // verify_tree.cpp: leaf hashes, tiles, the right edge.
  void check_missing(std::uint64_t from, std::uint64_t to);
  void grow_over_stored(std::uint64_t from, std::uint64_t to);
  void check_leaf(const StretchRow& row);
  const Hash* folded_root(Position position, const Stretch& stretch) const;
  void grow_by(const StretchRow& row, const Stretch& stretch);
  void grow(const Hash& leaf);
  void remember_root();
  void check_tile(const FullTile& tile);
  void check_root();

  // verify_replay.cpp: cases and commands.
  void check_case(Position position, const Entry& entry);
  void replay(Replay& of, Position position, const Entry& entry);
  void check_digest(Replay& of, Position position, const Entry& entry);
  void check_command(Position position, const Entry& entry);
  void check_continues(Position position, const Entry& entry);

  // verify_derived.cpp: what is stored beside the entries equals what they give, and nothing more is stored.
  void check_derived();
  void check_states();
  void check_registers();
  void check_leaf_rows();
  void check_tile_rows();
  void check_meta_rows();
  void check_published(ByteView key, ByteView value);
  std::uint64_t each_row(Family family, const std::string& what, const std::function<void(ByteView key, ByteView value)>& row);

  // verify_indexes.cpp: the indexes of cases and commands are compared as a whole, and row by row only where they differ.
  void check_indexes();
  std::optional<RowSum> sum_of(Family family) const;
  void name_index_faults();
  void check_index_rows_of(Position position, const Entry& entry);
  void check_commands();
  void check_case_rows();
  void check_case_row_leads(ByteView key);

  // verify_anchors.cpp: time stamps, each against its checkpoint, and the checkpoints against the tree.
  void check_anchor(Position position, const Entry& entry);
  void check_anchored();

  // verify_signatures.cpp
  void read_heads();                     // which sizes to remember roots at
  void check_signatures();
  void check_outside();
  std::uint64_t newest_outside(const Checkpoint& outside) const;
  void check_key();
  std::optional<std::string> stored_note, cosigned_note, outside_note;
  std::optional<Checkpoint> check_head(const std::string& note, const std::string& what);
  bool check_signer(const Note& note, std::uint64_t size, const std::string& what);
};

// The id that a key of 16 bytes is.
template <class Identifier>
std::optional<Identifier> id_in(ByteView key) {
  if (key.size() != 16) return std::nullopt;
  Identifier id;
  std::copy(key.begin(), key.end(), id.bytes.begin());
  return id;
}

}  // namespace acta
