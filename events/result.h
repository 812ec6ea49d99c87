#pragma once
// Expected failures travel as values. Exceptions stay in the file that calls the library throwing them.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace acta {

// Each code exists because a caller acts on it: api/problem.cpp gives it a status and a page, tools/acta an exit code.
enum class Code : std::uint8_t {
  malformed,     // not parseable, or a required header is missing
  invalid,       // well-formed but wrong: unknown type or member, missing evidence, time in the future
  denied,        // the role may not do this
  not_found,
  conflict,      // not allowed in this state
  refused,       // a control rule forbids it; the attempt is recorded
  stale,         // If-Match did not match
  key_reused,    // this idempotency key was used with another body
  in_flight,     // a command with this key is being decided
  gone,          // erased
  too_large,
  busy,          // queue full, or shutting down: try again
  full,          // too little disk space: writes refused, reads go on
  clock,         // the clock cannot be trusted: writes wait for `acta clock confirm`
  in_use,        // another process holds the data folder
  foreign,       // not an Acta folder, or keys of another ledger
  newer,         // written by a newer format
  damaged,       // bytes do not say what they should
  rolled_back,   // older than, or different from, the head file
  missing_key,
  unavailable,   // input/output failed
  unsupported,
};

// Where in a JSON document (RFC 6901 pointer) or in a definition (file:line) something is wrong.
struct FieldError {
  std::string pointer;
  std::string detail;
};

struct Error {
  Code code = Code::unavailable;
  std::string message;                        // says what is wrong and what to do; ids, never personal data
  std::vector<FieldError> fields;
  std::vector<std::string> allowed;           // conflict: event types the case accepts now
  std::optional<std::uint32_t> expected_revision;
  std::optional<std::uint32_t> current_revision;
  std::string rule;                           // refused: control word and group
  std::optional<std::uint64_t> position;      // refused: of the recorded refusal; damaged: of the entry
};

inline Error error(Code code, std::string message) { return Error{.code = code, .message = std::move(message), .fields = {}, .allowed = {}, .expected_revision = {}, .current_revision = {}, .rule = {}, .position = {}}; }

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error failure) : held_(std::in_place_index<1>, std::move(failure)) {}
  explicit operator bool() const { return held_.index() == 0; }
  T& operator*() & { return std::get<0>(held_); }
  const T& operator*() const& { return std::get<0>(held_); }
  T&& operator*() && { return std::get<0>(std::move(held_)); }
  T* operator->() { return &std::get<0>(held_); }
  const T* operator->() const { return &std::get<0>(held_); }
  Error& error() { return std::get<1>(held_); }
  const Error& error() const { return std::get<1>(held_); }

 private:
  std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error failure) : failure_(std::move(failure)) {}
  explicit operator bool() const { return !failure_; }
  Error& error() { return *failure_; }
  const Error& error() const { return *failure_; }

 private:
  std::optional<Error> failure_;
};

#define ACTA_CONCAT_(a, b) a##b
#define ACTA_CONCAT(a, b) ACTA_CONCAT_(a, b)
// ACTA_TRY(auto entry, ledger.read(position)); gives the value, or returns the error to the caller.
#define ACTA_TRY(declaration, expression) ACTA_TRY_(declaration, expression, ACTA_CONCAT(acta_try_, __LINE__))
#define ACTA_TRY_(declaration, expression, name) \
  auto name = (expression);                      \
  if (!name) return std::move(name).error();     \
  declaration = *std::move(name)
// ACTA_CHECK(step()); for Result<void>.
#define ACTA_CHECK(expression)                           \
  do {                                                   \
    if (auto acta_checked = (expression); !acta_checked) \
      return std::move(acta_checked).error();            \
  } while (false)

}  // namespace acta
