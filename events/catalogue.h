#pragma once
// What event types there are and what their fields mean, read from binary FlatBuffers schemas (.bfbs) by reflection.
// The schemas are the only source: JSON, OpenAPI components, docs/events.md and the personal-data map come from here.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/ids.h"

namespace reflection {
struct Object;
struct Schema;
}  // namespace reflection

namespace acta {

enum class FieldKind : std::uint8_t { text, number, flag, enumeration, person, date, digest, money, bytes, table };

struct Table;

struct Field {
  std::string name, label, doc;
  FieldKind kind = FieldKind::text;
  bool list = false;
  bool must = false;          // present and not empty, checked on the JSON
  bool personal = false;      // sealed into a box, never in the payload
  std::string of;             // personal: the person-id field of the same table whose person it is about
  std::string retention;      // personal: retention class of the box
  std::string pattern;        // ECMAScript regular expression a text must match as a whole
  std::uint32_t characters_max = 0;        // of a text, in Unicode code points; of bytes, in bytes
  std::uint32_t items_max = 0;             // of a list
  std::int64_t number_min = 0, number_max = 0;
  std::vector<std::string> values;         // enumeration: the names, without `unset`
  std::shared_ptr<const Table> table;      // kind table: its fields
  std::uint16_t id = 0;
};

struct Table {
  std::string name;
  std::vector<Field> fields;               // in the order of their ids
  const reflection::Object* object = nullptr;
  const reflection::Schema* schema = nullptr;
  const Field* find(std::string_view field) const;
};

enum class Nature : std::uint8_t { act, fact };  // the recorder's own decision, or something reported

struct EventType {
  std::string name, area, label, doc;
  std::uint16_t version = 1;
  Nature nature = Nature::fact;
  bool irrevocable = false;
  std::string retention;                   // class of the entry
  std::shared_ptr<const Table> table;
  Hash schema;                             // SHA-256 of the binary schema
};

// Owns the schema bytes; everything it hands out lives as long as it does. Immutable: any thread.
class Catalogue {
 public:
  // Error: invalid, naming type and field, when a rule of docs/SCHEMAS.md is broken. Of one area several schemas may
  // come, oldest first; a type belongs to one area.
  static Result<std::shared_ptr<const Catalogue>> from(std::vector<Bytes> schemas);

  const EventType* find(std::string_view type) const;                      // the newest version, of the last schema; for writing
  const EventType* find(std::string_view type, const Hash& schema) const;  // as an entry names it; for reading
  const std::vector<EventType>& types() const { return types_; }           // ordered by area, then by name

  ~Catalogue();
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;

 private:
  Catalogue();
  std::vector<Bytes> schemas_;
  std::vector<EventType> types_;
};

struct ShippedSchema {
  std::string_view name;  // of the file, as facility/request
  ByteView bytes;
};
// Generated at build time: ledger.fbs first, control.fbs second, then one per facility area, ordered by name.
const std::vector<ShippedSchema>& shipped_schemas();
// Of the engine's own events (schemas/control/*.fbs): each is published right before the first entry that needs it.
const std::vector<ShippedSchema>& shipped_control_schemas();
// The process definitions shipped with this build (schemas/processes/*.yaml), ordered by name.
const std::vector<ShippedSchema>& shipped_processes();

}  // namespace acta
