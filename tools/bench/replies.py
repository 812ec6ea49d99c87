"""GET of one answer, as often as it goes: wrk at 64 connections."""
import json, re, resource, socket, subprocess, urllib.request
from measurement import Measurement

CONNECTIONS, IDLE_FEEDS = 64, 1_000
CASE = "ACT-2021-002"
HEADERS = {"Acta-Actor": "reports"}
UNITS_IN_MS = {"us": 0.001, "ms": 1, "s": 1_000}


def get(address, target):
    request = urllib.request.Request(f"http://{address}{target}", headers=HEADERS)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def open_feeds(address, count):
    """Sockets with a feed from the head on each; nobody reads them, as nothing comes but a heartbeat."""
    wanted = count * 2 + 500
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))
    host, port = address.rsplit(":", 1)
    head = json.loads(get(address, "/v1/status"))["ledger"]["size"]
    request = f"GET /v1/events?from={head} HTTP/1.1\r\nHost: {address}\r\nActa-Actor: reports\r\nAccept: text/event-stream\r\n\r\n".encode()
    feeds = []
    for _ in range(count):
        feed = socket.create_connection((host, int(port)), timeout=30)
        feed.sendall(request)
        feeds.append(feed)
    for feed in feeds:
        if not feed.recv(4096).startswith(b"HTTP/1.1 200"):
            raise AssertionError("a feed was not opened")
    return feeds


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * UNITS_IN_MS[unit]


def load(url, seconds, connections=CONNECTIONS):
    words = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "--latency", "-H", "Acta-Actor: reports", url]
    text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text:
        raise AssertionError(f"{url}: other answers than 200\n{text}")
    percentiles = dict(re.findall(r"^\s+(50|99)%\s+(\S+)$", text, re.M))
    return {"per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)),
            "p50_ms": milliseconds(percentiles["50"]), "p99_ms": milliseconds(percentiles["99"])}


def measurements(place, given):
    if not place.has("reply", "wrk"):
        return []
    ours = place.sample()
    case_id = json.loads(get(ours, f"/v1/cases/{CASE}"))["id"]
    body = get(ours, f"/v1/cases/{case_id}")
    feeds = open_feeds(ours, 100 if place.quick else IDLE_FEEDS)
    urls = {f"reply: acta case, {len(feeds)} idle feeds": f"http://{ours}/v1/cases/{case_id}", f"reply: acta constant, {len(feeds)} idle feeds": f"http://{ours}/livez"}
    for floor in ("beast-reply", "httplib-reply"):
        if place.has(f"reply: {floor}", str(place.build / "bench" / floor)):
            urls[f"reply: {floor}"] = f"http://{place.floor(floor, body)}/"
    if place.has("reply: nginx", "nginx"):
        urls["reply: nginx file"] = f"http://{place.nginx(body)}/case.json"
    return [Measurement(name, lambda _, url=url, kept=feeds: load(url, given.seconds)) for name, url in urls.items()]
