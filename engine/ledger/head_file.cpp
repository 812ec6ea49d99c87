// The newest signed checkpoint, kept outside the data folder so that it does not roll back together with it.

#include "engine/disk.h"
#include "engine/ledger/signer.h"

namespace acta {
namespace {

Error rolled_back(const std::string& what) {
  return error(Code::rolled_back, what + ". The ledger is an older or another copy of what was signed: put back the newest copy, or the head file that belongs to this one");
}

std::string sized(const Checkpoint& checkpoint) { return std::to_string(checkpoint.size) + " entries"; }

}  // namespace

Result<void> check_head_file(rocksdb::Env& env, const std::string& head_file, const Ledger& ledger, const LogKeys& keys) {
  Result<Bytes> read = read_file(env, head_file);
  if (!read && read.error().code == Code::not_found) {
    if (!ledger.stored_checkpoint()) return {};
    return error(Code::rolled_back, "the head file " + head_file + " is missing, so nobody can tell whether this ledger is the newest copy: put it back");
  }
  if (!read) return read.error();
  auto opened = keys.open(text_view(*read));
  if (!opened) return error(Code::damaged, "the head file " + head_file + " is not a checkpoint signed by this ledger's key (" + opened.error().message + ")");
  const Checkpoint& outside = *opened;
  const std::string& origin = keys.current().key.name;
  if (outside.origin != origin) return error(Code::foreign, "the head file " + head_file + " belongs to " + outside.origin + ", the ledger to " + origin);
  const Head head = ledger.head();
  if (outside.size > head.size) return rolled_back("the head file " + head_file + " was signed at " + sized(outside) + ", the ledger has " + std::to_string(head.size));
  ACTA_TRY(const Hash root, root_at(outside.size, ledger.subtree_reader()));
  if (root != outside.root) return rolled_back("the head file " + head_file + " was signed at " + sized(outside) + " over other entries than the ledger has");
  return {};
}

}  // namespace acta
