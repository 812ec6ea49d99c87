#include "engine/privacy/key_records.h"

#include <algorithm>

namespace acta {
namespace {

constexpr std::uint8_t encoding_version = 1;
constexpr std::uint8_t key_record = 1;
constexpr std::uint8_t handle_record = 2;

template <std::size_t size>
void take_array(ByteReader& in, std::array<std::uint8_t, size>& into) {
  const ByteView taken = in.take(size);
  if (taken.size() == size) std::copy(taken.begin(), taken.end(), into.begin());
}

void put_record(Bytes& out, const KeyRecord& record) {
  put_u8(out, key_record);
  put(out, view(record.person));
  put_prefixed(out, view(record.retention));
  put_be32(out, record.key.epoch);
  put(out, record.key.key);
}

void put_record(Bytes& out, const HandleRecord& record) {
  put_u8(out, handle_record);
  put_prefixed(out, view(record.handle));
  put(out, view(record.person));
}

SegmentRecord take_key(ByteReader& in) {
  KeyRecord record;
  take_array(in, record.person.bytes);
  record.retention = std::string(text_view(in.prefixed()));
  record.key.epoch = in.be32();
  take_array(in, record.key.key);
  return record;
}

SegmentRecord take_handle(ByteReader& in) {
  HandleRecord record;
  record.handle = std::string(text_view(in.prefixed()));
  take_array(in, record.person.bytes);
  return record;
}

Error damaged() { return error(Code::damaged, "a key file holds something else than keys: restore it from the key backup"); }

}  // namespace

Bytes encode_segment(std::span<const SegmentRecord> records) {
  Bytes out;
  put_u8(out, encoding_version);
  put_be32(out, static_cast<std::uint32_t>(records.size()));
  for (const SegmentRecord& record : records) {
    std::visit([&out](const auto& held) { put_record(out, held); }, record);
  }
  return out;
}

Result<std::vector<SegmentRecord>> decode_segment(ByteView bytes) {
  ByteReader in(bytes);
  if (in.u8() != encoding_version) return damaged();
  std::vector<SegmentRecord> records;
  for (std::uint32_t left = in.be32(); left > 0; --left) {
    const std::uint8_t kind = in.u8();
    if (kind != key_record && kind != handle_record) return damaged();
    records.push_back(kind == key_record ? take_key(in) : take_handle(in));
  }
  if (!in.done()) return damaged();
  return records;
}

Bytes encode_secrets(const StoreSecrets& secrets) {
  Bytes out;
  put_u8(out, encoding_version);
  put(out, view(secrets.ledger));
  put(out, secrets.command_secret);
  put(out, secrets.log_key_seed);
  return out;
}

Result<StoreSecrets> decode_secrets(ByteView bytes) {
  ByteReader in(bytes);
  if (in.u8() != encoding_version) return damaged();
  StoreSecrets secrets;
  take_array(in, secrets.ledger.bytes);
  take_array(in, secrets.command_secret);
  take_array(in, secrets.log_key_seed);
  if (!in.done()) return damaged();
  return secrets;
}

Bytes encode_log_key(const LogKeyRecord& record) {
  Bytes out;
  put_u8(out, encoding_version);
  put(out, view(record.ledger));
  put(out, record.seed);
  return out;
}

Result<LogKeyRecord> decode_log_key(ByteView bytes) {
  ByteReader in(bytes);
  if (in.u8() != encoding_version) return damaged();
  LogKeyRecord record;
  take_array(in, record.ledger.bytes);
  take_array(in, record.seed);
  if (!in.done()) return damaged();
  return record;
}

}  // namespace acta
