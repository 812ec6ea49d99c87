#include "tests/golden/story_payloads.h"

#include <algorithm>

#include "schemas/control_generated.h"

namespace acta::golden {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
using flatbuffers::Table;

constexpr flatbuffers::voffset_t slot(unsigned id) { return static_cast<flatbuffers::voffset_t>(4 + 2 * id); }

template <class Root>
Bytes finish(FlatBufferBuilder& builder, Offset<Root> root) {
  builder.Finish(root);
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

Bytes one_text(unsigned id, std::string_view text) {
  FlatBufferBuilder builder;
  const auto held = builder.CreateString(text.data(), text.size());
  const auto start = builder.StartTable();
  builder.AddOffset(slot(id), held);
  return finish(builder, Offset<Table>(builder.EndTable(start)));
}

}  // namespace

Bytes loan_asked(const PersonId& borrower, std::string_view title, const Money& fee) {
  FlatBufferBuilder builder;
  const auto held_title = builder.CreateString(title.data(), title.size());
  const auto held_fee = common::CreateMoneyDirect(builder, fee.minor, fee.currency.c_str());
  const common::PersonId person(flatbuffers::span<const std::uint8_t, 16>(borrower.bytes.data(), 16));
  const auto start = builder.StartTable();
  builder.AddStruct(slot(0), &person);
  builder.AddOffset(slot(1), held_title);
  builder.AddOffset(slot(3), held_fee);
  return finish(builder, Offset<Table>(builder.EndTable(start)));
}

Bytes borrower_name(std::string_view name) { return one_text(2, name); }

Bytes remark(std::string_view text) { return one_text(0, text); }

Bytes reminder(std::string_view clock, Instant due_at, std::string_view role) {
  FlatBufferBuilder builder;
  return finish(builder, control::CreateReminderSentDirect(builder, std::string(clock).c_str(), due_at.micros, std::string(role).c_str()));
}

}  // namespace acta::golden
