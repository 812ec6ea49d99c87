// GET /v1/openapi.json and /v1/openapi.yaml: what this interface is.

#include "api/embedded.h"
#include "api/resource.h"
#include "events/sha256.h"

namespace acta {
namespace {

struct Form {
  std::string_view file, media_type;
  std::string etag;
};

Form form_of(std::string_view file, std::string_view media_type) {
  return {file, media_type, "\"" + to_text(sha256(view(embedded(file)))) + "\""};
}

const Form& form_at(std::string_view path) {
  static const Form json = form_of("openapi.json", "application/json"), yaml = form_of("openapi.yaml", "application/yaml");
  return path.ends_with(".json") ? json : yaml;
}

}  // namespace

Result<Response> show_contract(const Call& call) {
  ACTA_CHECK(call.query.only({}));
  const auto& form = form_at(call.trail.instance);
  Response response;
  if (already_has(call.request, form.etag)) response.status = 304;
  else response = text_response(form.media_type, std::string(embedded(form.file)));
  response.headers.emplace_back("ETag", form.etag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

}  // namespace acta
