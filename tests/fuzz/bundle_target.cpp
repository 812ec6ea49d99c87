// Bundles and their manifests: none is sound that is not written in the one way there is.

#include "engine/bundle/check_bundle.h"
#include "engine/bundle/tar.h"
#include "events/assert.h"
#include "tests/fuzz/target.h"

namespace {

using namespace acta;

void check_manifest(std::string_view text) {
  const auto manifest = parse_manifest(text);
  ACTA_ASSERT(!manifest || to_text(*manifest) == text);
}

void check_archive(ByteView archive) {
  const TarWalk walk = walk_tar(archive);
  std::string written;
  for (const TarMember& member : walk.members) {
    written += tar_member(member.name, member.content);
    if (member.name == "manifest") check_manifest(text_view(member.content));
  }
  ACTA_ASSERT(!walk.fault.empty() || written + tar_end() == text_view(archive));
  const auto report = check_bundle(archive, {});
  if (!report) return;
  ACTA_ASSERT((report->verdict == Verdict::sound) <= report->findings.empty());
  ACTA_ASSERT(report->verdict != Verdict::sound || walk.fault.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_manifest(text_view({data, size}));
  check_archive({data, size});
  return 0;
}
