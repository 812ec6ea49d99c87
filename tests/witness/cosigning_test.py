"""A server and its witnesses, each a process of its own: what they cosign reaches checkpoint, proofs and bundles; a witness
that is gone is told and costs no append anything; one of https is believed under the authority given.

usage: cosigning_test.py ACTA"""
import base64, http.client, json, os, pathlib, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
from server import Client, Installation

WAIT_SECONDS_MAX = 60


class Witness:
    """`acta witness serve` in a folder; its port stays, so that a policy can name it."""

    def __init__(self, house, name, log_key, *tls):
        self.house, self.name, self.tls = house, name, tls
        self.folder = os.path.join(house.scratch, name)
        told = json.loads(house.run("--json", "witness", "init", "--folder", self.folder, "--name", f"{name}.example/w", "--log", log_key))
        self.key, self.port, self.process = told["key"], None, None
        self.start()

    def start(self):
        listen = f"127.0.0.1:{self.port or 0}"
        words = ["--json", "witness", "serve", "--folder", self.folder, "--listen", listen, *self.tls]
        self.process = subprocess.Popen([self.house.acta, *words], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, f"witness {self.name} did not start"
        told = json.loads(line)
        self.port = int(told["address"].rsplit(":", 1)[1])
        self.url = f"{told['scheme']}://localhost:{self.port}"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def line(self):
        return f"witness {self.name} {self.key} {self.url}\n"


class Server:
    def __init__(self, house, policy, **settings):
        self.house = house
        pathlib.Path(house.scratch, "policy").write_text(policy)
        os.environ["ACTA_WITNESS_POLICY"] = os.path.join(house.scratch, "policy")
        os.environ.update(settings)
        house.serve()
        for name in ["ACTA_WITNESS_POLICY", *settings]:
            del os.environ[name]

    def get(self, path):
        connection = http.client.HTTPConnection(self.house.address, timeout=20)
        connection.request("GET", path, headers={"Acta-Actor": "auditor"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def witnessed(self):
        return json.loads(self.get("/v1/status")[1])["witnessed"]

    def wait(self, what, holds):
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < deadline:
            told = self.witnessed()
            if holds(told):
                return told
            time.sleep(0.05)
        raise AssertionError(f"not within {WAIT_SECONDS_MAX} s: {what}; status says {told}")

    def metric(self, name):
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " ") or line.startswith(name + "{"):
                return float(line.rsplit(" ", 1)[1])
        raise AssertionError(f"no metric {name}")


def all_witnessed(told):
    return told["unwitnessed_entries"] == 0


def check_taken_away(house, server, log_key, witnesses, policy):
    """What an auditor takes away carries the cosignatures, and his own checks count them."""
    _, checkpoint = server.get("/v1/ledger/checkpoint")
    assert all(f"— {one.name}.example/w " in checkpoint for one in witnesses), checkpoint
    assert server.get("/v1/ledger/checkpoint?witnessed=true")[1].splitlines()[1] == checkpoint.splitlines()[1]
    pathlib.Path(house.scratch, "checkpoint").write_text(checkpoint)
    keys = [word for one in witnesses for word in ("--key", one.key)]
    checked = json.loads(house.run("--json", "note", "verify", os.path.join(house.scratch, "checkpoint"), "--key", log_key, *keys))
    assert [one["state"] for one in checked["signatures"]] == ["holds"] * (1 + len(witnesses)), checked
    house.run("prove", "0", "-o", os.path.join(house.scratch, "0.tlog-proof"))
    leaf = proof_leaf(house.address, checkpoint)
    house.run("proof", "verify-file", os.path.join(house.scratch, "0.tlog-proof"), "--leaf-hash", leaf, "--policy", policy)
    house.run("bundle", "create", "--from", "0", "--to", "3", "-o", os.path.join(house.scratch, "b.tar"))
    bundle = pathlib.Path(house.scratch, "b.tar").read_bytes()
    assert all(f"— {one.name}.example/w ".encode() in bundle for one in witnesses)
    house.run("bundle", "verify", os.path.join(house.scratch, "b.tar"), "--key", log_key)


def proof_leaf(address, checkpoint):
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request("GET", f"/v1/ledger/tile/0/000.p/{checkpoint.splitlines()[1]}")
    return base64.b64encode(connection.getresponse().read()[:32]).decode()


def check_failures(server, client, witnesses):
    """One of two is enough: the other may be gone. With both gone entries are recorded all the same, and told as exposed."""
    witnesses[0].kill()
    client.open_case("one-gone")
    told = server.wait("cosigned by the one that is left", lambda t: all_witnessed(t) and any("failure" in w for w in t["witnesses"]))
    assert [w["name"] for w in told["witnesses"] if "failure" in w] == [witnesses[0].name], told
    witnesses[1].kill()
    answer, _ = client.open_case("both-gone")
    assert answer.status == 201
    server.wait("both fail", lambda t: t["unwitnessed_entries"] == 1 and all("failure" in w for w in t["witnesses"]))
    assert server.metric("acta_ledger_unwitnessed_entries") == 1
    assert server.metric("acta_witness_failing") == 1
    status, ready = server.get("/readyz?verbose")
    assert status == 200, "a witness that fails is no reason to send requests elsewhere"
    assert any(one["check"] == "witnesses" and "fails: no answer from" in one["what"] for one in json.loads(ready)["checks"]), ready
    for one in witnesses:
        one.start()
    server.wait("cosigned after they came back", lambda t: all_witnessed(t) and not any("failure" in w for w in t["witnesses"]))
    assert server.metric("acta_ledger_unwitnessed_entries") == 0


def make_authority(folder):
    """A certificate for localhost and nobody else's authority."""
    openssl = lambda *words: subprocess.run(["openssl", *words], check=True, capture_output=True)
    for name in ["ours", "theirs"]:
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem")


def check_tls(house, log_key):
    make_authority(house.scratch)
    path = lambda name: os.path.join(house.scratch, name)
    witness = Witness(house, "secure", log_key, "--tls-cert", path("ours.pem"), "--tls-key", path("ours.key"))
    assert witness.url.startswith("https:")
    policy = f"log {log_key}\n{witness.line()}quorum secure\n"
    server = Server(house, policy, ACTA_OUTSIDE_CA=path("theirs.pem"))
    server.wait("another authority is not believed", lambda t: "certificate is not trusted" in t["witnesses"][0].get("failure", ""))
    house.stop()
    server = Server(house, policy, ACTA_OUTSIDE_CA=path("ours.pem"))
    server.wait("ours is", lambda t: all_witnessed(t) and t["witnesses"][0]["size"] > 0)
    house.stop()
    witness.kill()


def check_refused_policies(house, log_key):
    """A policy that cannot work is no way to start."""
    other = "acta.example/ledger+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    witness = "witness w witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    for policy, why in [(f"log {other}\n{witness} http://localhost:1\nquorum w\n", "another log"), (f"{witness}\nquorum w\n", "whom to ask"),
                        (f"{witness} ftp://localhost\nquorum w\n", "no URL"), ("quorum x\n", "line 1 of the policy")]:
        pathlib.Path(house.scratch, "policy").write_text(policy)
        done = subprocess.run([house.acta, "--data", house.data, "serve", "--listen", "127.0.0.1:0", "--witness-policy", os.path.join(house.scratch, "policy")], capture_output=True, text=True)
        assert done.returncode != 0 and why in done.stderr, (policy, done.stderr)


def doctor(house, *words):
    done = subprocess.run([house.acta, "--data", house.data, "--json", "doctor", "--listen", "127.0.0.1:0", "--witness-policy", os.path.join(house.scratch, "policy"), *words], capture_output=True, text=True)
    return done.returncode, {one["check"]: one["what"] for one in json.loads(done.stdout)["items"]}["witnesses"]


def check_doctor(house, witnesses, policy):
    """The policy is read, and held against the ledger; whoever of it does not answer is named, when that is asked."""
    path = pathlib.Path(house.scratch, "policy")
    path.write_text(policy)
    code, what = doctor(house)
    assert code == 0 and "names one, two; --outside asks them" in what, what
    code, what = doctor(house, "--outside")
    assert code == 0 and "and all answer" in what, what
    witnesses[1].kill()
    code, what = doctor(house, "--outside")
    assert code != 0 and "two: no answer from" in what and "one:" not in what, what
    assert doctor(house)[0] == 0, "without being asked to, nobody outside is asked"
    house.serve()
    path.write_text(policy.replace(witnesses[0].url, f"http://{house.address}"))
    code, what = doctor(house, "--outside")
    assert code != 0 and "one answers as no witness does (status 404)" in what, what
    house.stop()
    path.write_text("log acta.example/ledger+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n" + policy.split("\n", 1)[1])
    code, what = doctor(house)
    assert code != 0 and "it is for another log" in what, what
    path.unlink()
    code, what = doctor(house)
    assert code != 0 and "policy" in what, what
    witnesses[1].start()


def main(acta):
    house = Installation(acta)
    witnesses = []
    try:
        log_key = json.loads(house.run("--json", "verify"))["key"]
        check_refused_policies(house, log_key)
        witnesses = [Witness(house, name, log_key) for name in ["one", "two"]]
        policy = f"log {log_key}\n{witnesses[0].line()}{witnesses[1].line()}group some any one two\nquorum some\n"
        server = Server(house, policy)
        client = Client(house.address)
        client.open_case("first")
        server.wait("both cosign", lambda t: all_witnessed(t) and all(w["size"] > 0 for w in t["witnesses"]))
        check_taken_away(house, server, log_key, witnesses, os.path.join(house.scratch, "policy"))
        check_failures(server, client, witnesses)
        house.stop()
        check_doctor(house, witnesses, policy)
        house.verify()
        check_tls(house, log_key)
        house.verify()
    finally:
        for one in witnesses:
            one.kill()
        house.remove()
    print("cosigned, taken away, failed and came back: as it has to be")


if __name__ == "__main__":
    main(sys.argv[1])
