#!/usr/bin/env python3
"""crash: whatever the wall clock does, recorded times never go back, and after a jump nothing is written until a person says so.

clock_test.py ACTA    needs libfaketime, which moves the wall clock of the server alone
"""
import glob, os, sys

from server import Client, Installation

HOUR, DAY = 3600, 86400
LIBRARY = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)


class Clock:
    """The wall clock as the server sees it; its steady clock stays true."""

    def __init__(self, folder):
        self.file = os.path.join(folder, "clock")
        self.set(0)

    def set(self, offset_seconds):
        with open(self.file + ".new", "w") as file:
            file.write(f"{offset_seconds:+d}\n")
        os.rename(self.file + ".new", self.file)

    def before(self):
        return ["env", f"LD_PRELOAD={LIBRARY}", f"FAKETIME_TIMESTAMP_FILE={self.file}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", "DONT_FAKE_MONOTONIC=1"]


class Story:
    def __init__(self, place, clock):
        self.place, self.clock, self.number = place, clock, 0

    def start(self):
        self.client = Client(self.place.serve(*self.clock.before()))

    def write(self):
        self.number += 1
        answer, body = self.client.open_case(f"key-{self.number}")
        return answer.status, body

    def must_write(self):
        status, body = self.write()
        assert status == 201, f"{status} {body}"

    def must_stop_until_confirmed(self, what):
        before = len(self.client.events())
        for _ in range(2):
            status, body = self.write()
            assert status == 503 and "acta clock confirm" in body["detail"], f"{what}: {status} {body}"
        assert len(self.client.events()) == before, f"{what}: something was written all the same"
        self.place.run("--as", "first", "--role", "programme_manager", "clock", "confirm")
        self.must_write()

    def must_only_go_forward(self):
        events = self.client.events()
        times = [events[position]["recordedtime"] for position in sorted(events)]
        assert times == sorted(times), "a recorded time went back"
        return len(times)

    def restart_at(self, offset_seconds):
        self.place.kill()
        self.clock.set(offset_seconds)
        self.start()


def tell(story):
    clock = story.clock
    story.start()
    story.must_write()
    for what, offset in (("an hour back", -HOUR), ("a day on", DAY), ("back to the truth", 0)):
        clock.set(offset)
        story.must_stop_until_confirmed(what)
    story.restart_at(-2 * DAY)
    story.must_stop_until_confirmed("started two days before the newest entry")
    story.restart_at(410 * DAY)
    story.must_stop_until_confirmed("started 410 days after the newest entry")
    story.restart_at(0)
    story.must_stop_until_confirmed("started 410 days before the newest entry")
    for seconds in (3, -3):          # within what clocks are allowed
        clock.set(seconds)
        story.must_write()
    entries = story.must_only_go_forward()
    story.place.stop()
    story.place.verify()
    return entries


def bites(story):
    """Without a jump the server writes, and that is what the check complains about."""
    try:
        story.must_stop_until_confirmed("no jump")
    except AssertionError:
        return True
    return False


def main():
    if not LIBRARY:
        print("libfaketime is not installed: apt-get install faketime")
        return 1
    place = Installation(sys.argv[1])
    try:
        story = Story(place, Clock(place.scratch))
        story.start()
        assert bites(story), "the check does not bite"
        story.place.kill()
        entries = tell(story)
    except AssertionError as fault:
        print(fault)
        return 1
    finally:
        place.remove()
    print(f"6 jumps, each stopped writes until confirmed; recorded times of {entries} entries never go back")
    return 0


if __name__ == "__main__":
    sys.exit(main())
