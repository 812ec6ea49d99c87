#pragma once
// A stopped ledger's database in the hands of somebody who has RocksDB's own tools: every checksum of the files holds.

#include <doctest/doctest.h>
#include <rocksdb/env.h>

#include "engine/ledger/store.h"

namespace acta {

class RawStore {
 public:
  explicit RawStore(const std::string& folder) {
    auto opened = open_store({.folder = folder, .env = rocksdb::Env::Default(), .access = Access::write, .create = false, .sync = true});
    REQUIRE(opened);
    store_ = std::move(*opened);
  }
  std::optional<Bytes> find(Family family, ByteView key) const {
    auto value = store_->get(family, key);
    REQUIRE(value);
    return *std::move(value);
  }
  Bytes get(Family family, ByteView key) const {
    auto value = find(family, key);
    REQUIRE(value);
    return *std::move(value);
  }
  void put(Family family, ByteView key, ByteView value) const { REQUIRE(store_->db->Put({}, store_->family(family), slice(key), slice(value)).ok()); }
  void erase(Family family, ByteView key) const { REQUIRE(store_->db->Delete({}, store_->family(family), slice(key)).ok()); }
  void flip(Family family, ByteView key, std::size_t at) const {
    Bytes value = get(family, key);
    value.at(at % value.size()) ^= 0x04;
    put(family, key, value);
  }
  Bytes first_key(Family family) const {
    const auto rows = store_->iterate(family);
    rows->SeekToFirst();
    REQUIRE(rows->Valid());
    const ByteView key = view(rows->key());
    return {key.begin(), key.end()};
  }
  RightEdge edge() const {
    auto edge = decode_right_edge(get(Family::meta, view(tree_key)));
    REQUIRE(edge);
    return *std::move(edge);
  }

 private:
  std::unique_ptr<Store> store_;
};

}  // namespace acta
