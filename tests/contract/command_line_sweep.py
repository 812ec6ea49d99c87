#!/usr/bin/env python3
"""contract: what the command line asks a server, and what it is answered, over a relay that writes both down.

command_line_sweep.py ACTA    writes to the file ACTA_EXCHANGES names; check_exchanges.py judges
"""
import json, os, pathlib, socket, subprocess, sys, threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/feed"))
from sample import Sample, note_connection

AS_OFFICER = ("--as", "po.sweep", "--role", "project_officer")
READS = ("cases --text dravonia --state closed --limit 3", "cases --limit 2", "worklist --role evaluator --limit 2", "worklist", "counts --by region --from 2015-01-01",
         "counts --cases refused --theme IMT --limit 2", "counts", "case ACT-2016-003", "case ACT-2016-003 --as-of 2016-06-10", "history ACT-2016-003 --refusals", "audit --limit 3", "refusals --limit 3",
         "replay ACT-2021-002 --as-of 2021-06-10", "events --from 1294 --limit 1", "events --type ActionApproved --limit 2", "subscriptions list", "checkpoint", "status")
PATIENCE_SECONDS = 60


class Relay:
    """A port in front of the server. One thread a connection and direction; what went by is noted when both are through."""

    def __init__(self, address):
        self.server, self.threads, self.count = address, [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            self.threads.append(threading.Thread(target=self.relay, args=(client,)))
            self.threads[-1].start()

    def relay(self, client):
        host, port = self.server.split(":")
        server = socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
        asked, answered = bytearray(), bytearray()
        there = threading.Thread(target=self.carry, args=(client, server, asked))
        there.start()
        self.carry(server, client, answered)
        there.join()
        note_connection(bytes(asked), bytes(answered))
        self.count += 1

    def carry(self, source, target, seen):
        """The server answers to its own name only."""
        try:
            while piece := source.recv(65_536):
                piece = piece.replace(f"Host: {self.address}".encode(), f"Host: {self.server}".encode())
                seen += piece
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass    # the other side had enough

    def through(self):
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)


def say(place, relay, *words, exits=0):
    done = subprocess.run([place.acta, "--data", os.path.join(place.scratch, "none"), "--url", f"http://{relay.address}", *words], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == exits, f"acta {' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def record(place, relay):
    opened = json.loads(say(place, relay, *AS_OFFICER, "--json", "record", "new", "--input", str(ROOT / "docs/examples/open-case.json"), "--key", "sweep-1"))
    note = os.path.join(place.scratch, "note.json")
    pathlib.Path(note).write_text('{"type": "NoteAdded", "data": {"note": "Called back"}}')
    say(place, relay, *AS_OFFICER, "record", opened["reference"], "--input", note)
    pathlib.Path(note).write_text('{"type": "ActionLaunched", "data": {}}')
    say(place, relay, *AS_OFFICER, "record", opened["reference"], "--input", note, exits=4)
    say(place, relay, "case", "ACT-1999-001", exits=5)


def main(acta):
    place = Sample(acta)
    try:
        relay = Relay(place.serve())
        for read in READS:
            for form in ((), ("--json",)):
                say(place, relay, *form, *read.split())
        say(place, relay, "prove", "1300", "--output", os.path.join(place.scratch, "proof"))
        say(place, relay, "bundle", "create", "--case", "ACT-2016-003", "--output", os.path.join(place.scratch, "bundle.tar"))
        record(place, relay)
        relay.through()
        place.stop()
    finally:
        place.remove()
    print(f"{relay.count} conversations of the command line with a server written down")
    assert relay.count > 2 * len(READS)


if __name__ == "__main__":
    main(*sys.argv[1:])
