#include "engine/anchor/time_stamp.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <algorithm>

#include "events/sha256.h"

namespace acta {
namespace {

constexpr std::size_t nonce_bytes = 16, told_characters_max = 200;
constexpr long granted = 0;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* held) const { Free(held); }
};
using Request = std::unique_ptr<TS_REQ, Freed<TS_REQ_free>>;
using Reply = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using Context = std::unique_ptr<TS_VERIFY_CTX, Freed<TS_VERIFY_CTX_free>>;
using Store = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Imprint = std::unique_ptr<TS_MSG_IMPRINT, Freed<TS_MSG_IMPRINT_free>>;
using Algorithm = std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Integer = std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>>;
using Oid = std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

Error no_receipt(const std::string& what) { return error(Code::malformed, "it is no answer of a time-stamp server: " + what); }
Error wrong(std::string what) { return error(Code::damaged, std::move(what)); }

// What others wrote goes into messages: short, and without what a terminal would act on.
std::string printable_part(std::string text) {
  if (text.size() > told_characters_max) text.resize(told_characters_max);
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

std::string written(const Memory& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string dotted(const ASN1_OBJECT* object) {
  std::string text(128, '\0');
  const int size = object ? OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1) : 0;
  text.resize(static_cast<std::size_t>(std::clamp(size, 0, 127)));
  return text;
}

std::string hex_of(const ASN1_INTEGER* number) {
  const Number value(number ? ASN1_INTEGER_to_BN(number, nullptr) : nullptr);
  if (!value) return {};
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(value.get())));
  BN_bn2bin(value.get(), bytes.data());
  return to_hex(bytes);
}

std::string subject_of(const TS_RESP& reply) {
  PKCS7* token = TS_RESP_get_token(const_cast<TS_RESP*>(&reply));
  STACK_OF(X509)* signers = PKCS7_get0_signers(token, nullptr, 0);
  if (!signers) return ERR_clear_error(), std::string();
  const Memory memory(BIO_new(BIO_s_mem()));
  if (sk_X509_num(signers) > 0) X509_NAME_print_ex(memory.get(), X509_get_subject_name(sk_X509_value(signers, 0)), 0, XN_FLAG_RFC2253);
  sk_X509_free(signers);
  return printable_part(written(memory));
}

// Of a GeneralizedTime as RFC 3161 has it: YYYYMMDDhhmmss[.f...]Z, in UTC.
Result<Instant> instant_of(const ASN1_GENERALIZEDTIME* time) {
  const std::string text = time ? std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)), static_cast<std::size_t>(ASN1_STRING_length(time))) : std::string();
  constexpr std::size_t whole = 14;
  if (text.size() <= whole || text.back() != 'Z') return no_receipt("its time is none");
  const auto part = [&](std::size_t at, std::size_t size) { return text.substr(at, size); };
  std::string fraction = text[whole] == '.' ? part(whole + 1, text.size() - whole - 2) : std::string();
  if (text[whole] != '.' && text.size() != whole + 1) return no_receipt("its time is none");
  fraction.resize(6, '0');
  auto at = parse_instant(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(8, 2) + ":" + part(10, 2) + ":" + part(12, 2) + "." + fraction + "Z");
  return at ? at : no_receipt("its time is none");
}

// All of the bytes.
Result<Reply> parse_reply(ByteView receipt) {
  if (receipt.size() > receipt_bytes_max) return no_receipt("it is larger than " + std::to_string(receipt_bytes_max) + " bytes");
  const unsigned char* at = receipt.data();
  Reply reply(d2i_TS_RESP(nullptr, &at, static_cast<long>(receipt.size())));
  ERR_clear_error();
  if (!reply) return no_receipt("not a TimeStampResp");
  if (at != receipt.data() + receipt.size()) return no_receipt("there are bytes behind it");
  return reply;
}

