// golden_writer SCHEMAS GOLDEN.bfbs OUT: writes the golden ledger anew. SCHEMAS holds ledger.bfbs and control.bfbs.
// Only when the format changes on purpose, which needs an ADR: the test compares with what is committed.

#include <cstdio>
#include <fstream>
#include <iterator>

#include "tests/golden/golden_files.h"

namespace {

acta::Bytes content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return acta::Bytes(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return std::fputs("usage: golden_writer SCHEMAS GOLDEN.bfbs OUT\n", stderr), 2;
  const std::string schemas = arguments[1];
  const acta::golden::Sources sources{.ledger_schema = content(schemas + "/ledger.bfbs"), .control_schema = content(schemas + "/control.bfbs"), .facility_schema = content(arguments[2]), .definition = content(ACTA_SOURCE_DIR "/tests/golden/loan.yaml")};
  acta::golden::write_folder(arguments[3], acta::golden::write_through_ledger(sources));
  return 0;
}
