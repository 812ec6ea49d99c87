#include "events/value.h"

#include <algorithm>

namespace acta {
namespace {

enum class Tag : std::uint8_t { text = 1, number, money, flag, id, list };
constexpr int depth_max = 16;  // no value of ours nests deeper; bytes that do are damaged

struct Writer {
  Bytes& out;
  void tag(Tag tag) const { put_u8(out, static_cast<std::uint8_t>(tag)); }

  void operator()(const std::string& text) const {
    tag(Tag::text);
    put(out, view(text));
  }
  void operator()(std::int64_t number) const {
    tag(Tag::number);
    put_be64(out, static_cast<std::uint64_t>(number));
  }
  void operator()(const Money& money) const {
    tag(Tag::money);
    put_be64(out, static_cast<std::uint64_t>(money.minor));
    put(out, view(money.currency));
  }
  void operator()(bool flag) const {
    tag(Tag::flag);
    put_u8(out, flag ? 1 : 0);
  }
  void operator()(const AnyId& id) const {
    tag(Tag::id);
    put(out, view(id));
  }
  void operator()(const List& list) const {
    tag(Tag::list);
    for (const Value& element : list) {
      Bytes bytes;
      put_value(bytes, element);
      put_prefixed(out, bytes);
    }
  }
};

Error damaged_value() { return error(Code::damaged, "the bytes are not those of a value"); }

Result<Value> read_at(ByteView bytes, int depth);

Result<Value> read_number(ByteView bytes) {
  ByteReader in(bytes);
  const auto number = static_cast<std::int64_t>(in.be64());
  if (!in.done()) return damaged_value();
  return Value{number};
}

Result<Value> read_money(ByteView bytes) {
  if (bytes.size() < 9) return damaged_value();
  ByteReader in(bytes);
  const auto minor = static_cast<std::int64_t>(in.be64());
  return Value{Money{minor, std::string(text_view(bytes.subspan(8)))}};
}

Result<Value> read_flag(ByteView bytes) {
  if (bytes.size() != 1 || bytes[0] > 1) return damaged_value();
  return Value{bytes[0] == 1};
}

Result<Value> read_id(ByteView bytes) {
  AnyId id;
  if (bytes.size() != id.bytes.size()) return damaged_value();
  std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  return Value{id};
}

Result<Value> read_list(ByteView bytes, int depth) {
  ByteReader in(bytes);
  List list;
  while (!in.done()) {
    const ByteView element = in.prefixed();
    if (!in.ok()) return damaged_value();
    ACTA_TRY(Value value, read_at(element, depth + 1));
    list.push_back(std::move(value));
  }
  return Value{std::move(list)};
}

Result<Value> read_at(ByteView bytes, int depth) {
  if (bytes.empty() || depth > depth_max) return damaged_value();
  const ByteView rest = bytes.subspan(1);
  switch (static_cast<Tag>(bytes[0])) {
    case Tag::text: return Value{std::string(text_view(rest))};
    case Tag::number: return read_number(rest);
    case Tag::money: return read_money(rest);
    case Tag::flag: return read_flag(rest);
    case Tag::id: return read_id(rest);
    case Tag::list: return read_list(rest, depth);
  }
  return damaged_value();
}

}  // namespace

void put_value(Bytes& out, const Value& value) { std::visit(Writer{out}, value.held); }

Result<Value> read_value(ByteView bytes) { return read_at(bytes, 0); }

}  // namespace acta
