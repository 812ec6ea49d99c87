// /v1/ledger: what an auditor takes away to check the ledger without us.

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/resource.h"
#include "engine/ledger/proof_file.h"
#include "engine/ledger/remembered_subtrees.h"

namespace acta {
namespace {

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

Result<std::string> fresh_folder(const Json& body) {
  const auto folder = body.is_object() && body.size() == 1 ? body.find("folder") : body.end();
  if (folder == body.end() || !folder->is_string()) return error(Code::invalid, "the body is {\"folder\": \"/an/absolute/path\"}");
  const auto path = folder->get<std::string>();
  std::error_code failure;
  if (!path.starts_with('/') || std::filesystem::exists(path, failure)) return error(Code::invalid, "`folder` is an absolute path where nothing is yet");
  return path;
}

struct Span {
  std::uint64_t from = 0, to = 0;
};

Result<Span> span_of(const Call& call) {
  ACTA_TRY(const auto from, call.query.number("from"));
  ACTA_TRY(const auto to, call.query.number("to"));
  if (!from) return error(Code::malformed, "query parameter `from`: the size of the earlier tree");
  const auto size = call.engine().ledger().head().size;
  const Span span{*from, to.value_or(size)};
  if (span.from == 0 || span.from > span.to || span.to > size)
    return error(Code::invalid, "sizes are 0 < from <= to <= " + std::to_string(size));
  return span;
}

// What is signed, without the signatures.
std::string_view text_of(std::string_view note) { return note.substr(0, note.find("\n\n")); }

Result<std::string> witnessed_note(const Call& call) {
  if (auto cosigned = call.engine().cosigned_checkpoint()) return *std::move(cosigned);
  return error(Code::not_found, "no checkpoint was cosigned by enough witnesses yet");
}

Json hashes_json(const std::vector<Hash>& hashes) {
  Json out = Json::array();
  for (const auto& hash : hashes) out.push_back(to_base64(view(hash)));
  return out;
}

}  // namespace

Result<std::string> newest_note(const Call& call) {
  auto note = call.server.engine->checkpoint();
  if (auto published = note ? std::nullopt : call.engine().published_checkpoint()) note = *std::move(published);
  const auto cosigned = call.engine().cosigned_checkpoint();
  return note && cosigned && text_of(*cosigned) == text_of(*note) ? *cosigned : note;
}

Result<std::string> note_over(const Call& call, std::uint64_t size) {
  const auto cosigned = call.engine().cosigned_checkpoint();
  const auto head = cosigned ? call.engine().log_keys().open(*cosigned) : Result<Checkpoint>(Checkpoint{});
  return head && cosigned && head->size >= size ? *cosigned : newest_note(call);
}

Result<Response> show_checkpoint(const Call& call) {
  ACTA_CHECK(call.query.only({"witnessed"}));
  ACTA_TRY(const bool witnessed, call.query.flag("witnessed"));
  ACTA_TRY(auto note, witnessed ? witnessed_note(call) : newest_note(call));
  auto response = text_response(plain_text, std::move(note));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<Response> show_proof(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  const auto index = parse_number(call.segment(0));
  if (!index) return error(Code::not_found, "a position is a number in decimal digits");
  ACTA_TRY(const auto note, note_over(call, *index + 1));
  ACTA_TRY(const auto signed_head, call.engine().log_keys().open(note));
  if (*index >= signed_head.size) return error(Code::not_found, "the signed ledger ends before position " + std::to_string(*index));
  ACTA_TRY(const auto proof, inclusion_proof(*index, signed_head.size, call.server.subtrees->reader()));
  return text_response(plain_text, to_proof_file(*index, proof, note));
}

Result<Response> show_consistency(const Call& call) {
  ACTA_CHECK(call.query.only({"from", "to"}));
  ACTA_TRY(const auto span, span_of(call));
  const auto read = call.server.subtrees->reader();
  ACTA_TRY(const auto proof, consistency_proof(span.from, span.to, read));
  ACTA_TRY(const auto from_root, root_at(span.from, read));
  ACTA_TRY(const auto to_root, root_at(span.to, read));
  return json_response(200, {{"from", span.from}, {"to", span.to}, {"from_root", to_base64(view(from_root))},
                             {"to_root", to_base64(view(to_root))}, {"proof", hashes_json(proof)}});
}

Result<Response> show_log_key(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  return text_response(plain_text, to_vkey(call.engine().log_keys().current().key) + "\n");
}

Result<Response> copy_ledger(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  if (!is_local(call)) return error(Code::denied, "only the command line on this machine may ask for a copy: Acta-Token is missing or wrong");
  if (!has_media_type(call.request, "application/json")) return problem(call.trail, Fault::wrong_media_type, "the body is application/json");
  ACTA_TRY(const auto body, parse_json(call.request.body));
  ACTA_TRY(const auto folder, fresh_folder(body));
  ACTA_CHECK(call.engine().ledger().copy_to(folder));
  return json_response(201, {{"folder", folder}, {"size", call.engine().ledger().head().size}});
}

Result<Response> confirm_clock(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  ACTA_TRY(const auto recorded, call.server.engine->confirm_clock(call.actor, call.role));
  auto response = json_response(201, {{"position", recorded.first.value}});
  response.headers.emplace_back("Acta-Position", std::to_string(recorded.first.value));
  return response;
}

}  // namespace acta
