#!/usr/bin/env python3
"""listener: two thousand idle keep-alive connections cost no thread and less than 8 KB each.

idle_test.py ACTA CONFIGURATION     the limit of memory is one for optimised builds
"""
import pathlib, socket, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "feed"))
from sample import Sample, note_connection

IDLE, WARM, WARM_REQUESTS = 2_000, 64, 2_000
KB_EACH_MAX = 8
PATIENCE_SECONDS = 60


def ask(connection, address):
    request = f"GET /livez HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
    connection.sendall(request)
    seen = b""
    while b"alive\n" not in seen:
        piece = connection.recv(4_096)
        assert piece.startswith(b"HTTP/1.1 200") or seen, f"answered {piece!r}"
        seen += piece
    return request, seen


def idle_connections(address, count):
    """Each has been answered once."""
    host, port = address.split(":")
    connections = []
    for _ in range(count):
        connections.append(socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS))
        ask(connections[-1], address)
    return connections


def check(place, configuration):
    warm = idle_connections(place.address, WARM)
    for number in range(WARM_REQUESTS):            # what workers and logs take once is no connection's cost
        ask(warm[number % WARM], place.address)
    memory, threads = place.status("VmRSS"), place.status("Threads")
    idle = idle_connections(place.address, IDLE)
    each = (place.status("VmRSS") - memory) / IDLE
    assert place.status("Threads") == threads, f"{threads} threads without, {place.status('Threads')} with {IDLE} idle connections"
    optimised = configuration != "Debug"
    assert each < KB_EACH_MAX or not optimised, f"an idle connection costs {each:.1f} KB, and {KB_EACH_MAX} are the limit"
    for connection in (idle[0], idle[-1], warm[0]):
        note_connection(*ask(connection, place.address))   # they are all still there
    return f"{IDLE} idle connections on the same {threads} threads, {each:.1f} KB each" + ("" if optimised else " (not optimised: not compared)")


def main():
    place = Sample(sys.argv[1])
    try:
        place.serve()
        print(check(place, sys.argv[2]))
        place.stop()
    except AssertionError as fault:
        print(fault)
        return 1
    finally:
        place.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
