#include "tools/acta/globals.h"

#include "engine/engine.h"

namespace acta::cli {

Folders folders_of(const Globals& globals) {
  Folders folders = Folders::beside(globals.data);
  if (!globals.keys.empty()) folders.keys = globals.keys;
  if (!globals.kek.empty()) folders.kek = globals.kek;
  if (!globals.head.empty()) folders.head = globals.head;
  return folders;
}

}  // namespace acta::cli
