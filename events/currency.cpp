#include "events/currency.h"

#include <array>

namespace acta {
namespace {

struct Currencies {
  int digits;
  std::string_view codes;
};

// ISO 4217 lists one and three, those withdrawn since 2009 included.
constexpr std::array<Currencies, 4> known = {{
    {0, "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
    {3, "BHD IQD JOD KWD LYD OMR TND"},
    {4, "CLF UYW"},
    {2,
     "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE "
     "CZK DKK DOP DZD EEK EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP "
     "LKR LRD LSL LTL LVL MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
     "RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VEF VES WST XCD "
     "XCG YER ZAR ZMK ZMW ZWG ZWL"},
}};

}  // namespace

std::optional<int> minor_digits(std::string_view currency) {
  if (currency.size() != 3 || currency.find(' ') != std::string_view::npos) return std::nullopt;
  for (const Currencies& group : known)
    if (group.codes.find(currency) != std::string_view::npos) return group.digits;
  return std::nullopt;
}

}  // namespace acta
