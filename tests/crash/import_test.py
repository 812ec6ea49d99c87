#!/usr/bin/env python3
"""crash: an import that is killed at any sync leaves the first lines of the file and nothing else; repeated, each line is there once.

import_test.py ACTA    needs strace; ACTA_LONG=1 kills at every sync, else at some; ACTA_SEED repeats one choice
"""
import json, os, pathlib, random, subprocess, sys, time

from server import OPEN_CASE, Client, Installation

CASES, NOTES_OF_A_CASE = 8, 40
KILLS = 4                        # of each kind, in the short form
UNNOTICED = 77                   # of ctest: left out


def lines_of(name):
    """Cases that grow side by side, each line numbered in its text."""
    lines = []
    for case in range(CASES):
        lines.append(dict(OPEN_CASE, **{"as": f"@{case}"}, data=dict(OPEN_CASE["data"], title=f"{name} {case}")))
    for note in range(NOTES_OF_A_CASE):
        lines += [{"case": f"@{case}", "type": "NoteAdded", "data": {"note": f"{note}"}} for case in range(CASES)]
    return [dict(line, actor="po.crash", role="project_officer") for line in lines]


class Import:
    """One file and one empty ledger."""

    def __init__(self, acta, name):
        self.place, self.lines = Installation(acta), lines_of(name)
        self.file = os.path.join(self.place.scratch, "lines.ndjson")
        pathlib.Path(self.file).write_text("".join(json.dumps(line) + "\n" for line in self.lines))
        self.before = self.place.verify()["size"]

    def run(self, *before):
        return subprocess.run([*before, self.place.acta, "--json", "--data", self.place.data, "import", self.file], capture_output=True, text=True, timeout=120)

    def recorded(self):
        """Titles and numbers of the events behind the founding, in ledger order; who cannot be read is no event of ours."""
        self.place.serve()
        events = Client(self.place.address).events()
        self.place.stop()
        return [event for position, event in sorted(events.items()) if position >= self.before]

    def check_prefix(self, events):
        assert len(events) <= len(self.lines), f"{len(events)} events of {len(self.lines)} lines"
        cases = {}
        for number, (event, line) in enumerate(zip(events, self.lines)):
            assert event["type"].endswith(line["type"]), f"line {number + 1} is a {event['type']}"
            name = line.get("as") or line["case"]
            assert cases.setdefault(name, event["subject"]) == event["subject"], f"line {number + 1} is on another case"
            if "as" in line:
                assert event["data"]["title"] == line["data"]["title"], f"line {number + 1} is another case"
        assert len(set(cases.values())) == len(cases), "two cases are one"

    def check_after_kill(self):
        """Gives how many lines had been recorded."""
        self.place.verify()
        left = self.recorded()
        self.check_prefix(left)
        again = self.run()
        assert again.returncode == 0, f"repeated: {again.stderr}"
        told = json.loads(again.stdout)
        assert (told["replayed"], told["recorded"]) == (len(left), len(self.lines) - len(left)), f"{len(left)} were left, repeated: {told}"
        everything = self.recorded()
        assert len(everything) == len(self.lines), f"{len(everything)} events of {len(self.lines)} lines"
        self.check_prefix(everything)
        assert everything[:len(left)] == left, "what was recorded before is no longer there as it was"
        self.place.verify()
        return len(left)


def strace(sync, *more):
    return ["strace", "-f", "-qq", "-o", "/dev/null", *more, "-e", "trace=fdatasync,fsync", "-e", f"inject=fdatasync:signal=KILL:when={sync}"]


def killed_in_folder(acta, sync):
    """`acta import` on the folder itself, killed at this sync of the thread that commits. Nothing: it made fewer."""
    one = Import(acta, f"folder {sync}")
    try:
        if one.run(*strace(sync)).returncode == 0:
            return None
        return one.check_after_kill()
    finally:
        one.place.remove()


def killed_with_server(acta, sync):
    """The server is killed, and `acta import` says how to go on."""
    one = Import(acta, f"server {sync}")
    try:
        one.place.serve(*strace(sync))
        done = one.run()
        if done.returncode == 0:
            one.place.stop()
            return None
        one.place.process.wait()
        assert done.returncode == 1 and "Import the same file again: nothing is recorded twice" in done.stderr, f"{done.returncode}: {done.stderr}"
        return one.check_after_kill()
    finally:
        one.place.remove()


def bites(acta):
    """Lines recorded twice would be noticed."""
    one = Import(acta, "bites")
    try:
        one.lines = one.lines[:-1]
        assert one.run().returncode == 0
        one.check_after_kill()
    except AssertionError as fault:
        return "events of" in str(fault)
    finally:
        one.place.remove()
    return False


def main():
    acta, seed = sys.argv[1], int(os.environ.get("ACTA_SEED", time.time_ns() % 1_000_000))
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        print("left out: strace may trace nothing here")
        return UNNOTICED
    dice, left = random.Random(seed), []
    assert bites(acta), "the check does not bite"
    for kill in (killed_in_folder, killed_with_server):
        syncs = range(1, 60) if os.environ.get("ACTA_LONG") else sorted(dice.sample(range(1, 12), KILLS))
        for sync in syncs:
            try:
                lines = kill(acta, sync)
            except AssertionError as fault:
                print(f"{kill.__name__}, sync {sync}, ACTA_SEED={seed}: {fault}")
                return 1
            if lines is None:
                break
            left.append(lines)
    assert any(0 < lines < CASES * (NOTES_OF_A_CASE + 1) for lines in left), f"no import was killed in its middle: {left}"
    print(f"{len(left)} imports killed after {', '.join(map(str, left))} lines: each line once, in order; seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
