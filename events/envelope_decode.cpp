#include <schemas/ledger_generated.h>

#include <algorithm>

#include "events/envelope.h"
#include "events/kind_of.h"

namespace acta {
namespace {

namespace fb = acta::ledger;
template <class T>
using TableList = flatbuffers::Vector<flatbuffers::Offset<T>>;

std::string text(const flatbuffers::String* stored) { return stored ? stored->str() : std::string(); }

Bytes bytes(const flatbuffers::Vector<std::uint8_t>* stored) { return stored ? Bytes(stored->begin(), stored->end()) : Bytes(); }

std::vector<std::string> texts(const TableList<flatbuffers::String>* stored) {
  std::vector<std::string> out;
  if (stored)
    for (const auto* one : *stored) out.push_back(one->str());
  return out;
}

template <class To, class From>
To copied(const From& from) {
  To to;
  std::copy_n(from.bytes()->data(), to.bytes.size(), to.bytes.begin());
  return to;
}

template <class To, class From>
std::optional<To> maybe(const From* from) { return from ? std::optional<To>(copied<To>(*from)) : std::nullopt; }

template <class T>
std::optional<T> maybe(const flatbuffers::Optional<T>& from) { return from ? std::optional<T>(*from) : std::nullopt; }

std::optional<Position> maybe_position(const flatbuffers::Optional<std::uint64_t>& from) {
  return from ? std::optional<Position>(Position{*from}) : std::nullopt;
}

std::optional<Instant> maybe_instant(const flatbuffers::Optional<std::int64_t>& from) {
  return from ? std::optional<Instant>(Instant{*from}) : std::nullopt;
}

// Reads a verified buffer. What a field must have and lacks is remembered, and reported once at the end.
class Decoder {
 public:
  Entry entry(const fb::Entry& stored);
  const char* missing() const { return missing_; }

 private:
  void require(bool holds, const char* what) {
    if (!holds && missing_ == nullptr) missing_ = what;
  }
  template <class T>
  T due(const flatbuffers::Optional<T>& present, const char* what) {
    require(present.has_value(), what);
    return present ? *present : T{};
  }
  template <class To, class From>
  To due(const From* present, const char* what) {
    require(present != nullptr, what);
    return present ? copied<To>(*present) : To{};
  }
  template <class To, class From>
  To named(From stored, const char* what) {
    require(stored > From::MIN && stored <= From::MAX, what);
    return static_cast<To>(stored);
  }
  template <class From>
  auto parts(const TableList<From>* stored);

  Value value(const fb::Value* stored);
  Actor part(const fb::Actor& stored);
  Evidence part(const fb::Evidence& stored);
  Box part(const fb::Box& stored);
  Fact part(const fb::Fact& stored);
  Change part(const fb::Change& stored);
  Total part(const fb::Total& stored);
  ClockChange part(const fb::Clock& stored);
  Effect part(const fb::Effect& stored);
  CommandRef part(const fb::Command& stored);
  void read_content(Entry& out, const fb::Entry& stored);

