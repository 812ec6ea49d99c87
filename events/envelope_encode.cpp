#include <schemas/ledger_generated.h>

#include "events/envelope.h"

namespace acta {
namespace {

namespace fb = acta::ledger;
template <class T>
using Offset = flatbuffers::Offset<T>;
template <class T>
using Offsets = flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<T>>>;

// The generated structs are the bytes themselves, so a pointer to ours is a pointer to theirs.
static_assert(sizeof(fb::Id) == 16 && sizeof(fb::Hash) == 32 && alignof(fb::Id) == 1 && alignof(fb::Hash) == 1);
template <class Tag>
const fb::Id* fb_id(const Id<Tag>& id) { return reinterpret_cast<const fb::Id*>(id.bytes.data()); }
template <class Tag>
const fb::Id* fb_id(const std::optional<Id<Tag>>& id) { return id ? fb_id(*id) : nullptr; }
const fb::Hash* fb_hash(const Hash& hash) { return reinterpret_cast<const fb::Hash*>(hash.bytes.data()); }
const fb::Hash* fb_hash(const std::optional<Hash>& hash) { return hash ? fb_hash(*hash) : nullptr; }

template <class T>
flatbuffers::Optional<T> scalar(const std::optional<T>& value) {
  return value ? flatbuffers::Optional<T>(*value) : flatbuffers::nullopt;
}
flatbuffers::Optional<std::uint64_t> scalar(const std::optional<Position>& position) {
  return position ? flatbuffers::Optional<std::uint64_t>(position->value) : flatbuffers::nullopt;
}
flatbuffers::Optional<std::int64_t> scalar(const std::optional<Instant>& instant) {
  return instant ? flatbuffers::Optional<std::int64_t>(instant->micros) : flatbuffers::nullopt;
}

// Writes the parts of one entry, children before parents, always in the same order: equal entries give equal bytes.
class Encoder {
 public:
  Bytes entry(const Entry& entry);

 private:
  Offset<flatbuffers::String> text(const std::string& text) { return text.empty() ? 0 : builder_.CreateString(text); }
  Offset<flatbuffers::Vector<std::uint8_t>> bytes(const Bytes& bytes) { return bytes.empty() ? 0 : builder_.CreateVector(bytes); }
  Offset<flatbuffers::Vector<std::uint8_t>> payload(const Bytes& payload);
  Offsets<flatbuffers::String> texts(const std::vector<std::string>& texts);
  Offset<fb::Value> value(const Value& value);
  Offset<fb::Value> list(const List& list);
  Offset<fb::Actor> part(const Actor& actor);
  Offset<fb::Evidence> part(const Evidence& evidence);
  Offset<fb::Box> part(const Box& box);
  Offset<fb::Fact> part(const Fact& fact);
  Offset<fb::Change> part(const Change& change);
  Offset<fb::Total> part(const Total& total);
  Offset<fb::Clock> part(const ClockChange& clock);
  Offset<fb::Effect> part(const Effect& effect);
  Offset<fb::Command> part(const CommandRef& command);
  template <class Part>
  auto parts(const std::vector<Part>& list);
  template <class Part>
  auto part(const std::optional<Part>& present) { return present ? part(*present) : 0; }

