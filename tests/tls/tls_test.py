#!/usr/bin/env python3
"""tls: other people's clients are served over TLS, and certificates are exchanged while it serves.

tls_test.py ACTA
"""
import json, os, pathlib, re, signal, socket, ssl, stat, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
from server import Installation
from exchange import note_connection

PATIENCE_SECONDS = 60


class TlsInstallation(Installation):
    """Serves with our.crt and our.key of its scratch folder."""

    def __init__(self, acta):
        super().__init__(acta)
        self.certificate, self.key = self.path("our.crt"), self.path("our.key")
        os.environ.update(ACTA_TLS_CERT=self.certificate, ACTA_TLS_KEY=self.key)

    def path(self, name):
        return os.path.join(self.scratch, name)

    def shell(self, line):
        """Exit code, and all that was printed."""
        done = subprocess.run(["bash", "-c", line], cwd=self.scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE_SECONDS)
        return done.returncode, done.stdout

    def acta_says(self, *words):
        done = subprocess.run([self.acta, "--data", self.data, *words], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
        return done.returncode, done.stdout + done.stderr

    def make(self, name, serial, names="DNS:localhost,IP:127.0.0.1"):
        code, said = self.shell(f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test -set_serial 0x{serial} "
                                f"-addext subjectAltName={names} -keyout {name}.key -out {name}.crt && chmod 600 {name}.key")
        assert code == 0, said

    def make_signed(self, name, serial, names):
        """By an authority of its own, which stands behind it in the file."""
        self.make("authority", "CA")
        code, said = self.shell(f"openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=signed -keyout {name}.key -out {name}.csr && "
                                f"openssl x509 -req -in {name}.csr -CA authority.crt -CAkey authority.key -set_serial 0x{serial} -days 2 -extfile <(echo subjectAltName={names}) -out leaf.crt && "
                                f"cat leaf.crt authority.crt > {name}.crt && chmod 600 {name}.key")
        assert code == 0, said

    def put(self, name):
        """In the place of ours, each at once."""
        for kind in ("crt", "key"):
            os.replace(self.path(f"{name}.{kind}"), self.path(f"our.{kind}"))

    def port(self):
        return self.address.rsplit(":", 1)[1]

    def serial(self):
        _, said = self.shell(f"openssl s_client -connect {self.address} </dev/null 2>/dev/null | openssl x509 -noout -serial")
        return said.strip()

    def printed(self, text, times=1):
        """The lines of what it printed that hold the text, once there are so many."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = [line for line in pathlib.Path(self.log.name).read_text().splitlines() if text in line]
            if len(found) >= times:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{text} was not printed:\n" + pathlib.Path(self.log.name).read_text()[-2_000:])

    def hang_up(self, event, times=1):
        os.kill(self.pid, signal.SIGHUP)
        return json.loads(self.printed(f'"event":"{event}"', times)[-1])

    def told(self):
        return json.loads(pathlib.Path(self.data, "server.json").read_text())


class Feed:
    def __init__(self, place):
        trust = ssl.create_default_context(cafile=place.certificate)
        self.socket = trust.wrap_socket(socket.create_connection(("127.0.0.1", int(place.port())), timeout=PATIENCE_SECONDS), server_hostname="localhost")
        self.asked, self.seen = f"GET /v1/events?follow=true HTTP/1.1\r\nHost: {place.address}\r\nActa-Actor: reader\r\n\r\n".encode(), b""
        self.socket.sendall(self.asked)

    def read_until(self, text):
        while text not in self.seen:
            piece = self.socket.recv(65_536)
            assert piece, "the feed ended"
            self.seen += piece


def check_refused_start(place):
    os.chmod(place.key, 0o644)
    for words in (("serve", "--listen", "127.0.0.1:0"), ("doctor", "--listen", "127.0.0.1:0")):
        code, said = place.acta_says(*words)
        assert code == 1 and re.search(r"our\.key is a private key that others may read or change: chmod 600 it", said), said
    os.chmod(place.key, 0o600)
    code, said = place.acta_says("serve", "--listen", "0.0.0.0:0")
    assert code == 1 and "only this machine may ask, with TLS or without" in said, said
    code, said = place.acta_says("doctor", "--listen", "127.0.0.1:0")
    assert code == 0 and "is for localhost, serial A1, until " in said, said


def check_clients(place):
    place.printed(f" at https://{place.address}")
    told = place.told()
    assert told["scheme"] == "https" and told["certificate"] == pathlib.Path(place.certificate).read_text(), told
    assert stat.S_IMODE(os.stat(os.path.join(place.data, "server.json")).st_mode) == 0o600
    code, said = place.shell(f"curl -sSi --cacert our.crt https://localhost:{place.port()}/livez")
    assert code == 0 and said.endswith("\n\nalive\n"), said
    note_connection("GET /livez HTTP/1.1\r\n\r\n", said.replace("\n", "\r\n", said.count("\n") - 1))
    code, said = place.shell(f"curl -sS https://localhost:{place.port()}/livez")
    assert code == 60, said
    code, said = place.shell(f"openssl s_client -connect {place.address} -tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null")
    assert code != 0 and re.search(r"Cipher is \(NONE\)", said), said
    for words in (("cases",), ("verify",), ("doctor", "--listen", place.address)):
        code, said = place.acta_says(*words)
        assert code == 0, said
    code, said = place.acta_says("status")
    assert code == 0 and f"https://{place.address}, process {place.pid}" in said, said


def check_trust(place):
    """Exactly the certificate of server.json: not another one, and not whom the system trusts."""
    file, told = pathlib.Path(place.data, "server.json"), place.told()
    place.make("stranger", "EE")
    file.write_text(json.dumps(dict(told, certificate=pathlib.Path(place.path("stranger.crt")).read_text())))
    os.environ["SSL_CERT_FILE"] = place.certificate
    code, said = place.acta_says("cases")
    assert code != 0 and "in use by process" in said, f"a server with another certificate was believed:\n{said}"
    code, said = place.acta_says("cases", "--url", f"https://localhost:{place.port()}")
    assert code == 0, said
    del os.environ["SSL_CERT_FILE"]
    code, said = place.acta_says("cases", "--url", f"https://localhost:{place.port()}")
    assert code != 0 and "no answer from" in said, said
    file.write_text(json.dumps(told))


def check_exchange(place):
    feed = Feed(place)
    feed.read_until(b'"caught-up"')
    place.make("new", "B2")
    place.put("new")
    assert place.hang_up("tls_reloaded")["serial"] == "B2"
    assert place.serial() == "serial=B2", place.serial()
    code, said = place.acta_says("--as", "po.tls", "--role", "project_officer", "record", "new", "--input", str(pathlib.Path(__file__).resolve().parents[2] / "docs/examples/open-case.json"))
    assert code == 0, said
    feed.read_until(b"RequestReceived")
    note_connection(feed.asked, feed.seen)


def check_bad_exchange(place):
    pathlib.Path(place.certificate).write_text("no certificate\n")
    failed = place.hang_up("tls_reload_failed")
    assert "our.crt holds no certificate in PEM" in failed["reason"], failed
    assert place.serial() == "serial=B2", place.serial()
    code, said = place.acta_says("cases")
    assert code == 0, said


def check_signed_for_another_host(place):
    """The command line asks for the name it finds, and needs no authority."""
    place.make_signed("signed", "C3", "DNS:acta.example")
    place.put("signed")
    assert place.hang_up("tls_reloaded", times=2)["serial"] == "C3"
    code, said = place.acta_says("cases")
    assert code == 0, said


def main():
    place = TlsInstallation(sys.argv[1])
    try:
        place.make("our", "A1")
        check_refused_start(place)
        place.serve()
        check_clients(place)
        check_trust(place)
        check_exchange(place)
        check_bad_exchange(place)
        check_signed_for_another_host(place)
        place.stop()
        place.verify()
    except AssertionError as fault:
        print(fault)
        return 1
    finally:
        place.remove()
    print("TLS: clients served, old versions refused, certificates exchanged under an open feed, bad files and strangers refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
