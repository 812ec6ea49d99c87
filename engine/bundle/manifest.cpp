#include "engine/bundle/manifest.h"

#include "engine/ledger/proof_file.h"

namespace acta {
namespace {

using Words = std::vector<std::string>;

Error malformed() { return error(Code::malformed, "the manifest is not written as a manifest is"); }

Words words_of(std::string_view line) {
  Words words;
  for (std::size_t end = 0; end != std::string_view::npos; line.remove_prefix(std::min(end + 1, line.size()))) {
    end = line.find(' ');
    words.emplace_back(line.substr(0, end));
    if (end == std::string_view::npos) break;
  }
  return words;
}

Result<CaseId> case_in(const std::string& text) {
  ACTA_TRY(const auto bytes, parse_uuid(text));
  return CaseId{bytes};
}

Result<void> take_position(std::set<std::uint64_t>& into, const std::string& text) {
  ACTA_TRY(const std::uint64_t position, parse_count(text));
  into.insert(position);
  return {};
}

Result<void> take_key(Manifest& into, const Words& words) {
  ACTA_TRY(const PublicKey key, parse_vkey(words[1]));
  ACTA_TRY(const std::uint64_t position, parse_count(words[2]));
  into.keys.emplace_back(key, Position{position});
  return {};
}

Result<void> take_revoked(Manifest& into, const Words& words) {
  RevokedKey revoked;
  ACTA_TRY(revoked.key, parse_vkey(words[1]));
  ACTA_TRY(revoked.counts, parse_count(words[2]));
  ACTA_TRY(revoked.said_at.value, parse_count(words[3]));
  into.revoked.push_back(std::move(revoked));
  return {};
}

Result<void> take_case(Manifest& into, const Words& words) {
  ACTA_TRY(const CaseId id, case_in(words[1]));
  ACTA_TRY(const std::uint64_t revisions, parse_count(words[2]));
  if (revisions > UINT32_MAX) return malformed();
  into.cases.push_back({.id = id, .revisions = static_cast<Revision>(revisions)});
  return {};
}

Result<void> take_ledger(Manifest& into, const Words& words) {
  ACTA_TRY(const auto id, parse_uuid(words[1]));
  into.ledger = LedgerId{id};
  return {};
}

Result<void> take_range(Manifest& into, const Words& words) {
  ACTA_TRY(const std::uint64_t from, parse_count(words[1]));
  ACTA_TRY(const std::uint64_t to, parse_count(words[2]));
  into.range = BundledRange{from, to};
  return {};
}

Result<void> take_line(Manifest& into, const Words& words) {
  const std::string& name = words[0];
  if (words.size() == 3 && name == "key") return take_key(into, words);
  if (words.size() == 4 && name == "revoked") return take_revoked(into, words);
  if (words.size() == 3 && name == "case") return take_case(into, words);
  if (words.size() == 3 && name == "range") return take_range(into, words);
  if (words.size() != 2) return malformed();
  if (name == "entry") return take_position(into.asked, words[1]);
  if (name == "support") return take_position(into.support, words[1]);
  if (name == "anchor") return take_position(into.anchors, words[1]);
  if (name == "ledger") return take_ledger(into, words);
  if (name == "origin") return into.origin = into.checkpoint.origin = words[1], Result<void>();
  if (name == "made" || name == "as-of") {
    ACTA_TRY(const Instant at, parse_instant(words[1]));
    if (name == "made") into.made = at;
    else into.as_of = at;
    return {};
  }
  if (name == "size") {
    ACTA_TRY(into.checkpoint.size, parse_count(words[1]));
    return {};
  }
  if (name != "root") return malformed();
  ACTA_TRY(into.checkpoint.root, parse_hash(words[1]));
  return {};
}

std::string_view format_of(const Manifest& manifest) {
  if (!manifest.anchors.empty()) return bundle_format_anchors;
  return manifest.keys.size() > 1 ? bundle_format_keys : bundle_format;
}

}  // namespace

std::vector<std::uint64_t> Manifest::positions() const {
  std::set<std::uint64_t> all = asked;
  all.insert(support.begin(), support.end());
  all.insert(anchors.begin(), anchors.end());
  return {all.begin(), all.end()};
}

std::string to_text(const Manifest& manifest) {
  std::string out = std::string(format_of(manifest)) + "\n";
  const auto line = [&out](std::string_view name, const std::string& value) { ((((out += name) += ' ') += value) += '\n'); };
  line("origin", manifest.origin);
  line("ledger", to_text(manifest.ledger));
  for (const auto& [key, position] : manifest.keys) line("key", to_vkey(key) + " " + std::to_string(position.value));
  for (const RevokedKey& one : manifest.revoked) line("revoked", to_vkey(one.key) + " " + std::to_string(one.counts) + " " + std::to_string(one.said_at.value));
  line("made", to_text(manifest.made));
  line("size", std::to_string(manifest.checkpoint.size));
  line("root", to_base64(view(manifest.checkpoint.root)));
  if (manifest.as_of) line("as-of", to_text(*manifest.as_of));
  for (const BundledCase& held : manifest.cases) line("case", to_text(held.id) + " " + std::to_string(held.revisions));
  if (manifest.range) line("range", std::to_string(manifest.range->from) + " " + std::to_string(manifest.range->to));
  for (const std::uint64_t position : manifest.asked) line("entry", std::to_string(position));
  for (const std::uint64_t position : manifest.support) line("support", std::to_string(position));
  for (const std::uint64_t position : manifest.anchors) line("anchor", std::to_string(position));
  return out;
}

Result<Manifest> parse_manifest(std::string_view text) {
  const std::string_view whole = text;
  const std::size_t first = text.find('\n');
  if (first == std::string_view::npos) return malformed();
  const std::string_view format = text.substr(0, first);
  const bool known = format == bundle_format || format == bundle_format_keys || format == bundle_format_anchors;
  if (!known && format.starts_with("acta-bundle@")) return error(Code::newer, "this is a bundle of another format than " + std::string(bundle_format) + " to " + std::string(bundle_format_anchors));
  Manifest manifest;
  for (text.remove_prefix(first + 1); !text.empty();) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return malformed();
    if (!take_line(manifest, words_of(text.substr(0, end)))) return malformed();
    text.remove_prefix(end + 1);
  }
  // Whatever stands in another order, twice, or not at all does not come out again as it went in.
  if (to_text(manifest) != whole) return malformed();
  return manifest;
}

}  // namespace acta
