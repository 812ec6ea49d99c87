"""What depends on how much a ledger holds: to open, to verify, to read out, to prove, to keep on the disk."""
import json, signal, subprocess, time, urllib.request
import commits, replies
from measurement import Measurement

NAME = "{size:,} entries: {what}"


class Filled:
    """A ledger of so many entries, made once, and a table of PostgreSQL that holds the same events."""

    def __init__(self, place, size):
        self.place, self.size, self.entries, self.folder, self.server = place, size, size, place.scratch / f"filled.{size}", None
        self.acta = place.build / "acta"

    def fill(self):
        if not self.folder.exists():
            commits.measured(self.place, "import", self.folder, 0, lines=self.size)
        return self

    def serve(self):
        """The address, and how long it took from the start of the process to the first answer that it is ready."""
        self.fill()
        began = time.perf_counter()
        (self.folder / "server.json").unlink(missing_ok=True)
        self.server = self.place.spawn([self.acta, "--data", self.folder, "serve", "--listen", "127.0.0.1:0"])
        address = self.place.told_address(self.folder, self.server)
        while urllib.request.urlopen(f"http://{address}/livez", timeout=5).status != 200:
            time.sleep(0.01)
        took = time.perf_counter() - began
        self.entries = json.loads(replies.get(address, "/v1/status"))["ledger"]["size"]   # it grows with what is recorded below
        return address, took

    def stop(self, how=signal.SIGTERM):
        self.server.send_signal(how)
        self.server.wait()
        self.place.running.remove(self.server)


def open_and_close(filled):
    _, took = filled.serve()
    filled.stop()
    return {"seconds": took}


def append_after_kill(filled):
    """From the start of the process after kill -9, with what had just been recorded in the log alone, to the first accepted append."""
    address, _ = filled.serve()
    commits.load(filled.place, "acta", address, 2, 32, commits.AS_FAST_AS_IT_GOES)
    filled.stop(signal.SIGKILL)
    began = time.perf_counter()
    address, _ = filled.serve()
    opening = json.loads(commits.OPENING.read_text())
    request = urllib.request.Request(f"http://{address}/v1/cases", data=json.dumps(opening).encode(), method="POST",
                                     headers={"Acta-Actor": "po.bench", "Acta-Role": "project_officer", "Idempotency-Key": f"kill.{time.time()}", "Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=60).read()
    took = time.perf_counter() - began
    filled.stop()
    return {"seconds": took}


def verify(filled):
    filled.fill()
    began = time.perf_counter()
    subprocess.run([filled.acta, "--data", filled.folder, "verify"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took = time.perf_counter() - began
    return {"seconds": took, "per_second": filled.entries / took}


def digests(filled):
    return commits.measured(filled.place, "digests", filled.fill().folder, 2)


def read_all(filled):
    address, _ = filled.serve()
    began, bytes_read = time.perf_counter(), 0
    with urllib.request.urlopen(urllib.request.Request(f"http://{address}/v1/events", headers={"Acta-Actor": "reports", "Accept": "application/x-ndjson"}), timeout=600) as answer:
        while piece := answer.read(1 << 20):
            bytes_read += len(piece)
    took = time.perf_counter() - began
    filled.stop()
    return {"seconds": took, "per_second": filled.entries / took, "megabytes_per_second": bytes_read / took / 1e6}


def proofs(filled):
    address, _ = filled.serve()
    told = replies.load(f"http://{address}/v1/ledger/proofs/{filled.size // 3}", 2, connections=1)
    filled.stop()
    return told


def recorded(filled):
    """Over HTTP onto a ledger that is as long: cost must not grow with it."""
    address, _ = filled.serve()
    told = commits.load(filled.place, "acta", address, 2, 32, commits.AS_FAST_AS_IT_GOES)
    filled.stop()
    return told


def disk(filled):
    folder = filled.fill().folder / "ledger"
    return {"bytes_per_entry": sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / filled.entries}


class Table:
    """The same events as a table of PostgreSQL: CloudEvents as Acta gives them, each version of a stream once."""

    def __init__(self, place, size):
        self.place, self.size, self.name = place, size, f"of_{size}"

    def psql(self, *words, **more):
        host, port = self.place.postgres().rsplit(":", 1)
        return subprocess.run(["psql", "-h", host, "-p", port, "-U", "postgres", "-q", "-t", "-A", *words], check=True, text=True, **more)

    def fill(self, event):
        made = self.psql("-c", f"SELECT to_regclass('{self.name}')", capture_output=True).stdout.strip()
        if made:
            return self
        data = json.dumps(event).replace("'", "''")
        self.psql("-c", f"CREATE TABLE {self.name} (LIKE recorded INCLUDING ALL)",
                  "-c", f"INSERT INTO {self.name} SELECT n, md5((n / 100)::text)::uuid::text, n % 100, jsonb_set('{data}', '{{id}}', to_jsonb(md5(n::text)::uuid)) FROM generate_series(1, {self.size}) n",
                  "-c", f"VACUUM ANALYZE {self.name}", stdout=subprocess.DEVNULL)
        return self

    def copy(self):
        began = time.perf_counter()
        self.psql("-c", f"COPY (SELECT data FROM {self.name} ORDER BY position) TO STDOUT", stdout=subprocess.DEVNULL)
        took = time.perf_counter() - began
        return {"seconds": took, "per_second": self.size / took}

    def disk(self):
        return {"bytes_per_entry": int(self.psql("-c", f"SELECT pg_total_relation_size('{self.name}')", capture_output=True).stdout) / self.size}


def an_event(filled):
    address, _ = filled.serve()
    url = f"http://{address}/v1/events?from={filled.size // 2}&limit=1"
    event = json.loads(urllib.request.urlopen(urllib.request.Request(url, headers={"Acta-Actor": "reports", "Accept": "application/x-ndjson"}), timeout=30).readline())
    filled.stop()
    return event


def measurements(place, given):
    for size in given.sizes:
        filled, table = Filled(place, size), Table(place, size)
        for what, take in (("open", open_and_close), ("first append after kill -9", append_after_kill), ("verify", verify), ("sha-256 of the same bytes, one core", digests),
                           ("read as NDJSON", read_all), ("a proof", proofs), ("record, 32 connections", recorded), ("disk", disk)):
            yield Measurement(NAME.format(size=size, what=what), lambda _, take=take, filled=filled: take(filled))
        if not place.quick and place.has("sizes: postgres", "/usr/lib/postgresql/15/bin/postgres"):
            for what, take in (("COPY of PostgreSQL", Table.copy), ("disk of PostgreSQL", Table.disk)):
                yield Measurement(NAME.format(size=size, what=what), lambda _, take=take, table=table, filled=filled: take(table.fill(an_event(filled.fill()))))
