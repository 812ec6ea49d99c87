#include "engine/ledger/verify.h"

#include <rocksdb/env.h>

#include <algorithm>

#include "engine/ledger/verify_impl.h"

namespace acta {
namespace {

// What no check of the bytes can show: said each time, so that nobody reads more into `sound` than there is.
const std::vector<std::string> cannot_be_proved = {
    "not provable here: what was never submitted to this ledger",
    "not provable here: that no other copy was shown to somebody else before an outsider kept a checkpoint",
};

std::uint64_t size_of_entries(const Store& store) {
  const auto rows = store.iterate(Family::entries);
  rows->SeekToLast();
  const auto last = rows->Valid() ? position_in(view(rows->key())) : std::nullopt;
  return last ? last->value + 1 : 0;
}

void read_tree_state(VerifyRun& run) {
  const auto stored = run.store->get(Family::meta, view(tree_key));
  if (stored && *stored) {
    if (const auto claimed = decode_right_edge(**stored)) {
      run.claimed_size = claimed->size;
      run.claimed_root = claimed->root();
      return;
    }
  }
  run.claimed_size = size_of_entries(*run.store);
  run.find(std::nullopt, "tree", "the tree state is missing or unreadable: " + std::to_string(run.claimed_size) + " entries are taken for the whole");
}

void remark_on_demo(VerifyRun& run) {
  if (!run.opening) return;
  if (run.opening->demo) run.report.remarks.push_back("sample ledger: its log key comes from a seed, so it is public and anybody can sign in its name");
  if (!run.opening->seed) return;
  run.report.remarks.push_back(run.clock_confirmed ? "told on a simulated clock up to position " + std::to_string(run.clock_confirmed->value) + ", on the wall clock after it"
                                                   : "told on a simulated clock");
}

void remark_on_tail(VerifyRun& run) {
  if (run.report.size <= run.report.signed_size) return;
  run.report.remarks.push_back(std::to_string(run.report.size - run.report.signed_size) + " entries after the newest checkpoint are whole but not yet signed");
}

Verdict verdict_of(const VerifyRun& run) {
  if (run.untrusted) return Verdict::untrusted_key;
  if (run.tampered) return Verdict::tampered;
  if (run.revoked) return Verdict::revoked_key;
  return run.incomplete ? Verdict::incomplete : Verdict::sound;
}

VerifyReport finished(VerifyRun& run) {
  run.report.verdict = verdict_of(run);
  if (run.findings_left_out > 0) run.report.findings.push_back(Finding{std::nullopt, "more", std::to_string(run.findings_left_out) + " further findings left out"});
  return std::move(run.report);
}

void check_all(VerifyRun& run) {
  run.check_files();
  read_tree_state(run);
  run.read_heads();
  run.check_entries();
  run.check_root();
  run.check_derived();
  run.check_anchored();
  run.check_signatures();
  remark_on_tail(run);
  remark_on_demo(run);
  run.report.remarks.insert(run.report.remarks.end(), cannot_be_proved.begin(), cannot_be_proved.end());
}

}  // namespace

void VerifyRun::note(std::optional<Position> position, std::string what, std::string detail) {
  if (report.findings.size() == findings_max) {
    ++findings_left_out;
    return;
  }
  report.findings.push_back(Finding{position, std::move(what), std::move(detail)});
}

void VerifyRun::find(std::optional<Position> position, std::string what, std::string detail) {
  tampered = true;
  note(position, std::move(what), std::move(detail));
}

void VerifyRun::find_unreadable(std::optional<Position> position, std::string what, const rocksdb::Status& status) {
  (status.IsCorruption() ? tampered : incomplete) = true;
  note(position, std::move(what), "unreadable: " + status.ToString());
}

void VerifyRun::mark_bad(std::uint64_t first, std::uint64_t last) {
  if (!bad.empty() && bad.back().second + 1 >= first) {
    bad.back().second = std::max(bad.back().second, last);
  } else {
    bad.emplace_back(first, last);
  }
}

bool VerifyRun::any_bad(std::uint64_t first, std::uint64_t end) const {
  const auto range = std::lower_bound(bad.begin(), bad.end(), first, [](const auto& item, std::uint64_t position) { return item.second < position; });
  return range != bad.end() && range->first < end;
}

std::optional<Position> VerifyRun::unless_changed_later(Position position) const {
  return any_bad(position.value + 1, claimed_size) ? std::nullopt : std::optional(position);
}

std::optional<Position> position_in(ByteView key) {
  ByteReader in(key);
  const Position position{in.be64()};
  return in.done() ? std::optional(position) : std::nullopt;
}

Result<VerifyReport> verify(const VerifyOptions& options) {
  VerifyOptions effective = options;
  if (effective.env == nullptr) effective.env = rocksdb::Env::Default();
  VerifyRun run(effective);
  auto opened = open_store({.folder = effective.folder, .env = effective.env, .access = Access::examine, .create = false, .sync = true});
  if (!opened && opened.error().code != Code::damaged) return opened.error();
  if (!opened) {
    run.find(std::nullopt, "store", opened.error().message);
    return finished(run);
  }
  run.store = *std::move(opened);
  const auto format = check_format(*run.store, effective.folder);
  if (!format && format.error().code != Code::damaged) return format.error();
  if (!format) run.find(std::nullopt, "store", format.error().message);
  check_all(run);
  return finished(run);
}

}  // namespace acta
