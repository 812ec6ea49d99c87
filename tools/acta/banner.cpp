#include "tools/acta/banner.h"

#include <vector>

#include "tools/acta/globals.h"
#include "tools/acta/shell.h"
#include "tools/acta/terminal.h"

namespace acta::cli {
namespace {

struct Trial {
  std::string command, gives;
};

// Without --data where the default says the same.
std::string call_of(const Banner& banner) {
  const bool as_default = banner.data == Globals{}.data || "./" + banner.data == Globals{}.data;
  return banner.program + (as_default ? "" : " --data " + shell_word(banner.data));
}

// By the name that the certificate has, at the address the server has and answers to.
std::string curl_of(const Banner& banner) {
  const std::string begin = "curl -s -H 'Acta-Actor: jo.example' ", path = "/v1/cases";
  if (!banner.tls) return begin + "http://" + banner.address + path;
  const std::string trusting = begin + "--cacert " + shell_word(banner.tls->certificate) + " ", name = banner.tls->name;
  const auto colon = banner.address.rfind(':');
  const std::string host = banner.address.substr(0, colon), port = banner.address.substr(colon);
  if (name == host || name == "localhost") return trusting + "https://" + name + port + path;
  if (name.find(':') != std::string::npos) return trusting + shell_word("https://" + banner.address + path);
  return trusting + "-H 'Host: " + banner.address + "' --resolve " + shell_word(name + port + ":" + host) + " " + shell_word("https://" + name + port + path);
}

std::vector<Trial> trials(const Banner& banner) {
  const std::string acta = call_of(banner);
  std::vector<Trial> out = {{acta + " cases", "which cases there are"}};
  if (banner.example) {
    const std::string reference = shell_word(banner.example->reference);
    out.push_back({acta + " history " + reference, "what happened to one of them, late news marked"});
    out.push_back({acta + " replay " + reference + " --as-of " + banner.example->day, "the same case, step by step, as it stood that day"});
  }
  if (!banner.opening.empty())
    out.push_back({acta + " record new --input " + shell_word(banner.opening) + " --as jo.example --role project_officer", "a new request"});
  out.push_back({acta + " verify", "check every byte, hash and signature"});
  out.push_back({curl_of(banner), banner.tls ? "the same over HTTPS" : "the same over HTTP"});
  return out;
}

std::string render(const std::vector<Trial>& all) {
  std::string out;
  for (const Trial& trial : all) out += "  # " + trial.gives + "\n  " + trial.command + "\n";
  return out;
}

std::string notices(const Banner& banner) {
  std::string out = "Only this machine can ask, and whoever asks is believed: names and roles are recorded as claimed, there is no sign-in.\n";
  if (banner.demo) out += "A sample ledger: its log key comes from a seed, so it is public and proves nothing to others.\n";
  if (banner.left_simulation)
    out += "The sample was told on a simulated clock. Entry " + std::to_string(*banner.left_simulation) + " ends that: from it on there is only the wall clock.\n";
  if (!banner.writes_stopped.empty()) out += "Reading works, but nothing is recorded for now: " + printable(banner.writes_stopped) + "\n";
  return out;
}

}  // namespace

std::string render(const Banner& banner) {
  const std::string tls = banner.tls ? "  TLS      for " + printable(banner.tls->name) + ", until " + banner.tls->expires_at + "; SIGHUP reads its files again\n" : "";
  return "Acta serves " + printable(banner.facility) + " at " + (banner.tls ? "https://" : "http://") + banner.address + "\n" +
         "  ledger   " + printable(banner.origin) + ", " + std::to_string(banner.size) + " entries\n" +
         "  folder   " + printable(banner.data) + "\n" + tls + "\n" +
         "To try, in another terminal in this folder:\n" + render(trials(banner)) + "\n" +
         notices(banner) +
         "Ctrl-C stops it.\n";
}

}  // namespace acta::cli
