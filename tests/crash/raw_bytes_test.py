#!/usr/bin/env python3
"""crash: no byte of the ledger's files can be altered unseen; a file cut at its end heals, or is told as what it is.

raw_bytes_test.py ACTA    ACTA_LONG=1 alters thousands of bytes; ACTA_SEED repeats one choice
"""
import collections, json, os, random, shutil, subprocess, sys, time

from server import Client, Installation

BYTES_OF_A_FILE = 400 if os.environ.get("ACTA_LONG") else 6
CUTS_OF_A_FILE = 60 if os.environ.get("ACTA_LONG") else 8
FOOTER_BYTES = 60
NOTES = 12


def ledger_files(folder):
    """What holds the ledger: not LOG, OPTIONS, LOCK and IDENTITY, which hold none of it."""
    named = [name for name in sorted(os.listdir(folder)) if name == "CURRENT" or name.startswith("MANIFEST") or name.endswith((".log", ".sst"))]
    return [name for name in named if os.path.getsize(os.path.join(folder, name)) > 0]


def keep(place, ending):
    shutil.copytree(place.data, place.data + ending)
    shutil.copy2(place.data + ".head", place.data + ending + ".head")


def written_ledgers(place):
    """Two stopped ledgers: one closed, all in tables; one killed, its newest entries in the write-ahead log only."""
    client = Client(place.serve())
    answer, body = client.open_case("opening")
    assert answer.status == 201, body
    for revision in range(1, NOTES):
        client.note(body["id"], revision, f"note-{revision}")
    place.stop()
    keep(place, "-closed")
    client = Client(place.serve())
    for revision in range(NOTES, 2 * NOTES):
        answer, _ = client.note(body["id"], revision, f"note-{revision}")
        assert answer.status == 201
        if revision == NOTES + NOTES // 2:
            place.run("checkpoint")   # signed up to here
    place.kill()
    keep(place, "-killed")
    return [place.data + "-closed", place.data + "-killed"]


class Ledger:
    """One of them, put in the installation's place with its head file; the keys are the same."""

    def __init__(self, place, kept):
        self.place, self.kept = place, kept
        self.folder = os.path.join(place.data, "ledger")
        self.restore()

    def restore(self):
        shutil.rmtree(self.place.data)
        shutil.copytree(self.kept, self.place.data)
        shutil.copy2(self.kept + ".head", self.place.data + ".head")

    def path(self, name):
        return os.path.join(self.folder, name)

    def alter(self, name, at, bit):
        with open(self.path(name), "r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ bit]))

    def verify(self):
        done = subprocess.run([self.place.acta, "--json", "--data", self.place.data, "verify"], capture_output=True, text=True, timeout=120)
        return done.returncode, json.loads(done.stdout)


def tells(report, name):
    return any(name in finding["detail"] for finding in report["findings"])


def alter_bytes(ledger, dice, seen):
    for name in ledger_files(ledger.folder):
        size = os.path.getsize(ledger.path(name))
        for number in range(BYTES_OF_A_FILE):
            last = min(size, FOOTER_BYTES)
            at = size - 1 - dice.randrange(last) if number % 3 == 0 else dice.randrange(size)
            bit = 1 << dice.randrange(8)
            ledger.alter(name, at, bit)
            code, report = ledger.verify()
            what = f"{ledger.kept[-6:]}/{name}, byte {at} of {size}, bit {bit}"
            assert report["verdict"] == "tampered" and code == 3, f"{what}: {report['verdict']}"
            assert tells(report, name), f"{what}: the file is not named: {report['findings'][:3]}"
            if name.endswith(".sst"):
                assert report["size"] > 0, f"{what}: the rest was not looked at"
            ledger.alter(name, at, bit)
            seen["bytes altered"] += 1


def cut_ends(ledger, dice, seen):
    """What a crash does. Entries that were signed and are gone are a roll-back; nothing else may be said of it."""
    for name in ledger_files(ledger.folder):
        if not name.endswith(".log"):
            continue
        size = os.path.getsize(ledger.path(name))
        for _ in range(CUTS_OF_A_FILE):
            left = dice.randrange(size)
            os.truncate(ledger.path(name), left)
            code, report = ledger.verify()
            kinds = {finding["what"] for finding in report["findings"]}
            assert code == 0 or kinds == {"cut tail"}, f"{name} cut to {left} of {size} bytes: {report['findings'][:3]}"
            seen["cut, and still whole" if code == 0 else "cut below what was signed, and so told"] += 1
            ledger.restore()


def bites(ledger):
    """A report that calls an altered ledger sound would be noticed: the untouched one is called sound."""
    code, report = ledger.verify()
    return code == 0 and report["verdict"] == "sound"


def main():
    seed = int(os.environ.get("ACTA_SEED", time.time_ns() % 1_000_000))
    dice, seen = random.Random(seed), collections.Counter()
    place = Installation(sys.argv[1])
    try:
        for kept in written_ledgers(place):
            ledger = Ledger(place, kept)
            assert bites(ledger), f"{kept} is not sound to begin with"
            alter_bytes(ledger, dice, seen)
            ledger.restore()
            cut_ends(ledger, dice, seen)
    except AssertionError as fault:
        print(f"ACTA_SEED={seed}: {fault}")
        return 1
    finally:
        place.remove()
    print("; ".join(f"{count} {what}" for what, count in seen.items()) + f"; seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
