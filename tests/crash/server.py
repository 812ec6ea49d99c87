"""A real `acta serve` on a scratch folder, and a client that remembers what was acknowledged."""
import http.client, json, os, pathlib, shutil, signal, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))
from exchange import note

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPEN_CASE = json.loads((ROOT / "docs/examples/open-case.json").read_text())
START_SECONDS_MAX = 30


class Installation:
    """A ledger of its own in a scratch folder; serve() and kill() as often as wanted."""

    def __init__(self, acta):
        self.acta = str(acta)
        self.scratch = tempfile.mkdtemp(prefix="acta-crash-")
        self.data = os.path.join(self.scratch, "data")
        self.process = None
        self.run("init", "--origin", "acta.example/crash", "--facility", "Crash", "--founder", "first:programme_manager", "--founder", "second:programme_manager")

    def run(self, *words):
        done = subprocess.run([self.acta, "--data", self.data, *words], capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"acta {' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def serve(self, *before, listen="127.0.0.1:0"):
        """Starts the server, `before` it (strace ..) if given; gives its address."""
        self.log = open(os.path.join(self.scratch, "serve.log"), "ab")
        self.process = subprocess.Popen([*before, self.acta, "--data", self.data, "serve", "--listen", listen], stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            address = self.address_of_running()
            if address:
                self.address = address
                return address
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError("the server did not start:\n" + pathlib.Path(self.log.name).read_text()[-2000:])

    def address_of_running(self):
        try:
            told = json.loads(pathlib.Path(self.data, "server.json").read_text())
        except (OSError, ValueError):
            return None
        self.pid = told["pid"]
        parents = {self.process.pid, *children_of(self.process.pid)}
        return told["address"] if self.pid in parents else None

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        if self.process.wait(timeout=START_SECONDS_MAX) != 0:
            raise AssertionError("the server did not stop cleanly")

    def verify(self):
        report = json.loads(self.run("--json", "verify"))
        if report["verdict"] != "sound":
            raise AssertionError(f"verify: {report}")
        return report

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)


def children_of(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return set()
    return {int(word) for word in text.split()}


class Client:
    """One connection. Nothing is acknowledged before answer() has it."""

    def __init__(self, address, actor="po.crash"):
        self.connection = http.client.HTTPConnection(address, timeout=20)
        self.headers = {"Acta-Actor": actor, "Acta-Role": "project_officer", "Content-Type": "application/json"}

    def post(self, path, body, key, revision=None):
        headers = dict(self.headers, **{"Idempotency-Key": key})
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        self.connection.request("POST", path, json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        note("POST", path, headers, json.dumps(body), answer, text)
        return answer, json.loads(text)

    def open_case(self, key):
        return self.post("/v1/cases", OPEN_CASE, key)

    def note(self, case, revision, key):
        return self.post(f"/v1/cases/{case}/events", {"type": "NoteAdded", "data": {"note": "Called back"}}, key, revision)

    def events(self):
        """Every event there is, by position."""
        headers = dict(self.headers, Accept="application/x-ndjson")
        self.connection.request("GET", "/v1/events", headers=headers)
        answer = self.connection.getresponse()
        text = answer.read()
        note("GET", "/v1/events", headers, None, answer, text)
        found = [json.loads(line) for line in text.decode().splitlines()]
        return {int(event["sequence"]): event for event in found if "sequence" in event}
