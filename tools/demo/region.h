#pragma once
// Which of the facility's regions a request belongs to.

#include <string>
#include <vector>

namespace acta::sample {

// From the first country, else from the first regional body; `other` when neither is known. Members of the Organisation
// of African, Caribbean and Pacific States count as that region wherever a source files them.
std::string region_of(const std::vector<std::string>& countries, const std::vector<std::string>& regional_bodies);

}  // namespace acta::sample
