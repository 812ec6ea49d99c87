#pragma once
// Words as people search for them: without case and without diacritics, so that `sao tome` finds `São Tomé`.

#include <set>
#include <string>

namespace acta {

inline constexpr std::size_t word_bytes_max = 64;   // the rest of a longer word is not looked at

// The words of a text, folded (Unicode NFKD, marks stripped, case folded): letters and digits, all else parts them.
// Text that is no UTF-8 has none.
std::set<std::string> search_words(std::string_view text);

}  // namespace acta
