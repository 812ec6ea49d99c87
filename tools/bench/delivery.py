"""Events at a steady rate, and when subscribers and views have them: acta-load against each peer."""
import json, os, pathlib, subprocess
from measurement import Measurement

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RATE, PUBLISHERS, PROBES = 1_000, 48, 8


def load(place, peer, address, seconds, run, subscribers, probes=0):
    words = [place.build / "bench/acta-load", "--peer", peer, "--address", address, "--run", run, "--body", HERE / "bodies/note.json",
             "--opening", ROOT / "docs/examples/open-case.json", "--rate", RATE, "--seconds", seconds, "--publishers", PUBLISHERS,
             "--subscribers", subscribers, "--probes", probes]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


def flat(told):
    """One level of names, so that rounds can be compared name by name."""
    out = {name: value for name, value in told.items() if not isinstance(value, dict)}
    for part in ("append", "delivery", "view"):
        out.update({f"{part}_{name}": value for name, value in told[part].items()} if told[part]["count"] else {})
    return out


def measurements(place, given):
    found = [("acta", place.empty_ledger)]
    if place.has("delivery: redis", "redis-server"):
        found.append(("redis", place.redis))
    if not place.quick and place.has("delivery: postgres", "/usr/lib/postgresql/15/bin/postgres"):
        found.append(("postgres", place.postgres))
    return [Measurement(f"delivery: {peer}, {count} subscribers",
                        lambda number, peer=peer, start=start, count=count: flat(load(place, peer, start(), given.seconds, f"d{os.getpid()}.{number}.{count}", count)))
            for count in (1, 100) for peer, start in found]


def view_measurements(place, given):
    take = lambda number: flat(load(place, "acta", place.empty_ledger(), given.seconds, f"v{os.getpid()}.{number}", 0, PROBES))
    return [Measurement("view: acta, from the answer to the list", take)]
