"""A server and a time-stamp server of one's own (`openssl ts`): receipts are recorded, openssl accepts what is taken away;
what does not hold is not recorded and told in plain words; a restart goes on; another signer's receipts are found later.

usage: anchoring_test.py ACTA"""
import hashlib, http.client, importlib.util, json, os, pathlib, subprocess, sys, tarfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
from server import Client, Installation, note
from time_stamp_server import Authority, TimeStampServer, openssl

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify", pathlib.Path(__file__).resolve().parents[2] / "engine/bundle/verify.py")
python_checker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(python_checker)

WAIT_SECONDS_MAX = 60

# How it answers, and what people are told of it.
REFUSED = {
    "another imprint": "the imprint differs",
    "another nonce": "the nonce differs",
    "another signer": "its signer is not trusted",
    "rejected": "grants none: status 2, it does not take SHA-256",
    "altered signature": "its signature does not hold",
    "bytes behind": "there are bytes behind it",
    "nonsense": "no answer of a time-stamp server",
    "nothing": "no answer of a time-stamp server",
    "too large": "the answer is too large",
    "status 500": "status 500",
}


class House(Installation):
    """A ledger, and how its server is started."""

    def __init__(self, acta):
        super().__init__(acta)
        self.key = json.loads(self.run("--json", "verify"))["key"]
        self.opened = 0

    def serve_with(self, **settings):
        os.environ.update(settings)
        self.serve()
        for name in settings:
            del os.environ[name]
        self.client = Client(self.address)

    def get(self, path, headers={}):
        connection = http.client.HTTPConnection(self.address, timeout=20)
        asked = {"Acta-Actor": "auditor", **headers}
        connection.request("GET", path, headers=asked)
        answer = connection.getresponse()
        body = answer.read()
        note("GET", path, asked, None, answer, body)
        return answer.status, body

    def post_anchor(self):
        """As `acta anchor now` does."""
        token = json.loads(pathlib.Path(self.data, "server.json").read_text())["token"]
        connection = http.client.HTTPConnection(self.address, timeout=60)
        asked = {"Acta-Actor": "auditor", "Acta-Token": token}
        connection.request("POST", "/v1/ledger/anchors", headers=asked)
        answer = connection.getresponse()
        body = answer.read()
        note("POST", "/v1/ledger/anchors", asked, None, answer, body)
        return answer.status, json.loads(body)

    def anchored(self):
        return json.loads(self.get("/v1/status")[1])["anchored"]

    def anchors(self):
        return json.loads(self.get("/v1/ledger/anchors?limit=500")[1])["items"]

    def record(self):
        self.opened += 1
        answer, _ = self.client.open_case(f"case-{self.opened}")
        assert answer.status == 201, answer.status

    def wait(self, what, holds):
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < deadline:
            told = self.anchored()
            if holds(told):
                return told
            time.sleep(0.05)
        raise AssertionError(f"not within {WAIT_SECONDS_MAX} s: {what}; status says {told}")

    def metric(self, name):
        for line in self.get("/metrics")[1].decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        raise AssertionError(f"no metric {name}")

    def ends(self, code, *words):
        done = subprocess.run([self.acta, "--data", self.data, *words], capture_output=True, text=True)
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def path(self, name):
        return os.path.join(self.scratch, name)


def all_anchored(told):
    return told["unanchored_entries"] == 0


def check_recorded(house, tsa):
    """Checkpoints are stamped by themselves; the entry that says so is no reason to ask again."""
    house.wait("what was there at the start", lambda told: all_anchored(told) and told["server"]["granted"] == 1)
    house.record()
    told = house.wait("what came then", lambda told: all_anchored(told) and told["server"]["granted"] == 2)
    assert told["oldest_unanchored_seconds"] == 0, told
    status, newest = house.post_anchor()
    assert status == 200 and newest["position"] == house.anchors()[0]["position"], (status, newest)
    assert tsa.asked == told["server"]["granted"], "an anchor was the reason for an anchor"
    assert house.metric("acta_ledger_unanchored_entries") == 0 and house.metric("acta_time_stamps_total") == tsa.asked
    kinds = json.loads(house.run("--json", "audit", "--type", "CheckpointAnchored"))["items"]
    assert len(kinds) == 2 and int(kinds[0]["position"]) == newest["position"], kinds


