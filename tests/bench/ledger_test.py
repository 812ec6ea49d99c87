#!/usr/bin/env python3
"""bench: tools/bench/ledger runs to its end with what is installed, and has a number for each of its measurements.

ledger_test.py BUILD    only with ACTA_LONG=1, as in tools/check --long: it takes half a minute
"""
import json, os, pathlib, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
MUST_BE_THERE = ("in process: acta, 32 clients", "in process: rocksdb, 32 clients", "bulk import: all indexes and views", "bulk import: entries and tree alone", "over a socket: acta, 1 connections, 100 a second", "2,000 entries: verify",
                 "2,000 entries: first append after kill -9")


def main(build):
    with tempfile.TemporaryDirectory(prefix="acta-bench-test-") as scratch:
        output = pathlib.Path(scratch, "report.json")
        words = [ROOT / "tools/bench/ledger", "--quick", "--build", build, "--output", output]
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        print(done.stdout + done.stderr)
        if done.returncode != 0:
            raise AssertionError(f"tools/bench/ledger ended with {done.returncode}")
        raw = json.loads(output.read_text())["raw"]
    for name in MUST_BE_THERE:
        for taken in raw[name]:
            if not any(taken.get(number) for number in ("per_second", "seconds")):
                raise AssertionError(f"{name}: {taken}")


if __name__ == "__main__":
    if not os.environ.get("ACTA_LONG"):
        print("skipped: the benchmark of the ledger is tried in tools/check --long")
        sys.exit(SKIPPED)
    main(sys.argv[1])