// Why nothing was granted, in the words of RFC 3161 and of the server.
std::string refusal_of(const TS_STATUS_INFO& status, long number) {
  static constexpr std::pair<int, const char*> failures[] = {
      {TS_INFO_BAD_ALG, "it does not take SHA-256"}, {TS_INFO_BAD_REQUEST, "it does not take such a request"}, {TS_INFO_BAD_DATA_FORMAT, "it could not read the request"}, {TS_INFO_TIME_NOT_AVAILABLE, "its clock is not available"},
      {TS_INFO_UNACCEPTED_POLICY, "it does not have the policy that was asked for"}, {TS_INFO_UNACCEPTED_EXTENSION, "it does not take the request's extension"}, {TS_INFO_ADD_INFO_NOT_AVAILABLE, "it lacks information that was asked for"}, {TS_INFO_SYSTEM_FAILURE, "it failed"}};
  std::string why = number == 1 ? "granted, but not as asked (status 1)" : "status " + std::to_string(number);
  const ASN1_BIT_STRING* failure = TS_STATUS_INFO_get0_failure_info(&status);
  for (const auto& [bit, words] : failures)
    if (failure && ASN1_BIT_STRING_get_bit(failure, bit)) why += std::string(", ") + words;
  const STACK_OF(ASN1_UTF8STRING)* texts = TS_STATUS_INFO_get0_text(&status);
  for (int i = 0; texts && i < sk_ASN1_UTF8STRING_num(texts); ++i) {
    const ASN1_UTF8STRING* text = sk_ASN1_UTF8STRING_value(texts, i);
    why += ": " + std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)), static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  return printable_part(why);
}

Result<void> check_granted(TS_RESP& reply) {
  const TS_STATUS_INFO* status = TS_RESP_get_status_info(&reply);
  const long number = status ? ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status)) : -1;
  if (number != granted) return error(Code::denied, "the time-stamp server grants none: " + (status ? refusal_of(*status, number) : std::string("no status")));
  if (!TS_RESP_get_token(&reply) || !TS_RESP_get_tst_info(&reply)) return no_receipt("it says granted, and holds no time stamp");
  return {};
}

Result<Hash> imprint_of(TS_TST_INFO& info) {
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(&info);
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  const ASN1_OCTET_STRING* digest = TS_MSG_IMPRINT_get_msg(imprint);
  Hash hash;
  if (OBJ_obj2nid(algorithm) != NID_sha256 || ASN1_STRING_length(digest) != static_cast<int>(hash.bytes.size())) return error(Code::invalid, "the time stamp is not over SHA-256");
  std::copy_n(ASN1_STRING_get0_data(digest), hash.bytes.size(), hash.bytes.begin());
  return hash;
}

Result<TimeStamp> stamp_of(TS_RESP& reply) {
  ACTA_CHECK(check_granted(reply));
  TS_TST_INFO* info = TS_RESP_get_tst_info(&reply);
  TimeStamp stamp;
  ACTA_TRY(stamp.imprint, imprint_of(*info));
  ACTA_TRY(stamp.at, instant_of(TS_TST_INFO_get_time(info)));
  stamp.serial = hex_of(TS_TST_INFO_get_serial(info));
  stamp.policy = dotted(TS_TST_INFO_get_policy_id(info));
  stamp.signer = subject_of(reply);
  return stamp;
}

// What OpenSSL found last, in plain words where people meet it.
Error why_not() {
  const char* data = nullptr;
  int flags = 0;
  const unsigned long last = ERR_peek_last_error_all(nullptr, nullptr, nullptr, &data, &flags);
  const std::string detail = data && (flags & ERR_TXT_STRING) != 0 ? printable_part(data) : std::string();
  const char* reason = ERR_reason_error_string(last);
  const int number = ERR_GET_LIB(last) == ERR_LIB_TS ? ERR_GET_REASON(last) : 0;
  ERR_clear_error();
  switch (number) {
    case TS_R_NONCE_MISMATCH:
    case TS_R_NONCE_NOT_RETURNED: return wrong("it answers another question than ours: the nonce differs");
    case TS_R_MESSAGE_IMPRINT_MISMATCH: return wrong("it is over other bytes than those that were sent: the imprint differs");
    case TS_R_POLICY_MISMATCH: return wrong("it is under another policy than the one asked for");
    case TS_R_SIGNATURE_FAILURE: return wrong("its signature does not hold");
    case TS_R_CERTIFICATE_VERIFY_ERROR: return error(Code::foreign, "its signer is not trusted: no way leads from its certificate to the authorities given (" + detail + ")");
    default: return wrong("it does not hold: " + (reason ? printable_part(reason) : std::string("unknown reason")) + (detail.empty() ? "" : " (" + detail + ")"));
  }
}

Request request_over(const std::string& stamped) {
  Request request(TS_REQ_new());
  const Imprint imprint(TS_MSG_IMPRINT_new());
  const Algorithm algorithm(X509_ALGOR_new());
  Hash hash = sha256(view(stamped));
  TS_REQ_set_version(request.get(), 1);
  X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
  TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get());
  TS_MSG_IMPRINT_set_msg(imprint.get(), hash.bytes.data(), static_cast<int>(hash.bytes.size()));
  TS_REQ_set_msg_imprint(request.get(), imprint.get());
  TS_REQ_set_cert_req(request.get(), 1);
  return request;
}

