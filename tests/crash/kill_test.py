#!/usr/bin/env python3
"""crash: kill -9 under load loses nothing that was acknowledged and leaves nothing half done.

kill_test.py ACTA    ACTA_LONG=1 goes on for thousands of rounds (ACTA_ROUNDS: so many); ACTA_SEED repeats one order of sleeps
"""
import os, random, sys, threading, time

from server import Client, Installation

CLIENTS = 8
ROUNDS = int(os.environ.get("ACTA_ROUNDS", 2000 if os.environ.get("ACTA_LONG") else 6))
LOAD_SECONDS_MAX = 0.6


class Request:
    """One thing somebody wanted recorded; what he was told, if he was told."""

    def __init__(self, key, case=None, revision=None):
        self.key, self.case, self.revision = key, case, revision
        self.position = None

    def send(self, client):
        if self.case is None:
            answer, body = client.open_case(self.key)
        else:
            answer, body = client.note(self.case, self.revision, self.key)
        if answer.status != 201:
            raise AssertionError(f"{self.key}: {answer.status} {body}")
        return answer, body


def load(address, name, requests, stop):
    """Opens a case, writes notes on it, again and again, until the server is gone."""
    try:
        client = Client(address)
        while not stop.is_set():
            case = None
            for step in range(4):
                request = Request(f"{name}.{len(requests)}", case, step)
                requests.append(request)
                answer, body = request.send(client)
                request.position = int(answer.headers["Acta-Position"])
                case = body["id"]
                request.recorded = (case, body["revision"])
    except (OSError, EOFError, ValueError) as gone:
        if not stop.is_set():
            raise AssertionError(f"the server went away by itself: {gone}")
    except Exception as gone:  # http.client raises its own when the peer vanishes
        if not stop.is_set() or isinstance(gone, AssertionError):
            raise


def kill_under_load(place, round_number, dice):
    address = place.serve()
    stop, all_requests, threads, faults = threading.Event(), [], [], []

    def guarded(*arguments):
        try:
            load(*arguments)
        except AssertionError as fault:
            faults.append(fault)

    for client in range(CLIENTS):
        requests = []
        all_requests.append(requests)
        threads.append(threading.Thread(target=guarded, args=(address, f"r{round_number}.c{client}", requests, stop)))
        threads[-1].start()
    time.sleep(dice.uniform(0.05, LOAD_SECONDS_MAX))
    stop.set()
    place.kill()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return [request for requests in all_requests for request in requests]


def check(place, requests):
    """Acknowledged: there, at its position, once. In doubt: repeated with its key, recorded once."""
    place.verify()
    place.serve()
    client = Client(place.address)
    events = client.events()
    assert sorted(events) == list(range(len(events))), "positions have a gap"
    for request in requests:
        if request.position is None:
            continue
        case, revision = request.recorded
        event = events.get(request.position)
        assert event, f"{request.key} was acknowledged at {request.position} and is lost"
        assert (event["subject"], event["caserevision"]) == (f"case/{case}", revision), f"{request.key} is another event now"
    for request in requests:
        answer, body = request.send(client)
        replayed = answer.headers.get("Idempotency-Replayed") == "true"
        if request.position is not None:
            assert replayed and int(answer.headers["Acta-Position"]) == request.position, f"{request.key} was recorded a second time"
    place.stop()
    place.verify()
    return len(events)


def main():
    seed = int(os.environ.get("ACTA_SEED", time.time_ns() % 1_000_000))
    dice = random.Random(seed)
    place = Installation(sys.argv[1])
    acknowledged = doubtful = 0
    try:
        for round_number in range(ROUNDS):
            requests = kill_under_load(place, round_number, dice)
            entries = check(place, requests)
            told = sum(request.position is not None for request in requests)
            acknowledged, doubtful = acknowledged + told, doubtful + len(requests) - told
    except AssertionError as fault:
        print(f"round {round_number}, ACTA_SEED={seed}: {fault}")
        return 1
    finally:
        place.remove()
    assert acknowledged > ROUNDS, "the load never got going"
    print(f"{ROUNDS} kills: {acknowledged} acknowledged events all there once, {doubtful} in doubt all settled, {entries} entries, seed {seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
