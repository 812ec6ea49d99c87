#include "tools/demo/region.h"

#include <map>
#include <string_view>

namespace acta::sample {
namespace {

struct Region {
  std::string_view name, members;
};

constexpr Region regions[] = {
    {"africa_caribbean_pacific", "AO BF BJ BW CD CI CM COMESA CV DO ET FJ GA GH JM KE LR MG ML MR MU MW NG RW SL SN TG TL TZ UG ZM"},
    {"asia", "BD KZ LK NP PH PK TH TJ UZ VN"},
    {"european_neighbourhood", "AM AZ BY EG GE JO LB MA MD TN UA"},
    {"latin_america", "AR BO BR CL CO CR EC GT HN LAC MX PE PY SV UY"},
    {"overseas_countries_territories", "AW CW PF"},
    {"gulf", "BH KW OM"},
    // Codes that ISO 3166-1 leaves to its users: the sample's invented countries.
    {"africa_caribbean_pacific", "QM QN QO QP"},
    {"asia", "QQ QR"},
    {"european_neighbourhood", "QS QT"},
    {"latin_america", "QU QV"},
    {"overseas_countries_territories", "QW"},
    {"gulf", "QX"},
};

using Membership = std::map<std::string_view, std::string_view>;

Membership memberships() {
  Membership found;
  for (const Region& region : regions) {
    std::string_view rest = region.members;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      found.emplace(rest.substr(0, end), region.name);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return found;
}

}  // namespace

std::string region_of(const std::vector<std::string>& countries, const std::vector<std::string>& regional_bodies) {
  static const Membership known = memberships();
  const std::vector<std::string>& asking = countries.empty() ? regional_bodies : countries;
  const auto found = asking.empty() ? known.end() : known.find(asking.front());
  return found == known.end() ? "other" : std::string(found->second);
}

}  // namespace acta::sample
