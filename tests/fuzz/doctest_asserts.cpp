// The fixtures' checks, in a program that is no doctest program.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>
#include <iostream>

namespace {

struct Checks {
  Checks() {
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData& check) {
      if (check.m_failed) std::cerr << check.m_file << ":" << check.m_line << ": " << check.m_expr << "\n";
      if (check.m_failed) std::abort();
    });
  }
  doctest::Context context;
};

const Checks checks;

}  // namespace