  const char* missing_ = nullptr;
};

template <class From>
auto Decoder::parts(const TableList<From>* stored) {
  std::vector<decltype(part(std::declval<const From&>()))> out;
  if (stored)
    for (const From* one : *stored) out.push_back(part(*one));
  return out;
}

Value Decoder::value(const fb::Value* stored) {
  if (stored == nullptr) {
    require(false, "value");
    return {};
  }
  require(int{stored->text() != nullptr} + int{stored->number().has_value()} + int{stored->flag().has_value()} + int{stored->id() != nullptr} +
                  int{stored->list() != nullptr} == 1 && (stored->currency() == nullptr || stored->number().has_value()),
          "value of exactly one kind");
  if (stored->text()) return Value{stored->text()->str()};
  if (stored->number() && stored->currency()) return Value{Money{*stored->number(), stored->currency()->str()}};
  if (stored->number()) return Value{*stored->number()};
  if (stored->flag()) return Value{*stored->flag()};
  if (stored->id()) return Value{copied<AnyId>(*stored->id())};
  List list;
  if (stored->list())
    for (const fb::Value* element : *stored->list()) list.push_back(value(element));
  return Value{std::move(list)};
}

Actor Decoder::part(const fb::Actor& stored) {
  require(stored.proof() <= fb::Proof::MAX, "proof");
  return {.person = maybe<PersonId>(stored.person()),
          .role = text(stored.role()),
          .on_behalf_of = maybe<PersonId>(stored.on_behalf_of()),
          .delegation = maybe_position(stored.delegation()),
          .proof = static_cast<Proof>(stored.proof())};
}

CommandRef Decoder::part(const fb::Command& stored) {
  return {.id = due<CommandId>(stored.id(), "command id"),
          .body = due<Hash>(stored.body(), "command body"),
          .index = due(stored.index(), "command index"),
          .count = due(stored.count(), "command count")};
}

Evidence Decoder::part(const fb::Evidence& stored) {
  return {.digest = maybe<Hash>(stored.digest()),
          .size = maybe(stored.size()),
          .media_type = text(stored.media_type()),
          .category = text(stored.category()),
          .held = due(stored.held(), "evidence held")};
}

Box Decoder::part(const fb::Box& stored) {
  return {.person = due<PersonId>(stored.person(), "box person"),
          .retention = text(stored.retention()),
          .epoch = due(stored.epoch(), "box epoch"),
          .commitment = due<Hash>(stored.commitment(), "box commitment"),
          .nonce = bytes(stored.nonce()),
          .bytes = bytes(stored.bytes())};
}

Fact Decoder::part(const fb::Fact& stored) {
  return {.name = text(stored.name()), .value = value(stored.value()), .position = maybe_position(stored.position())};
}

Change Decoder::part(const fb::Change& stored) {
  return {.name = text(stored.name()), .value = stored.value() ? std::optional<Value>(value(stored.value())) : std::nullopt};
}

Total Decoder::part(const fb::Total& stored) {
  return {.case_id = due<CaseId>(stored.case_id(), "total case_id"), .name = text(stored.name()), .delta = due(stored.delta(), "total delta")};
}

ClockChange Decoder::part(const fb::Clock& stored) {
  return {.name = text(stored.name()),
          .state = named<ClockState>(stored.state(), "clock state"),
          .due_at = maybe_instant(stored.due_at()),
          .left = maybe(stored.left()),
          .calendar = maybe_position(stored.calendar())};
}

Effect Decoder::part(const fb::Effect& stored) {
  return {.process = text(stored.process()),
          .reference = text(stored.reference()),
          .parent = maybe<CaseId>(stored.parent()),
          .transitions = texts(stored.transitions()),
          .configuration = texts(stored.configuration()),
          .history = parts(stored.history()),
          .data = parts(stored.data()),
          .clocks = parts(stored.clocks()),
          .totals = parts(stored.totals()),
          .registers = parts(stored.registers()),
          .passed = texts(stored.passed()),
          .state = maybe<Hash>(stored.state())};
}

void Decoder::read_content(Entry& out, const fb::Entry& stored) {
  require(stored.actor() != nullptr, "actor");
  if (stored.actor()) out.actor = part(*stored.actor());
  if (stored.command()) out.command = part(*stored.command());
  out.evidence = parts(stored.evidence());
  out.payload = bytes(stored.payload());
  out.facts = parts(stored.facts());
  if (stored.effect()) out.effect = part(*stored.effect());
  out.sealed = parts(stored.sealed());
  out.invented = texts(stored.invented());
}

Entry Decoder::entry(const fb::Entry& stored) {
  Entry out;
  out.format = due(stored.format(), "format");
  out.kind = named<Kind>(stored.kind(), "kind");
  out.mark = named<Mark>(stored.mark(), "mark");
  out.position = Position{due(stored.position(), "position")};
  out.event_id = due<EventId>(stored.event_id(), "event_id");
  out.case_id = maybe<CaseId>(stored.case_id());
  out.revision = maybe(stored.revision());
  out.type = text(stored.type());
  require(!out.type.empty(), "type");
  out.version = due(stored.version(), "version");
  out.schema = maybe<Hash>(stored.schema());
  out.occurred_at = Instant{due(stored.occurred_at(), "occurred_at")};
  out.precision = named<Precision>(stored.precision(), "precision");
  out.recorded_at = Instant{due(stored.recorded_at(), "recorded_at")};
  out.definition = maybe<Hash>(stored.definition());
  out.cause = maybe_position(stored.cause());
  out.correlation = maybe<EventId>(stored.correlation());
  out.reason = text(stored.reason());
  out.retention = text(stored.retention());
  out.source = maybe<Hash>(stored.source());
  out.target = maybe_position(stored.target());
  out.trace = text(stored.trace());
  out.rule = text(stored.rule());
  out.conflict = maybe_position(stored.conflict());
  read_content(out, stored);
  return out;
}

Error damaged_entry(const char* why) { return error(Code::damaged, std::string("the bytes are not those of an entry: ") + why); }

// FlatBuffers are little-endian.
std::optional<std::uint64_t> little_endian(ByteView bytes, std::uint64_t at, std::size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

}  // namespace

Kind kind_of(ByteView stored) {
  const auto table = little_endian(stored, 0, 4);
  const auto back = table ? little_endian(stored, *table, 4) : std::nullopt;
  if (!back) return Kind::unset;
  const std::uint64_t fields = *table - static_cast<std::uint64_t>(static_cast<std::int32_t>(*back));
  const auto size = little_endian(stored, fields, 2);
  const auto offset = size && *size > fb::Entry::VT_KIND ? little_endian(stored, fields + fb::Entry::VT_KIND, 2) : std::nullopt;
  const auto kind = offset && *offset > 0 ? little_endian(stored, *table + *offset, 1) : std::nullopt;
  return kind && *kind <= static_cast<std::uint64_t>(Kind::ledger) ? static_cast<Kind>(*kind) : Kind::unset;
}

Result<Entry> decode(ByteView stored) {
  if (stored.size() > entry_bytes_max) return damaged_entry("longer than an entry can be");
  std::vector<std::uint64_t> aligned((stored.size() + 7) / 8);
  auto* data = reinterpret_cast<std::uint8_t*>(aligned.data());
  std::copy(stored.begin(), stored.end(), data);
  flatbuffers::Verifier verifier(data, stored.size());
  if (stored.size() < 8 || !fb::EntryBufferHasIdentifier(data)) return damaged_entry("the identifier ACT1 is missing");
  if (!fb::VerifyEntryBuffer(verifier)) return damaged_entry("the structure does not hold");
  Decoder decoder;
  Entry entry = decoder.entry(*fb::GetEntry(data));
  if (decoder.missing() != nullptr) return damaged_entry((std::string("no valid ") + decoder.missing()).c_str());
  return entry;
}

}  // namespace acta
