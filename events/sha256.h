#pragma once
#include <initializer_list>

#include "events/ids.h"

namespace acta {

Hash sha256(ByteView bytes);
Hash sha256(std::initializer_list<ByteView> parts);        // of the concatenation
Hash hmac_sha256(ByteView key, ByteView message);          // RFC 2104

}  // namespace acta
