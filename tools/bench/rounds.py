"""Interleaved rounds of measurements, and where their numbers go."""
import datetime, json, pathlib, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def build(given):
    if given.quick:
        return
    if not (pathlib.Path(given.build) / "build.ninja").exists():
        sys.exit("tools/bench: build first: tools/build")
    subprocess.run(["ninja", "-C", given.build, "bench"], check=True, stdout=sys.stderr)


def run(given, measurements):
    """One measurement after the other, then the next round: whatever disturbs the machine disturbs all."""
    raw = {one.name: [] for one in measurements}
    steps = given.rounds * len(measurements)
    for round_number in range(given.rounds):
        for number, one in enumerate(measurements):
            step = round_number * len(measurements) + number + 1
            print(f"[{step}/{steps}] round {round_number + 1}: {one.name}", file=sys.stderr, flush=True)
            raw[one.name].append(one.take(round_number))
    return raw


def tell(given, report, name, table):
    print(table)
    if not given.quick or given.output:
        path = pathlib.Path(given.output or ROOT / f"docs/bench/{name}-{datetime.date.today()}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report, indent=1) + "\n")
        print(f"Raw numbers: {path}")
    if given.quick and not all(report["raw"].values()):
        sys.exit(1)
