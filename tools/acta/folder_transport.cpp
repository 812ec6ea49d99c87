#include "api/router.h"
#include "engine/engine.h"
#include "engine/random.h"
#include "projections/subscriptions.h"
#include "projections/views.h"
#include "tools/acta/server_file.h"
#include "tools/acta/transport.h"

namespace acta::cli {
namespace {

constexpr std::size_t token_bytes = 32;

// On a folder, a view that stands still is told to whoever asks anything, except to who builds views anew.
bool heals(const Request& request) { return request.method == "POST" && request.target.starts_with("/v1/views/"); }

// Whoever can open the folder is the command line of this machine: each request brings the token of this run.
class FolderTransport final : public Transport {
 public:
  FolderTransport(std::unique_ptr<Engine> engine, std::unique_ptr<Views> views, std::unique_ptr<Subscriptions> subscriptions)
      : engine_(std::move(engine)), views_(std::move(views)), subscriptions_(std::move(subscriptions)),
        router_({.engine = engine_.get(), .views = views_.get(), .address = {}, .local_token = token_, .subscriptions = subscriptions_.get()}) {}

  bool is_server() const override { return false; }

  Result<Response> send(const Request& request, const Sink& sink) override {
    const auto seen = views_->catch_up();
    if (!seen && !heals(request)) return seen.error();
    Request local = request;
    local.headers.emplace_back("Acta-Token", token_);
    Response response = router_.handle(local);
    if (sink && response.status < 300) deliver(response, sink);
    else if (response.pieces) collect(response);
    return response;
  }

 private:
  static void deliver(Response& response, const Sink& sink) {
    if (!response.pieces) return sink(std::exchange(response.body, {})), void();
    while (const auto piece = response.pieces())
      if (!sink(*piece)) return;
  }

  static void collect(Response& response) {
    while (const auto piece = response.pieces()) response.body += *piece;
    response.pieces = nullptr;
  }

  const std::string token_ = to_hex(random_bytes(*system_randomness(), token_bytes));
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Views> views_;
  std::unique_ptr<Subscriptions> subscriptions_;
  Router router_;
};

}  // namespace

Result<std::unique_ptr<Transport>> folder_transport(const Globals& globals, Access access) {
  ACTA_TRY(auto engine, Engine::open(folders_of(globals), access, {}));
  ACTA_TRY(auto views, Views::open(*engine, {.folder = globals.data + "/views", .env = nullptr, .follow = false}));
  ACTA_TRY(auto subscriptions, Subscriptions::open(*engine, {.folder = globals.data + "/subscriptions"}));
  return std::unique_ptr<Transport>(std::make_unique<FolderTransport>(std::move(engine), std::move(views), std::move(subscriptions)));
}

Result<std::unique_ptr<Transport>> open_transport(const Globals& globals, Access access) {
  if (!globals.url.empty()) return socket_transport(globals.url, "");
  if (const auto server = running_server(globals.data)) return server_transport(*server);
  return folder_transport(globals, access);
}

}  // namespace acta::cli
