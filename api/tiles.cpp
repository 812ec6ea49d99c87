// GET /v1/ledger/tile/..: tiles and entry bundles (C2SP tlog-tiles). What a tile holds never changes and anybody may
// ask for it (docs/adr/0013), so any cache may keep it.

#include "api/resource.h"
#include "engine/ledger/tile_reader.h"

namespace acta {
namespace {

// Nothing that was not signed and published is given away.
Result<std::uint64_t> published_size(const Call& call) {
  const auto note = call.engine().published_checkpoint();
  if (!note) return std::uint64_t{0};
  ACTA_TRY(const auto checkpoint, call.engine().log_keys().open(*note));
  return checkpoint.size;
}

}  // namespace

Result<Response> show_tile(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  const auto name = parse_tile_path("tile/" + call.segment(0));
  if (!name) return error(Code::not_found, name.error().message);
  ACTA_TRY(const auto size, published_size(call));
  ACTA_TRY(const auto bytes, read_tile(call.engine().ledger(), *name, size));
  auto response = text_response("application/octet-stream", std::string(text_view(bytes)));
  response.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return response;
}

}  // namespace acta
