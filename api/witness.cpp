#include "api/witness.h"

#include <algorithm>

#include "api/problem.h"
#include "api/resource.h"
#include "events/log.h"

namespace acta {
namespace {

using Verdict = WitnessAnswer::Verdict;

constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr std::string_view size_text = "text/x.tlog.size";
constexpr std::size_t trace_id_bytes = 16;

struct Row {
  Verdict verdict;
  int status;
  Code code;
};
// What the protocol answers.
constexpr std::array rows = {
    Row{Verdict::malformed, 400, Code::malformed},     Row{Verdict::unsigned_head, 403, Code::denied}, Row{Verdict::unknown_log, 404, Code::not_found},
    Row{Verdict::inconsistent, 422, Code::invalid},    Row{Verdict::broken, 500, Code::unavailable},
};

Response answer_of(const WitnessAnswer& answer, const Trail& trail) {
  if (answer.verdict == Verdict::cosigned) return text_response(plain_text, answer.cosignature);
  if (answer.verdict == Verdict::other_size) {
    auto response = text_response(size_text, std::to_string(answer.size) + "\n");
    response.status = 409;
    return response;
  }
  const Row& row = *std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.verdict == answer.verdict; });
  auto response = problem(trail, error(row.code, answer.detail));
  response.status = row.status;
  return response;
}

Response with_allow(Response response, const char* methods) {
  response.headers.emplace_back("Allow", methods);
  return response;
}

class Desk {
 public:
  Desk(Witness& witness, const std::string& address) : witness_(witness), hosts_(hosts_of(address)) {}
  Response answer(const Request& request) const;

 private:
  Response add_checkpoint(const Request& request, const Trail& trail) const;

  Witness& witness_;
  std::vector<std::string> hosts_;
  std::shared_ptr<Randomness> randomness_ = system_randomness();
};

Response Desk::add_checkpoint(const Request& request, const Trail& trail) const {
  if (request.method != "POST") return with_allow(problem(trail, Fault::wrong_method, "a checkpoint is sent with POST"), "POST");
  const WitnessAnswer answer = witness_.add_checkpoint(request.body);
  if (answer.verdict == Verdict::broken) spdlog::critical("witness_broken reason=\"{}\" trace_id=\"{}\"", answer.detail, trail.trace_id);
  return answer_of(answer, trail);
}

Response Desk::answer(const Request& request) const {
  Trail trail{.instance = request.target.substr(0, request.target.find('?')), .trace_id = to_hex(random_bytes(*randomness_, trace_id_bytes))};
  const auto host = request.header("Host");
  if (!host || std::find(hosts_.begin(), hosts_.end(), *host) == hosts_.end()) return problem(trail, Fault::misdirected, "this witness answers to " + hosts_.front());
  auto response = [&] {
    if (trail.instance == "/add-checkpoint") return add_checkpoint(request, trail);
    if (trail.instance != "/livez") return problem(trail, Fault::no_page, "a witness has /add-checkpoint and /livez");
    if (request.method != "GET" && request.method != "HEAD") return with_allow(problem(trail, Fault::wrong_method, "this is only read"), "GET, HEAD");
    return text_response(plain_text, "alive\n");
  }();
  response.trace_id = trail.trace_id;
  return response;
}

}  // namespace

std::function<Response(const Request&)> witness_handler(Witness& witness, const std::string& address) {
  return [desk = std::make_shared<const Desk>(witness, address)](const Request& request) { return desk->answer(request); };
}

}  // namespace acta
