#!/usr/bin/env python3
"""bench: tools/bench/http runs to its end with what is installed, and every event it sends is delivered to every subscriber.

http_test.py BUILD
"""
import json, pathlib, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUST_BE_THERE = ("delivery: acta, 1 subscribers", "delivery: acta, 100 subscribers", "view: acta, from the answer to the list")


def main(build):
    with tempfile.TemporaryDirectory(prefix="acta-bench-test-") as scratch:
        output = pathlib.Path(scratch, "report.json")
        words = [ROOT / "tools/bench/http", "--quick", "--build", build, "--output", output]
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        print(done.stdout + done.stderr)
        if done.returncode != 0:
            raise AssertionError(f"tools/bench/http ended with {done.returncode}")
        raw = json.loads(output.read_text())["raw"]
    for name in MUST_BE_THERE:
        for taken in raw[name]:
            if taken["delivered"] != taken["expected"] or taken["append_count"] == 0:
                raise AssertionError(f"{name}: {taken}")


if __name__ == "__main__":
    main(sys.argv[1])
