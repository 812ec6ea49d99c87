#!/usr/bin/env python3
"""crash: whichever system call of a write fails or is the last one, nothing acknowledged is lost and nothing is half there.

inject_test.py ACTA    needs strace; ACTA_LONG=1 tries every call, else some of each kind; ACTA_SEED repeats one choice
"""
import collections, json, os, pathlib, random, re, shutil, subprocess, sys, time

from server import ROOT, Installation

CALLS = ("write", "pwrite64", "fdatasync", "fsync", "rename", "unlink", "ftruncate", "fallocate", "openat", "mkdir")
FAULTS = ("error=EIO", "signal=KILL")
POINTS_OF_A_KIND = 2                     # of each call and fault, in the short form
BESIDE = ("", ".keys", ".kek", ".head")  # what makes up an installation
CASE = str(ROOT / "docs/examples/open-case.json")
TRACE_LINE = re.compile(r"\d+ +(\w+)\(")


class Trial:
    """A fresh copy of one installation, and one command recorded in it."""

    def __init__(self, acta, template, scratch):
        self.acta, self.data = acta, os.path.join(scratch, "trial")
        for ending in BESIDE:
            remove(self.data + ending)
            copy = shutil.copytree if os.path.isdir(template + ending) else shutil.copy2
            copy(template + ending, self.data + ending)

    def run(self, *words, before=()):
        return subprocess.run([*before, self.acta, "--json", "--data", self.data, *words], capture_output=True, text=True, timeout=60)

    def record(self, before=()):
        return self.run("record", "new", "--input", CASE, "--key", "the-one", "--as", "po.crash", "--role", "project_officer", before=before)

    def verify(self):
        done = self.run("verify")
        report = json.loads(done.stdout or "{}")
        assert done.returncode == 0 and report.get("verdict") == "sound", f"verify ended with {done.returncode}: {done.stdout}{done.stderr}"
        return report


def remove(path):
    shutil.rmtree(path) if os.path.isdir(path) else pathlib.Path(path).unlink(missing_ok=True)


def most_calls_of_a_thread(trial, trace):
    """How often the busiest thread makes each call: strace counts them thread by thread."""
    done = trial.record(before=["strace", "-f", "-o", trace, "-e", "trace=" + ",".join(CALLS)])
    assert done.returncode == 0, done.stderr
    seen = collections.Counter()
    for line in pathlib.Path(trace).read_text(errors="replace").splitlines():
        call = TRACE_LINE.match(line)
        if call:
            seen[line.split()[0], call.group(1)] += 1
    return {call: max((count for (_, name), count in seen.items() if name == call), default=0) for call in CALLS}


def points_of(most, dice):
    every = [(call, number, fault) for call in CALLS for number in range(1, most[call] + 1) for fault in FAULTS]
    if os.environ.get("ACTA_LONG"):
        return every
    kinds = collections.defaultdict(list)
    for point in every:
        kinds[point[0], point[2]].append(point)
    return [point for points in kinds.values() for point in dice.sample(points, min(POINTS_OF_A_KIND, len(points)))]


def check(trial, done, size_before):
    """The ledger is sound as it was left; the same key settles what happened; it happened once."""
    left = trial.verify()
    assert left["size"] in (size_before, size_before + 1), f"{left['size']} entries"
    if done.returncode == 0:
        assert left["size"] == size_before + 1, "it was acknowledged and is lost"
    again = trial.record()
    assert again.returncode == 0, f"the same key afterwards: {again.stderr}"
    assert json.loads(again.stdout)["position"] == size_before, "it was recorded elsewhere"
    assert trial.verify()["size"] == size_before + 1, "it was recorded a second time"


def bites(trial, size_before):
    """An acknowledgement without an entry behind it would be noticed."""
    try:
        check(trial, subprocess.CompletedProcess([], 0, "", ""), size_before)
    except AssertionError as fault:
        return "lost" in str(fault)
    return False


def main():
    acta = sys.argv[1]
    seed = int(os.environ.get("ACTA_SEED", time.time_ns() % 1_000_000))
    place = Installation(acta)
    point, outcomes = None, collections.Counter()
    try:
        trial = Trial(acta, place.data, place.scratch)
        size_before = trial.verify()["size"]
        assert bites(trial, size_before), "the check does not bite"
        trace = os.path.join(place.scratch, "trace")
        most = most_calls_of_a_thread(Trial(acta, place.data, place.scratch), trace)
        points = points_of(most, random.Random(seed))
        for point in points:
            call, number, fault = point
            trial = Trial(acta, place.data, place.scratch)
            done = trial.record(before=["strace", "-f", "-o", trace, "-e", "trace=" + call, "-e", f"inject={call}:{fault}:when={number}"])
            outcomes["acknowledged" if done.returncode == 0 else "killed" if done.returncode < 0 else "refused"] += 1
            check(trial, done, size_before)
    except AssertionError as fault:
        print(f"at {point}, ACTA_SEED={seed}: {fault}")
        return 1
    finally:
        place.remove()
    assert outcomes["killed"] and outcomes["refused"], f"no fault ever struck: {outcomes}"
    print(f"{len(points)} faults ({', '.join(f'{count} {name}' for name, count in sorted(outcomes.items()))}): nothing lost, nothing twice, nothing half; seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
