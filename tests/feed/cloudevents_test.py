#!/usr/bin/env python3
"""feed: every event of the sample is a CloudEvent to the JSON schema and to the CloudEvents SDK.

cloudevents_test.py ACTA    needs node and tests/node (npm ci)
"""
import pathlib, subprocess, sys

from sample import Sample

CHECK = pathlib.Path(__file__).resolve().parent.parent / "node" / "cloudevents_check.js"


def main():
    place = Sample(sys.argv[1])
    try:
        events = place.run("events", "--json")
        checked = subprocess.run(["node", str(CHECK)], input=events, capture_output=True, text=True)
        passed = checked.stdout.strip()
        if checked.returncode != 0 or passed != str(len(events.splitlines())):
            print(checked.stdout[-4000:], checked.stderr[-4000:])
            return 1
    finally:
        place.remove()
    print(f"{passed} entries of the sample are CloudEvents")
    return 0


if __name__ == "__main__":
    sys.exit(main())
