#pragma once
// One item of a case's history, as GET /v1/cases/{case}/events gives it, in words.

#include "tools/acta/json_text.h"

namespace acta::cli {

bool flag_at(const Json& object, std::string_view name);
bool is_refusal(const Json& item);
std::string until_minute(std::string time);   // 2021-03-02 15:24
std::string happened(const Json& event);     // as precise as it was told: 2021, 2021-03, 2021-03-02, or with minutes
// The day it was recorded, where that is not the day it happened.
std::string recorded_later(const Json& event);
std::string position_of(const Json& event);  // without leading zeros
std::string type_of(const Json& event);      // the event's own name

}  // namespace acta::cli