def check_taken_away(house, ours):
    """openssl alone accepts what is taken away, and the checkpoint in it is this ledger's."""
    anchor = house.anchors()[0]
    house.run("anchor", "export", "-o", house.path("head"))
    verify = ["ts", "-verify", "-in", house.path("head.tsr"), "-CAfile", ours.ca]
    assert b"Verification: OK" in openssl(*verify, "-data", house.path("head"))
    assert b"Verification: OK" in openssl(*verify, "-digest", anchor["imprint"])
    house.run("note", "verify", house.path("head"), "--key", house.key)
    assert pathlib.Path(house.path("head")).read_text().splitlines()[1] == str(anchor["size"])
    told = openssl("ts", "-reply", "-in", house.path("head.tsr"), "-text").decode()
    assert anchor["policy"] == "1.2.3.4.1" and "Hash Algorithm: sha256" in told, told
    for part, file in [("checkpoint", "head"), ("receipt", "head.tsr")]:
        assert house.get(f"/v1/ledger/anchors/{anchor['position']}/{part}")[1] == pathlib.Path(house.path(file)).read_bytes()
    for path in [f"/v1/ledger/anchors/{anchor['position']}", "/v1/ledger/anchors?covers=0"]:
        assert house.get(path)[0] == 200, path
    assert house.get("/v1/ledger/anchors/0")[0] == 404 and house.get("/v1/ledger/anchors?covers=99999")[0] == 404
    assert str(anchor["position"]) in house.run("anchor", "list") and anchor["signer"] in house.run("anchor", "show", "--covers", "0")


def check_refusals(house, tsa):
    """Nothing that does not hold is recorded; people are told why; writers notice nothing."""
    before = house.anchors()
    for mode, words in REFUSED.items():
        tsa.mode = mode
        house.record()
        status, problem = house.post_anchor()
        assert status == 503 and words in problem["detail"], (mode, status, problem)
        told = house.anchored()
        assert words in told["server"]["failure"] and told["unanchored_entries"] > 0, (mode, told)
    assert house.anchors() == before
    assert house.metric("acta_time_stamp_failing") == 1 and house.metric("acta_time_stamp_failures_total") >= len(REFUSED)
    assert "it fails: the time-stamp server answered with status 500" in house.run("status")
    status, ready = house.get("/readyz?verbose")
    assert status == 200, "a time-stamp server that fails is no reason to send requests elsewhere"
    assert any(one["check"] == "anchoring" and "it fails" in one["what"] for one in json.loads(ready)["checks"]), ready
    assert "status 500" in house.ends(1, "--as", "auditor", "anchor", "now")
    tsa.mode = "good"
    status, anchor = house.post_anchor()
    assert status == 201, anchor
    told = house.anchored()
    assert all_anchored(told) and "failure" not in told["server"], told
    assert house.metric("acta_time_stamp_failing") == 0


def check_bundle(house, ours):
    """A bundle carries the receipts that cover its entries, for openssl and for the checker in it."""
    anchors = house.anchors()
    house.run("bundle", "create", "--from", "3", "--to", str(anchors[0]["size"]), "-o", house.path("b.tar"))
    house.run("bundle", "verify", house.path("b.tar"), "--key", house.key)
    checked = house.run("bundle", "verify", house.path("b.tar"), "--key", house.key, "--timestamp-ca", ours.ca)
    assert f"{len(anchors)} time stamps" in checked, checked
    with tarfile.open(house.path("b.tar")) as bundle:
        bundle.extractall(house.path("b"))
    for anchor in anchors:
        at = house.path(f"b/anchors/{anchor['position']}")
        assert b"Verification: OK" in openssl("ts", "-verify", "-data", at + ".checkpoint", "-in", at + ".tsr", "-CAfile", ours.ca)
    done = subprocess.run([sys.executable, house.path("b/verify.py"), house.path("b.tar"), house.key], capture_output=True, text=True)
    assert done.returncode == 0 and "openssl ts -verify" in done.stdout, done.stdout + done.stderr
    check_exchanged(house, anchors[0]["position"])


def check_exchanged(house, position):
    """What was exchanged in the bundle, with digests that fit, is found by both checkers."""
    members = python_checker.members_of(pathlib.Path(house.path("b.tar")).read_bytes())
    flip = lambda data: data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:]
    changes = [(f"anchors/{position}.{part}", flip) for part in ["checkpoint", "tsr", "consistency"]]
    changes += [(f"anchors/{position}.tsr", lambda data: data + b"x"), (f"anchors/{position}.consistency", lambda data: data[:-1])]
    changes += [("manifest", lambda data: data.replace(b"anchor %d\n" % position, b"")), ("manifest", lambda data: data.replace(b"@v3", b"@v1"))]
    for name, change in changes:
        altered = archive([(one, change(data) if one == name else data) for one, data in members if one != "SHA256SUMS"])
        code, lines = python_checker.verify(altered, house.key)
        pathlib.Path(house.path("altered.tar")).write_bytes(altered)
        told = house.ends(3, "bundle", "verify", house.path("altered.tar"), "--key", house.key)
        assert code == 3, (name, lines, told)