  flatbuffers::FlatBufferBuilder builder_{1024};
};

template <class Part>
auto Encoder::parts(const std::vector<Part>& list) {
  std::vector<decltype(part(list.front()))> offsets;
  for (const Part& one : list) offsets.push_back(part(one));
  return offsets.empty() ? 0 : builder_.CreateVector(offsets);
}

Offset<flatbuffers::Vector<std::uint8_t>> Encoder::payload(const Bytes& payload) {
  if (payload.empty()) return 0;
  builder_.ForceVectorAlignment(payload.size(), 1, 8);
  return builder_.CreateVector(payload);
}

Offsets<flatbuffers::String> Encoder::texts(const std::vector<std::string>& texts) {
  std::vector<Offset<flatbuffers::String>> offsets;
  for (const std::string& one : texts) offsets.push_back(builder_.CreateString(one));
  return offsets.empty() ? 0 : builder_.CreateVector(offsets);
}

// An empty text or list is written: without it the value would say nothing at all.
Offset<fb::Value> Encoder::value(const Value& value) {
  if (const auto* held = std::get_if<std::string>(&value.held)) return fb::CreateValue(builder_, builder_.CreateString(*held));
  if (const auto* held = std::get_if<List>(&value.held)) return list(*held);
  const auto* money = std::get_if<Money>(&value.held);
  const auto currency = money ? builder_.CreateString(money->currency) : Offset<flatbuffers::String>(0);
  fb::ValueBuilder out(builder_);
  if (money) out.add_number(money->minor);
  if (money) out.add_currency(currency);
  if (const auto* held = std::get_if<std::int64_t>(&value.held)) out.add_number(*held);
  if (const auto* held = std::get_if<bool>(&value.held)) out.add_flag(*held);
  if (const auto* held = std::get_if<AnyId>(&value.held)) out.add_id(fb_id(*held));
  return out.Finish();
}

Offset<fb::Value> Encoder::list(const List& list) {
  std::vector<Offset<fb::Value>> elements;
  for (const Value& element : list) elements.push_back(value(element));
  const auto vector = builder_.CreateVector(elements);
  fb::ValueBuilder out(builder_);
  out.add_list(vector);
  return out.Finish();
}

Offset<fb::Actor> Encoder::part(const Actor& actor) {
  const auto role = text(actor.role);
  return fb::CreateActor(builder_, fb_id(actor.person), role, fb_id(actor.on_behalf_of), scalar(actor.delegation), static_cast<fb::Proof>(actor.proof));
}

Offset<fb::Command> Encoder::part(const CommandRef& command) {
  return fb::CreateCommand(builder_, fb_id(command.id), fb_hash(command.body), command.index, command.count);
}

Offset<fb::Evidence> Encoder::part(const Evidence& evidence) {
  const auto media_type = text(evidence.media_type);
  const auto category = text(evidence.category);
  return fb::CreateEvidence(builder_, fb_hash(evidence.digest), scalar(evidence.size), media_type, category, evidence.held);
}

Offset<fb::Box> Encoder::part(const Box& box) {
  const auto retention = text(box.retention);
  const auto nonce = bytes(box.nonce);
  const auto sealed = bytes(box.bytes);
  return fb::CreateBox(builder_, fb_id(box.person), retention, box.epoch, fb_hash(box.commitment), nonce, sealed);
}

Offset<fb::Fact> Encoder::part(const Fact& fact) {
  const auto name = builder_.CreateString(fact.name);
  const auto held = value(fact.value);
  return fb::CreateFact(builder_, name, held, scalar(fact.position));
}

Offset<fb::Change> Encoder::part(const Change& change) {
  const auto name = builder_.CreateString(change.name);
  const auto held = change.value ? value(*change.value) : Offset<fb::Value>(0);
  return fb::CreateChange(builder_, name, held);
}

Offset<fb::Total> Encoder::part(const Total& total) {
  const auto name = builder_.CreateString(total.name);
  return fb::CreateTotal(builder_, fb_id(total.case_id), name, total.delta);
}

Offset<fb::Clock> Encoder::part(const ClockChange& clock) {
  const auto name = builder_.CreateString(clock.name);
  return fb::CreateClock(builder_, name, static_cast<fb::ClockState>(clock.state), scalar(clock.due_at), scalar(clock.left), scalar(clock.calendar));
}

Offset<fb::Effect> Encoder::part(const Effect& effect) {
  const auto process = text(effect.process);
  const auto reference = text(effect.reference);
  const auto transitions = texts(effect.transitions);
  const auto configuration = texts(effect.configuration);
  const auto history = parts(effect.history);
  const auto data = parts(effect.data);
  const auto clocks = parts(effect.clocks);
  const auto totals = parts(effect.totals);
  const auto registers = parts(effect.registers);
  const auto passed = texts(effect.passed);
  return fb::CreateEffect(builder_, process, reference, fb_id(effect.parent), transitions, configuration, history, data, clocks, totals, registers, passed,
                          fb_hash(effect.state));
}

Bytes Encoder::entry(const Entry& entry) {
  const auto type = builder_.CreateString(entry.type);
  const auto actor = part(entry.actor);
  const auto command = part(entry.command);
  const auto reason = text(entry.reason);
  const auto evidence = parts(entry.evidence);
  const auto retention = text(entry.retention);
  const auto data = payload(entry.payload);
  const auto facts = parts(entry.facts);
  const auto effect = part(entry.effect);
  const auto sealed = parts(entry.sealed);
  const auto trace = text(entry.trace);
  const auto rule = text(entry.rule);
  const auto invented = texts(entry.invented);
  builder_.Finish(fb::CreateEntry(builder_, entry.format, static_cast<fb::Kind>(entry.kind), static_cast<fb::Mark>(entry.mark), entry.position.value,
                                  fb_id(entry.event_id), fb_id(entry.case_id), scalar(entry.revision), type, entry.version, fb_hash(entry.schema),
                                  entry.occurred_at.micros, static_cast<fb::Precision>(entry.precision), entry.recorded_at.micros, actor,
                                  fb_hash(entry.definition), scalar(entry.cause), fb_id(entry.correlation), command, reason, evidence, retention,
                                  fb_hash(entry.source), scalar(entry.target), data, facts, effect, sealed, trace, rule, scalar(entry.conflict), invented),
                  fb::EntryIdentifier());
  return {builder_.GetBufferPointer(), builder_.GetBufferPointer() + builder_.GetSize()};
}

}  // namespace

Result<Bytes> encode(const Entry& entry) {
  Bytes bytes = Encoder().entry(entry);
  if (bytes.size() <= entry_bytes_max) return bytes;
  return error(Code::too_large, "an entry of type " + entry.type + " would be " + std::to_string(bytes.size()) + " bytes; at most " +
                                    std::to_string(entry_bytes_max) + " fit: put larger content into a document");
}

}  // namespace acta
