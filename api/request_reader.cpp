#include "api/request_reader.h"

#include <algorithm>

namespace acta {
namespace {

constexpr std::string_view header_end = "\r\n\r\n", line_end = "\r\n";

}  // namespace

RequestReader::Wants RequestReader::fail(Broken broken) {
  broken_ = std::move(broken);
  return Wants::refusal;
}

void RequestReader::drop(std::size_t bytes) {
  if (bytes == waiting_.size()) waiting_ = {};
  else waiting_.erase(0, bytes);
}

RequestReader::Wants RequestReader::go_on() {
  if (broken_) return Wants::refusal;
  return head_ ? read_body() : read_header();
}

// A line end of one character alone would let the rest wait for ever, and so would TLS on a port without it. Looked for in
// what is whole too, and before anything else: the answer must not depend on how the bytes were cut.
bool RequestReader::begins_badly(std::size_t bytes) const {
  const auto first = static_cast<unsigned char>(waiting_.front());
  if ((first <= ' ' && first != '\r') || first >= 0x7f) return true;
  for (auto at = waiting_.find('\n', searched_); at < bytes; at = waiting_.find('\n', at + 1))
    if (at == 0 || waiting_[at - 1] != '\r') return true;
  return false;
}

RequestReader::Wants RequestReader::read_header() {
  // RFC 9112 2.2: one empty line before a request is read over.
  if (!led_ && waiting_.starts_with(line_end)) {
    drop(line_end.size());
    led_ = true;
  }
  if (waiting_.empty()) return Wants::request;
  const auto end = waiting_.find(header_end, searched_);
  const auto bytes = end == std::string::npos ? waiting_.size() : end + header_end.size();
  if (begins_badly(std::min(bytes, limits_.header_bytes_max))) return fail({Fault::framing, "this is not the beginning of a request of HTTP/1.1, or a line does not end with CR LF"});
  if (bytes > limits_.header_bytes_max) return fail({Fault::header_too_large, "the header may have " + std::to_string(limits_.header_bytes_max) + " bytes"});
  if (end == std::string::npos) {
    searched_ = waiting_.size() - std::min(waiting_.size(), header_end.size() - 1);
    return Wants::header;
  }
  auto parsed = parse_head(std::string_view(waiting_).substr(0, bytes), limits_);
  if (auto* wrong = std::get_if<Broken>(&parsed)) return fail(std::move(*wrong));
  head_ = std::get<RequestHead>(std::move(parsed));
  if (head_->chunked) chunks_.emplace(limits_);
  drop(bytes);
  return read_body();
}

RequestReader::Wants RequestReader::read_body() {
  auto& body = head_->request.body;
  std::string_view rest = waiting_;
  if (chunks_) {
    if (auto fault = chunks_->take(rest, body)) return fail(*std::move(fault));
  } else {
    const auto count = std::min<std::size_t>(rest.size(), head_->length.value_or(0) - body.size());
    body.append(rest.substr(0, count));
    rest.remove_prefix(count);
  }
  drop(waiting_.size() - rest.size());
  const bool whole = chunks_ ? chunks_->done() : body.size() == head_->length.value_or(0);
  return whole ? Wants::nothing : Wants::body;
}

// Who has sent some of the body already does not wait.
bool RequestReader::take_expectation() {
  const bool expected = head_ && std::exchange(head_->expects_continue, false);
  return expected && waiting_.empty() && head_->request.body.empty();
}

RequestHead RequestReader::take() {
  auto out = *std::move(head_);
  head_.reset();
  chunks_.reset();
  searched_ = 0;
  led_ = false;
  return out;
}

}  // namespace acta
