#!/usr/bin/env python3
"""feed: kill -9 and restart of the server under 20 subscribers while events are recorded: no gap, no double position.

resume_test.py ACTA    needs curl, node and tests/node (npm ci)
Three independent clients: curl (server-sent events and NDJSON, resumed by this test), the npm package eventsource, and
`acta events --follow`.
"""
import http.client, json, os, pathlib, subprocess, sys, threading, time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "crash"))
from server import Client, Installation, note
from exchange import note_connection

KILLS = 20 if os.environ.get("ACTA_LONG") else 2
LOAD_SECONDS = 1.0
PATIENCE_SECONDS = 90
CURL_SSE, CURL_NDJSON, EVENTSOURCES, FOLLOWERS = 4, 4, 6, 6


class Reader:
    """What one subscriber saw: positions in the order they came."""

    def __init__(self, name):
        self.name, self.positions, self.process, self.ended = name, [], None, False

    def last(self):
        return self.positions[-1] if self.positions else -1

    def check(self, size):
        assert self.positions == list(range(size)), f"{self.name}: {fault_in(self.positions, size)}"

    def end(self):
        self.ended = True
        if self.process:
            self.process.kill()


def fault_in(positions, size):
    for expected, position in enumerate(positions):
        if position != expected:
            return f"position {position} came where {expected} was due"
    return f"{len(positions)} of {size} positions came"


class Curl(Reader):
    """Reads until the connection ends, then goes on after the last event it has seen whole."""

    def __init__(self, name, address, sse):
        super().__init__(name)
        self.address, self.sse = address, sse
        threading.Thread(target=self.run, daemon=True).start()

    def asked(self):
        """Target and headers."""
        if self.sse:
            return "/v1/events", {"Accept": "text/event-stream", **({"Last-Event-ID": str(self.last())} if self.positions else {})}
        return f"/v1/events?follow=true&from={self.last() + 1}", {}

    def run(self):
        while not self.ended:
            target, headers = self.asked()
            headers["Acta-Actor"] = "reports"
            self.process = subprocess.Popen(["curl", "-sNi", *(word for name, value in headers.items() for word in ("-H", f"{name}: {value}")), f"http://{self.address}{target}"], stdout=subprocess.PIPE)
            seen = b"".join(self.taken(line) for line in self.process.stdout)
            self.process.wait()
            # curl has taken the chunks apart; what is left ends with the connection.
            note_connection(f"GET {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n", seen.replace(b"Transfer-Encoding: chunked\r\n", b"", 1))
            time.sleep(0.1)

    def taken(self, line):
        self.take(line)
        return line

    def take(self, line):
        if not line.endswith(b"\n"):
            return  # cut off: it comes again
        text = line.decode().removeprefix("data: ")
        if text.startswith("{"):
            event = json.loads(text)
            if "sequence" in event:
                self.positions.append(int(event["sequence"]))


class Follower(Reader):
    def __init__(self, name, place):
        super().__init__(name)
        self.process = subprocess.Popen([place.acta, "--data", place.data, "--json", "events", "--follow"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        for line in self.process.stdout:
            self.positions.append(int(json.loads(line)["sequence"]))


class EventSources:
    """One node process with several EventSources."""

    def __init__(self, address, count):
        self.readers = [Reader(f"eventsource {number}") for number in range(count)]
        script = HERE.parent / "node" / "eventsource_clients.js"
        self.process = subprocess.Popen(["node", str(script), f"http://{address}/v1/events", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.run, daemon=True).start()
        for reader in self.readers:
            reader.process = self.process

    def run(self):
        for line in self.process.stdout:
            client, sequence, last_id = line.split()
            assert int(sequence) == int(last_id)
            self.readers[int(client)].positions.append(int(sequence))


def record(address, name, stop):
    """Opens cases until it is told to stop or the server is gone."""
    try:
        client = Client(address)
        for number in range(1_000_000):
            if stop.is_set():
                return
            client.open_case(f"{name}.{number}")
    except Exception:
        if not stop.is_set():
            raise


def load(place, name, seconds):
    stop = threading.Event()
    writers = [threading.Thread(target=record, args=(place.address, f"{name}.{number}", stop)) for number in range(2)]
    for writer in writers:
        writer.start()
    time.sleep(seconds)
    return stop, writers


class Place:
    """A subscription whose acknowledgements are killed right after they were answered."""

    def __init__(self, place):
        self.place = place
        self.ask("PUT", "", {})

    def ask(self, method, path, body):
        connection = http.client.HTTPConnection(self.place.address, timeout=20)
        target, headers, sent = "/v1/subscriptions/warehouse" + path, {"Acta-Actor": "reports", "Content-Type": "application/json"}, json.dumps(body)
        connection.request(method, target, sent, headers)
        answer = connection.getresponse()
        text = answer.read()
        note(method, target, headers, sent, answer, text)
        assert answer.status in (200, 201), text
        return json.loads(text)

    def acknowledge(self, position):
        self.position = position
        self.ask("PUT", "/position", {"position": position})

    def check(self):
        kept = self.ask("GET", "", {})["acknowledged"]
        assert kept == self.position, f"{self.position} was acknowledged, {kept} is kept"


def readers_of(place):
    sources = EventSources(place.address, EVENTSOURCES)
    readers = [Curl(f"curl sse {number}", place.address, True) for number in range(CURL_SSE)]
    readers += [Curl(f"curl ndjson {number}", place.address, False) for number in range(CURL_NDJSON)]
    readers += [Follower(f"acta events --follow {number}", place) for number in range(FOLLOWERS)]
    return readers + sources.readers


def wait_for_all(readers, size):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(reader.last() < size - 1 for reader in readers) and time.monotonic() < deadline:
        time.sleep(0.1)


def main():
    place = Installation(sys.argv[1])
    readers = []
    try:
        address = place.serve()
        readers = readers_of(place)
        wait_for_all(readers, 1)
        kept = Place(place)
        for number in range(KILLS):
            stop, writers = load(place, f"r{number}", LOAD_SECONDS)
            kept.acknowledge(readers[0].last())
            stop.set()
            place.kill()
            for writer in writers:
                writer.join()
            place.serve(listen=address)
            kept.check()
        client = Client(place.address)
        answer, body = client.open_case("last")
        assert answer.status == 201, body
        size = int(answer.headers["Acta-Position"]) + 1
        wait_for_all(readers, size)
        for reader in readers:
            reader.check(size)
        place.stop()
    except AssertionError as fault:
        print(fault)
        return 1
    finally:
        for reader in readers:
            reader.end()
        place.remove()
    print(f"{len(readers)} subscribers, {KILLS} kills, {size} positions each, in order, none twice")
    return 0


if __name__ == "__main__":
    sys.exit(main())
