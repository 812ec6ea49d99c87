#pragma once
// <nlohmann/json.hpp>, for precompiled headers only: what every file would compile again is compiled once, in json_library.cpp.
// Files include <nlohmann/json.hpp>; they build without this one too, but take half as long again.

#include <map>
#include <memory>
#include <string>
#include <vector>

// The literals ""_json and ""_json_pointer are inline functions, so that each file instantiates the whole parser for
// them, used or not. Here they are declared only, and their bodies go to templates that nobody calls.
#define _json(...) _json(__VA_ARGS__); template <class Text> nlohmann::json parse_literal(Text s, std::size_t n)
#define _json_pointer(...) _json_pointer(__VA_ARGS__); template <class Text> nlohmann::json::json_pointer parse_pointer_literal(Text s, std::size_t n)
#include <nlohmann/json.hpp>
#undef _json
#undef _json_pointer

extern template class nlohmann::basic_json<>;
extern template class std::map<std::string, nlohmann::json, std::less<>>;
extern template class std::vector<nlohmann::json>;