void set_nonce(TS_REQ& request, Randomness& randomness) {
  Bytes bytes = random_bytes(randomness, nonce_bytes);
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x7f) | 0x40);   // positive, and always of this length
  const Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  const Integer nonce(BN_to_ASN1_INTEGER(number.get(), nullptr));
  TS_REQ_set_nonce(&request, nonce.get());
}

Result<void> set_policy(TS_REQ& request, const std::string& policy) {
  const Oid oid(OBJ_txt2obj(policy.c_str(), 1));
  ERR_clear_error();
  if (!oid) return error(Code::invalid, "`" + printable_part(policy) + "` is no policy: an OID in dots, as 1.3.6.1.4.1.4146.2.3, is wanted");
  TS_REQ_set_policy_id(&request, oid.get());
  return {};
}

std::string der_of(TS_REQ& request) {
  unsigned char* bytes = nullptr;
  const int size = i2d_TS_REQ(&request, &bytes);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(size, 0)));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace

struct TimeStampTrust::Certificates {
  std::vector<Certificate> held;

  // At a time other than now: what an authority vouched for then.
  Store store_at(std::optional<Instant> at) const {
    Store store(X509_STORE_new());
    for (const Certificate& one : held) X509_STORE_add_cert(store.get(), one.get());
    if (at) X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), static_cast<time_t>(at->micros / 1'000'000));
    return store;
  }
};

Result<TimeStamp> read_receipt(ByteView receipt) {
  ACTA_TRY(const Reply reply, parse_reply(receipt));
  return stamp_of(*reply);
}

Result<TimeStampTrust> TimeStampTrust::load(const std::string& path) {
  const Memory file(BIO_new_file(path.c_str(), "r"));
  if (!file) return ERR_clear_error(), error(Code::not_found, "the authorities of the time-stamp server: " + path + " cannot be read");
  auto certificates = std::make_shared<Certificates>();
  while (X509* one = PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr)) certificates->held.emplace_back(one);
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates->held.empty() || !ended) return error(Code::invalid, "the authorities of the time-stamp server: " + path + " is no file of certificates in PEM");
  TimeStampTrust trust;
  trust.certificates_ = std::move(certificates);
  return trust;
}

std::size_t TimeStampTrust::authorities() const { return certificates_->held.size(); }

Result<TimeStamp> TimeStampTrust::check(ByteView receipt, ByteView stamped) const {
  ACTA_TRY(const Reply reply, parse_reply(receipt));
  ACTA_TRY(const TimeStamp stamp, stamp_of(*reply));
  if (stamp.imprint != sha256(stamped)) return wrong("it is over other bytes: the imprint differs");
  const Context context(TS_VERIFY_CTX_new());
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(context.get(), certificates_->store_at(stamp.at).release());
  if (TS_RESP_verify_response(context.get(), reply.get()) != 1) return why_not();
  return stamp;
}

Result<TimeStampQuery> TimeStampQuery::make(std::string stamped, const std::string& policy, Randomness& randomness) {
  const Request request = request_over(stamped);
  set_nonce(*request, randomness);
  if (!policy.empty()) ACTA_CHECK(set_policy(*request, policy));
  TimeStampQuery query;
  query.body_ = der_of(*request);
  query.stamped_ = std::move(stamped);
  return query;
}

Result<GrantedReceipt> TimeStampQuery::judge(std::string_view answer, const TimeStampTrust& trust) const {
  ACTA_TRY(const Reply reply, parse_reply(view(answer)));
  GrantedReceipt receipt;
  ACTA_TRY(receipt.stamp_, stamp_of(*reply));
  const unsigned char* at = view(body_).data();
  const Request asked(d2i_TS_REQ(nullptr, &at, static_cast<long>(body_.size())));
  const Context context(TS_REQ_to_TS_VERIFY_CTX(asked.get(), nullptr));   // imprint, nonce, and the policy if one was asked for
  TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(context.get(), trust.certificates_->store_at({}).release());
  if (TS_RESP_verify_response(context.get(), reply.get()) != 1) return why_not();
  if (receipt.stamp_.imprint != sha256(view(stamped_))) return wrong("it is over other bytes than those that were sent: the imprint differs");
  receipt.stamped_ = stamped_;
  receipt.bytes_ = bytes_of(answer);
  return receipt;
}

}  // namespace acta
