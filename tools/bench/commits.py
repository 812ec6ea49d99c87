"""What is recorded a second, and how long one takes: in one process beside RocksDB and a file, over HTTP beside others."""
import itertools, json, os, pathlib, subprocess
from measurement import Measurement

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OPENING, EVENT = ROOT / "docs/examples/open-case.json", HERE / "bodies/note.json"
CLIENTS = (1, 32, 256)
CONNECTIONS, AS_FAST_AS_IT_GOES, UNHURRIED = 32, 0, 100
numbers = itertools.count()


def ledger_load(place, what, seconds, **more):
    folder = place.scratch / f"{what}.{next(numbers)}"
    if what not in ("record", "import"):
        folder.mkdir()
    return measured(place, what, folder, seconds, **more)


def measured(place, what, folder, seconds, **more):
    words = [place.build / "bench/acta-ledger-load", what, "--folder", folder, "--seconds", seconds, "--opening", OPENING, "--body", EVENT]
    words += [word for name, value in more.items() for word in (f"--{name}", value)]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout) if done.stdout else {}


def in_process(place, given):
    """The bytes that one event adds to Acta's log are what the floors write."""
    told = {}
    def record(_, count):
        told.update(ledger_load(place, "record", given.seconds, clients=count))
        return told
    def floor(_, what, **more):
        return ledger_load(place, what, given.seconds, bytes=told["bytes_per_event"], **more)
    for count in CLIENTS:
        yield Measurement(f"in process: acta, {count} clients", lambda number, count=count: dict(record(number, count)))
        yield Measurement(f"in process: rocksdb, {count} clients", lambda number, count=count: floor(number, "rocksdb", clients=count))
    yield Measurement("in process: append and fdatasync", lambda number: floor(number, "append"))


def bulk_import(place, given):
    """The same lines through the same door; without indexes there is nothing but entries and their tree."""
    for indexed, what in ((1, "all indexes and views"), (0, "entries and tree alone")):
        yield Measurement(f"bulk import: {what}", lambda _, indexed=indexed: ledger_load(place, "import", given.seconds, indexed=indexed))


def load(place, peer, address, seconds, connections, rate):
    words = [place.build / "bench/acta-load", "--peer", peer, "--address", address, "--run", f"r{os.getpid()}.{next(numbers)}", "--body", EVENT, "--opening", OPENING,
             "--rate", rate, "--seconds", seconds, "--publishers", connections, "--subscribers", 0]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    told = json.loads(done.stdout)
    return {"per_second": told["rate_kept"], "p50_ms": told["append"].get("p50_ms", 0), "p99_ms": told["append"].get("p99_ms", 0), "generator_cpu": told["generator_cpu"]}


def over_http(place, given):
    peers = [("acta", place.empty_ledger)]
    for peer, program, start in (("postgres", "/usr/lib/postgresql/15/bin/postgres", place.postgres), ("redis", "redis-server", place.redis), ("nats", "nats-server", place.nats)):
        if not (place.quick and peer == "postgres") and place.has(f"commits: {peer}", program):
            peers.append((f"{peer}-recorder", start))
    for connections, rate, name in ((CONNECTIONS, AS_FAST_AS_IT_GOES, "as fast as it goes"), (1, UNHURRIED, f"{UNHURRIED} a second")):
        for peer, start in peers:
            yield Measurement(f"over a socket: {peer}, {connections} connections, {name}",
                              lambda _, peer=peer, start=start, connections=connections, rate=rate: load(place, peer, start(), given.seconds, connections, rate))


def measurements(place, given):
    return [*in_process(place, given), *bulk_import(place, given), *over_http(place, given)]
