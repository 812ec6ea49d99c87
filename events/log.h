#pragma once
// spdlog. What it formats with is compiled once, in fmt's own library: without this each file that logs compiles all of it
// anew, which takes half as long again as the file itself.

#include <spdlog/spdlog.h>

FMT_BEGIN_NAMESPACE
namespace detail {
extern template void vformat_to<char>(buffer<char>&, basic_string_view<char>, basic_format_args<buffer_context<char>>, locale_ref);
}
FMT_END_NAMESPACE
