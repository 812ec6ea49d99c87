#!/usr/bin/env python3
"""feed: a thousand idle subscribers cost no thread, and who stops reading costs bounded memory and nobody else's time.

many_test.py ACTA
"""
import select, socket, sys, time

from sample import Client, Sample, note_connection

IDLE, STALLED = 1_000, 100
PATIENCE_SECONDS = 120
# What a hundred readers would cost if all that they do not read were kept for them is over 200 MB.
GROWTH_MAX_KB = 60_000


def subscribe(address, query, actor, receive_bytes=None):
    host, port = address.split(":")
    reader = socket.socket()
    if receive_bytes:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    reader.settimeout(PATIENCE_SECONDS)
    reader.connect((host, int(port)))
    reader.sendall(request_of(address, query, actor))
    return reader


def request_of(address, query, actor):
    return f"GET /v1/events?{query} HTTP/1.1\r\nHost: {address}\r\nActa-Actor: {actor}\r\n\r\n".encode()


def read_until(reader, text, seen=b""):
    while text not in seen:
        piece = reader.recv(65_536)
        if not piece:
            raise AssertionError("the server ended a feed")
        seen += piece
    return seen


def all_get(readers, text):
    """Reads all of them until each has seen the text."""
    seen = {reader: b"" for reader in readers}
    waiting, deadline = set(readers), time.monotonic() + PATIENCE_SECONDS
    poll = select.poll()
    by_number = {reader.fileno(): reader for reader in readers}
    for number in by_number:
        poll.register(number, select.POLLIN)
    while waiting and time.monotonic() < deadline:
        for number, _ in poll.poll(1_000):
            reader = by_number[number]
            seen[reader] = (seen[reader] + reader.recv(65_536))[-65_536:]
            if text in seen[reader]:
                waiting.discard(reader)
    assert not waiting, f"{len(waiting)} of {len(readers)} subscribers did not get it"


def check_idle(place, size):
    before = place.status("Threads")
    readers = [subscribe(place.address, f"follow=true&from={size}", f"idle{number % 4}") for number in range(IDLE)]
    all_get(readers, b'"caught-up"')
    assert place.status("Threads") == before, f"{before} threads without, {place.status('Threads')} with {IDLE} subscribers"
    answer, body = Client(place.address).open_case("idle")
    assert answer.status == 201, body
    all_get(readers, body["id"].encode())
    for reader in readers:
        reader.close()
    return before


def check_stalled(place):
    before = place.status("VmRSS")
    stalled = [subscribe(place.address, "follow=true", "stalled", receive_bytes=4_096) for _ in range(STALLED)]
    quick = subscribe(place.address, "follow=true", "quick")
    text = read_until(quick, b'"caught-up"')
    answer, body = Client(place.address).open_case("stalled")
    assert answer.status == 201, body
    text = read_until(quick, body["id"].encode(), text)
    note_connection(request_of(place.address, "follow=true", "quick"), text)
    growth = place.status("VmRSS") - before
    assert growth < GROWTH_MAX_KB, f"{STALLED} readers that stopped reading {len(text)} bytes cost {growth} KB"
    for reader in [*stalled, quick]:
        reader.close()
    return growth


def main():
    place = Sample(sys.argv[1])
    try:
        place.serve()
        size = max(Client(place.address).events()) + 1
        threads = check_idle(place, size)
        growth = check_stalled(place)
        place.stop()
    except AssertionError as fault:
        print(fault)
        return 1
    finally:
        place.remove()
    print(f"{IDLE} idle subscribers on the same {threads} threads; {STALLED} stalled ones took {growth} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
