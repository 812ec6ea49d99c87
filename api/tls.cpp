#include "api/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace acta {
namespace {

// Forward secrecy and authenticated encryption only; those of TLS 1.3 are all of that kind.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char http_1_1[] = "\x08http/1.1";

template <class T, void (*Free)(T*)>
struct Freed {
  void operator()(T* held) const { Free(held); }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX, SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL, SSL_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO, BIO_free_all>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES, GENERAL_NAMES_free>>;

std::string reason() {
  const auto* text = ERR_reason_error_string(ERR_peek_last_error());
  return text ? text : "no reason given";
}

Error wrong(const std::string& file, const std::string& what) { return error(Code::invalid, file + " " + what); }

Result<void> check_there(const std::string& file) {
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure)) return error(Code::not_found, "there is no file " + file);
  if (::access(file.c_str(), R_OK) != 0) return wrong(file, "may not be read by the user that serves: give it to that user (chown)");
  return {};
}

Result<void> check_private(const std::string& file) {
  ACTA_CHECK(check_there(file));
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) return error(Code::not_found, "there is no file " + file);
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) return wrong(file, "is a private key that others may read or change: chmod 600 it, and take a new key if somebody may have seen it");
  return {};
}

// OpenSSL's reasons differ by the form of the key; what PEM says at its head does not.
bool is_locked(const std::string& file) {
  std::ifstream in(file);
  std::string head(512, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head.find("ENCRYPTED") != std::string::npos;
}

// A server asks no questions: a key behind a passphrase is refused.
int no_passphrase(char*, int, int, void*) { return -1; }

// Who offers protocols and not this one gets none.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, http_1_1, sizeof http_1_1 - 1, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

void set_rules(SSL_CTX& context) {
  SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(&context, ciphers);
  SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_num_tickets(&context, 0);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_default_passwd_cb(&context, no_passphrase);
  SSL_CTX_set_alpn_select_cb(&context, choose_protocol, nullptr);
}

Result<void> use_files(SSL_CTX& context, const TlsFiles& files) {
  ACTA_CHECK(check_there(files.certificate));
  ACTA_CHECK(check_private(files.key));
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(&context, files.certificate.c_str()) != 1) return wrong(files.certificate, "holds no certificate in PEM that can be used here (" + reason() + ")");
  if (SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) == 1) return {};
  const auto why = ERR_GET_REASON(ERR_peek_last_error());
  if (why == X509_R_KEY_VALUES_MISMATCH || why == X509_R_KEY_TYPE_MISMATCH) return wrong(files.key, "is the key of another certificate than the one in " + files.certificate + ": the two are made together");
  if (is_locked(files.key)) return wrong(files.key, "is locked by a passphrase, and nobody is there to give it: write it without (openssl pkey -in OLD -out NEW)");
  return wrong(files.key, "holds no private key in PEM (" + reason() + ")");
}

Instant instant_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return Instant{static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000};
}

Result<void> check_validity(const X509& certificate, const std::string& file, Instant now) {
  const auto begins = instant_of(X509_get0_notBefore(&certificate)), ends = instant_of(X509_get0_notAfter(&certificate));
  if (now >= ends) return wrong(file, "has expired at " + to_text(ends) + ": no client would accept it. Have it renewed, or set the clock right");
  if (now < begins) return wrong(file, "is not valid before " + to_text(begins) + ": wait, or set the clock right");
  return {};
}

std::string text_of(const ASN1_STRING& text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&text)), static_cast<std::size_t>(ASN1_STRING_length(&text))};
}

std::string address_of(const std::string& bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  return inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text) ? text : "";
}

// RFC 6125: clients look at the alternative names, never at the subject.
std::string name_of(X509& certificate) {
  const Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) return text_of(*name->d.dNSName);
    if (name->type == GEN_IPADD) return address_of(text_of(*name->d.iPAddress));
  }
  return "";
}

std::string pem_of(X509& certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), &certificate);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string serial_of(X509& certificate) {
  std::string digits;
  const auto& serial = *X509_get0_serialNumber(&certificate);
  for (const unsigned char byte : text_of(serial)) {
    digits += "0123456789ABCDEF"[byte >> 4];
    digits += "0123456789ABCDEF"[byte & 15];
  }
  return digits;
}

}  // namespace

struct TlsContext::Impl {
  Context context{SSL_CTX_new(TLS_server_method())};
  TlsIdentity identity;
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;
const TlsIdentity& TlsContext::identity() const { return impl_->identity; }

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles& files, Instant now) {
  auto impl = std::make_unique<Impl>();
  set_rules(*impl->context);
  ACTA_CHECK(use_files(*impl->context, files));
  X509& certificate = *SSL_CTX_get0_certificate(impl->context.get());
  ACTA_CHECK(check_validity(certificate, files.certificate, now));
  impl->identity = {name_of(certificate), pem_of(certificate), serial_of(certificate), instant_of(X509_get0_notAfter(&certificate))};
  if (impl->identity.name.empty()) return wrong(files.certificate, "names no host: clients look for a name or address in subjectAltName");
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

struct TlsSession::Impl {
  Session session;
  std::string failure;

  // What a call of OpenSSL with this result means.
  Step step(int result) {
    if (result > 0) return {.count = static_cast<std::size_t>(result)};
    switch (SSL_get_error(session.get(), result)) {
      case SSL_ERROR_WANT_READ: return {.wants = Wants::read};
      case SSL_ERROR_WANT_WRITE: return {.wants = Wants::write};
      case SSL_ERROR_ZERO_RETURN: return {.ended = true};
      default: failure = ERR_peek_last_error() ? reason() : "the connection has ended"; return {.ended = true};
    }
  }
};

std::unique_ptr<TlsSession> TlsContext::session(int socket) const {
  auto impl = std::make_unique<TlsSession::Impl>();
  impl->session.reset(SSL_new(impl_->context.get()));
  if (!impl->session || SSL_set_fd(impl->session.get(), socket) != 1) return nullptr;
  SSL_set_accept_state(impl->session.get());
  return std::make_unique<TlsSession>(std::move(impl));
}

TlsSession::TlsSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsSession::~TlsSession() = default;

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  return impl_->step(SSL_do_handshake(impl_->session.get()));
}

TlsSession::Step TlsSession::read(char* into, std::size_t bytes_max) {
  ERR_clear_error();
  return impl_->step(SSL_read(impl_->session.get(), into, static_cast<int>(std::min<std::size_t>(bytes_max, INT32_MAX))));
}

TlsSession::Step TlsSession::write(std::string_view bytes) {
  ERR_clear_error();
  return impl_->step(SSL_write(impl_->session.get(), bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), INT32_MAX))));
}

bool TlsSession::has_more() const { return SSL_has_pending(impl_->session.get()) == 1; }

void TlsSession::close() {
  if (!impl_->failure.empty() || !SSL_is_init_finished(impl_->session.get())) return;  // OpenSSL: never after a failure
  ERR_clear_error();
  SSL_shutdown(impl_->session.get());
}

std::string TlsSession::failure() const { return impl_->failure; }

}  // namespace acta
