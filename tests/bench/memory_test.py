#!/usr/bin/env python3
"""memory: serving the sample stays under 150 MB resident, with every list, history and event asked for and 200 feeds that nobody reads.

memory_test.py ACTA
"""
import http.client, json, pathlib, re, shutil, socket, subprocess, sys, tempfile, time

RESIDENT_MB_MAX = 150
FEEDS, START_SECONDS_MAX = 200, 60
HEADERS = {"Acta-Actor": "reports"}


def resident_mb(pid):
    """Now, and at its highest."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+) kB", text).group(1)) / 1_000 for name in ("VmRSS", "VmHWM"))


def address_of(data, process):
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        try:
            return json.loads((data / "server.json").read_text())["address"]
        except (OSError, ValueError):
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def ask(address, target, accept="application/json"):
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.request("GET", target, headers=dict(HEADERS, Accept=accept))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise AssertionError(f"{target}: {answer.status} {body[:500]}")
    return body


def use(address):
    """What a day of staff, auditors and a reporting job asks for, once each."""
    cases = json.loads(ask(address, "/v1/cases?limit=500"))["items"]
    for case in cases:
        for part in ("", "/events?refusals=true", "/actions"):
            ask(address, f"/v1/cases/{case['id']}{part}")
    events = ask(address, "/v1/events", "application/x-ndjson").count(b"\n")
    return len(cases), events


def open_feeds(address):
    host, port = address.rsplit(":", 1)
    request = f"GET /v1/events?from=0 HTTP/1.1\r\nHost: {address}\r\nActa-Actor: reports\r\nAccept: text/event-stream\r\n\r\n".encode()
    feeds = [socket.create_connection((host, int(port)), timeout=60) for _ in range(FEEDS)]
    for feed in feeds:
        feed.sendall(request)
    for feed in feeds:
        if not feed.recv(65_536).startswith(b"HTTP/1.1 200"):
            raise AssertionError("a feed was refused")
    return feeds


def main(acta):
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="acta-memory-"))
    process = None
    try:
        subprocess.run([acta, "--data", scratch / "data", "demo", "--no-serve"], check=True, stdout=subprocess.DEVNULL)
        with open(scratch / "serve.log", "wb") as log:
            process = subprocess.Popen([acta, "--data", scratch / "data", "serve", "--listen", "127.0.0.1:0"], stdout=log, stderr=log)
        address = address_of(scratch / "data", process)
        started, _ = resident_mb(process.pid)
        cases, events = use(address)
        used, _ = resident_mb(process.pid)
        feeds = open_feeds(address)
        with_feeds, highest = resident_mb(process.pid)
        print(f"resident: {started:.0f} MB started, {used:.0f} MB after {cases} cases and {events} events were asked for, "
              f"{with_feeds:.0f} MB with {len(feeds)} feeds that nobody reads, {highest:.0f} MB at its highest (at most {RESIDENT_MB_MAX})")
        if highest > RESIDENT_MB_MAX:
            raise AssertionError(f"{highest:.0f} MB resident, and {RESIDENT_MB_MAX} is the limit")
    finally:
        if process is not None:
            process.terminate()
            process.wait()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
