"""A time-stamp server of one's own: Python's HTTP server around `openssl ts -reply`. It answers as it is told to."""
import http.server, os, subprocess, threading

CONFIG = """
[tsa]
default_tsa = tsa1
[tsa1]
dir = {folder}
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
certs = {folder}/ca.pem
signer_key = {folder}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = {digests}
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def openssl(*words):
    done = subprocess.run(["openssl", *words], capture_output=True)
    if done.returncode != 0:
        raise AssertionError(f"openssl {' '.join(words)}: {done.stderr.decode()}")
    return done.stdout


class Authority:
    """A certificate authority and a signer of time stamps under it, in a folder."""

    def __init__(self, folder, name):
        self.folder = folder
        os.makedirs(folder)
        at = lambda file: os.path.join(folder, file)
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        openssl("req", "-x509", *key, "-days", "2", "-subj", f"/CN={name} root", "-keyout", at("ca.key"), "-out", at("ca.pem"))
        openssl("req", "-new", *key, "-subj", f"/CN={name} signer", "-keyout", at("signer.key"), "-out", at("signer.csr"))
        with open(at("extensions"), "w") as file:
            file.write("keyUsage = critical, digitalSignature\nextendedKeyUsage = critical, timeStamping\n")
        openssl("x509", "-req", "-in", at("signer.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-set_serial", "2", "-days", "2", "-extfile", at("extensions"), "-out", at("signer.pem"))
        for digests in ["sha256", "sha512"]:
            with open(at(digests), "w") as file:
                file.write(CONFIG.format(folder=folder, digests=digests))
        self.ca = at("ca.pem")

    def reply(self, query, takes="sha256"):
        at = lambda file: os.path.join(self.folder, file)
        with open(at("query"), "wb") as file:
            file.write(query)
        return openssl("ts", "-reply", "-config", at(takes), "-queryfile", at("query"))


def with_other_imprint(query):
    at = query.index(b"\x04\x20") + 2
    return query[:at] + bytes(32) + query[at + 32:]


def with_other_nonce(query):
    at = query.index(b"\x02\x10") + 2
    return query[:at + 15] + bytes([query[at + 15] ^ 1]) + query[at + 16:]


class TimeStampServer:
    """`mode` decides how it answers; `asked` counts."""

    def __init__(self, ours, theirs):
        self.mode, self.asked = "good", 0
        modes = {
            "good": lambda query: ours.reply(query),
            "another imprint": lambda query: ours.reply(with_other_imprint(query)),
            "another nonce": lambda query: ours.reply(with_other_nonce(query)),
            "another signer": lambda query: theirs.reply(query),
            "rejected": lambda query: ours.reply(query, takes="sha512"),
            "altered signature": lambda query: (lambda good: good[:-1] + bytes([good[-1] ^ 1]))(ours.reply(query)),
            "bytes behind": lambda query: ours.reply(query) + b"x",
            "nonsense": lambda query: b"hello",
            "nothing": lambda query: b"",
            "too large": lambda query: bytes(200_000),
        }
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["Content-Length"]))
                server.asked += 1
                if self.headers["Content-Type"] != "application/timestamp-query" or server.mode == "status 500":
                    return self.send_error(500)
                body = modes[server.mode](query)
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass   # who does not want that much has gone

            def log_message(self, *words):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/tsa"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()
