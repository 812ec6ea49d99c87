#pragma once
// A target runs one input and ends the process, by ACTA_ASSERT, when what it promises does not hold.

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