def archive(members):
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in members).encode()
    whole = [*members, ("SHA256SUMS", sums)]
    return b"".join(python_checker.header(name.encode(), len(data)) + data + bytes(-len(data) % 512) for name, data in whole) + bytes(1024)


def check_verified(house, ours, theirs):
    """Against each authority; without one it is said that nobody's signature was checked."""
    assert "who signed the time stamps was not checked" in house.ends(0, "verify")
    assert "who signed" not in house.ends(0, "verify", "--timestamp-ca", ours.ca)
    told = house.ends(8, "verify", "--timestamp-ca", theirs.ca)
    assert f"position {house.anchors_seen[0]}: time stamp" in told and "not trusted" in told, told


def check_restart(house, settings):
    """A new process goes on: what was recorded while nobody was asked is stamped."""
    house.serve_with()
    assert "server" in house.anchored() and house.anchored()["server"] is None
    status, problem = house.post_anchor()
    assert status == 503 and "timestamp-url" in problem["detail"], problem
    house.record()
    assert house.anchored()["unanchored_entries"] == 1 and "no time-stamp server is asked" in house.run("status")
    house.stop()
    house.run("key", "rotate", "--as", "first", "--role", "programme_manager")
    house.serve_with(**settings)
    house.wait("the restart goes on, under another log key", all_anchored)
    house.anchors_seen = [one["position"] for one in house.anchors()]
    house.stop()


def check_gone(house, tsa, settings):
    """Nobody there: recorded all the same, and told."""
    house.serve_with(**settings)
    tsa.close()
    house.record()
    status, problem = house.post_anchor()
    assert status == 503 and "no answer from" in problem["detail"], problem
    assert house.anchored()["unanchored_entries"] == 1
    house.stop()


def doctor(house, *words, **settings):
    done = subprocess.run([house.acta, "--data", house.data, "--json", "doctor", "--listen", "127.0.0.1:0", *words], capture_output=True, text=True, env={**os.environ, **settings})
    found = {one["check"]: one for one in json.loads(done.stdout)["items"]}
    return done.returncode, found["time stamps"]["what"]


def check_doctor(house, tsa, settings, theirs):
    code, what = doctor(house, **settings)
    assert code == 0 and "--outside asks it" in what, what
    asked = tsa.asked
    code, what = doctor(house, "--outside", **settings)
    assert code == 0 and "gives time stamps" in what and tsa.asked == asked + 1, what
    code, what = doctor(house, "--outside", **{**settings, "ACTA_TIMESTAMP_CA": theirs.ca})
    assert code != 0 and "not trusted" in what, what
    for name, value, why in [("URL", "ftp://x", "no URL"), ("CA", house.path("none"), "cannot be read"), ("CA", house.path("serve.log"), "no file of certificates"), ("CA", "", "needs timestamp-ca"), ("POLICY", "x.y", "no policy")]:
        wrong = {**settings, "ACTA_TIMESTAMP_" + name: value}
        code, what = doctor(house, **wrong)
        assert code != 0 and why in what, (name, value, what)
        done = subprocess.run([house.acta, "--data", house.data, "serve", "--listen", "127.0.0.1:0"], capture_output=True, text=True, env={**os.environ, **wrong})
        assert done.returncode != 0 and why in done.stderr, (name, done.stderr)


def main(acta):
    house = House(acta)
    try:
        ours, theirs = Authority(house.path("ours"), "Ours"), Authority(house.path("theirs"), "Theirs")
        tsa = TimeStampServer(ours, theirs)
        settings = {"ACTA_TIMESTAMP_URL": tsa.url, "ACTA_TIMESTAMP_CA": ours.ca, "ACTA_TIMESTAMP_EVERY": "1"}
        house.serve_with(**settings)
        check_recorded(house, tsa)
        check_taken_away(house, ours)
        check_refusals(house, tsa)
        check_bundle(house, ours)
        house.stop()
        check_restart(house, settings)
        check_doctor(house, tsa, settings, theirs)
        check_verified(house, ours, theirs)
        check_gone(house, tsa, settings)
        house.verify()
    finally:
        house.remove()
    print("stamped, taken away, refused, restarted, verified: as it has to be")


if __name__ == "__main__":
    main(sys.argv[1])
