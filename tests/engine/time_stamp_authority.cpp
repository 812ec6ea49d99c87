#include "tests/engine/time_stamp_authority.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

namespace acta {
namespace {

struct Key {
  EVP_PKEY* held = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  ~Key() { EVP_PKEY_free(held); }
};

struct Certificate {
  X509* held = X509_new();
  ~Certificate() { X509_free(held); }
};

constexpr long day_seconds = 86'400, valid_days = 3'650;

void extend(X509* certificate, int kind, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
  REQUIRE(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

struct Subject {
  std::string name;
  EVP_PKEY* key = nullptr;
  bool signs_time_stamps = false;
};

void fill(X509* certificate, const Subject& subject, X509* issuer, EVP_PKEY* by) {
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), subject.signs_time_stamps ? 2 : 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -valid_days * day_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), valid_days * day_seconds);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(subject.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  X509_set_pubkey(certificate, subject.key);
  extend(certificate, NID_basic_constraints, subject.signs_time_stamps ? "critical,CA:FALSE" : "critical,CA:TRUE");
  extend(certificate, NID_key_usage, subject.signs_time_stamps ? "critical,digitalSignature" : "critical,keyCertSign");
  if (subject.signs_time_stamps) extend(certificate, NID_ext_key_usage, "critical,timeStamping");
  REQUIRE(X509_sign(certificate, by, EVP_sha256()) > 0);
}

ASN1_INTEGER* next_serial(TS_RESP_CTX*, void*) {
  static long count = 0;
  ASN1_INTEGER* serial = ASN1_INTEGER_new();
  ASN1_INTEGER_set(serial, ++count);
  return serial;
}

int told_time(TS_RESP_CTX*, void* data, long* seconds, long* micros) {
  const Instant at = *static_cast<const Instant*>(data);
  *seconds = at.micros / 1'000'000;
  *micros = at.micros % 1'000'000;
  return 1;
}

}  // namespace

struct TimeStampAuthority::Impl {
  Key root_key, signer_key;
  Certificate root, signer;
};

TimeStampAuthority::TimeStampAuthority(const std::string& name) : impl_(std::make_unique<Impl>()) {
  fill(impl_->root.held, {.name = name + " root", .key = impl_->root_key.held}, impl_->root.held, impl_->root_key.held);
  fill(impl_->signer.held, {.name = name + " signer", .key = impl_->signer_key.held, .signs_time_stamps = true}, impl_->root.held, impl_->root_key.held);
}

TimeStampAuthority::~TimeStampAuthority() = default;

std::string TimeStampAuthority::authorities() const {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, impl_->root.held);
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(memory, &data));
  std::string pem(data, size);
  BIO_free(memory);
  return pem;
}

std::string TimeStampAuthority::answer(const std::string& query, const How& how) const {
  TS_RESP_CTX* context = TS_RESP_CTX_new();
  TS_RESP_CTX_set_signer_cert(context, impl_->signer.held);
  TS_RESP_CTX_set_signer_key(context, impl_->signer_key.held);
  TS_RESP_CTX_set_signer_digest(context, EVP_sha256());
  TS_RESP_CTX_set_ess_cert_id_digest(context, EVP_sha256());
  ASN1_OBJECT* rules = OBJ_txt2obj(policy, 1);
  TS_RESP_CTX_set_def_policy(context, rules);
  ASN1_OBJECT_free(rules);
  TS_RESP_CTX_add_md(context, how.takes_sha256 ? EVP_sha256() : EVP_sha512());
  TS_RESP_CTX_set_serial_cb(context, next_serial, nullptr);
  Instant at = how.at.value_or(Instant{});
  if (how.at) TS_RESP_CTX_set_time_cb(context, told_time, &at);
  BIO* request = BIO_new_mem_buf(query.data(), static_cast<int>(query.size()));
  TS_RESP* response = TS_RESP_create_response(context, request);
  REQUIRE(response != nullptr);
  unsigned char* bytes = nullptr;
  const int size = i2d_TS_RESP(response, &bytes);
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  TS_RESP_free(response);
  BIO_free(request);
  TS_RESP_CTX_free(context);
  return out;
}

}  // namespace acta
