#pragma once
// Bytes in, requests out, in their order: all of a connection's reading that needs neither socket nor clock. Pure.

#include "api/chunk_reader.h"
#include "api/framing.h"

namespace acta {

class RequestReader {
 public:
  explicit RequestReader(const RequestLimits& limits) : limits_(limits) {}
  enum class Wants : std::uint8_t {
    request,    // nothing of a further request is there
    header,     // begun, and not at its empty line
    body,       // the header is there, its body is not
    nothing,    // a whole request is there: take() it
    refusal,    // what is there is no request, see broken(); the connection has ended
  };
  void add(std::string_view bytes) { waiting_.append(bytes); }
  // Reads as far as the bytes reach, at most to the end of one request. What stands behind it waits.
  Wants go_on();
  // The whole request. Once, after `nothing`.
  RequestHead take();
  const Broken& broken() const { return *broken_; }
  // The sender waits for 100 (Continue). Tells so once.
  bool take_expectation();
  std::size_t body_bytes() const { return head_ ? head_->request.body.size() : 0; }

 private:
  Wants read_header();
  Wants read_body();
  Wants fail(Broken broken);
  void drop(std::size_t bytes);
  bool begins_badly(std::size_t bytes) const;   // of the header's first so many

  const RequestLimits limits_;
  std::string waiting_;                     // arrived and not yet read; gives its memory back when it is empty
  std::size_t searched_ = 0;                // the header does not end before here
  bool led_ = false;                        // an empty line was read over
  std::optional<RequestHead> head_;
  std::optional<ChunkReader> chunks_;
  std::optional<Broken> broken_;
};

}  // namespace acta
