#!/usr/bin/env python3
"""contract: the whole sample is read over a socket, and what the contract refuses is asked of every operation.

sample_sweep.py ACTA    writes to the file ACTA_EXCHANGES names; check_exchanges.py judges
"""
import http.client, json, os, pathlib, shutil, signal, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from exchange import note

START_SECONDS_MAX = 60
FORMS = ("application/x-ndjson", "application/cloudevents-batch+json")
ROLES = ("project_officer", "steering_chair", "")


class Sample:
    """The sample, served."""

    def __init__(self, acta):
        self.folder = tempfile.mkdtemp(prefix="acta-sweep-")
        log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen([acta, "--data", os.path.join(self.folder, "data"), "demo", "--listen", "127.0.0.1:0"], stdout=log, stderr=log)

    def address(self):
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return json.loads(pathlib.Path(self.folder, "data", "server.json").read_text())["address"]
            except (OSError, ValueError):
                time.sleep(0.05)
        raise AssertionError("the sample was not served:\n" + pathlib.Path(self.folder, "log").read_text())

    def remove(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Reader:
    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=30)

    def ask(self, method, target, headers, body=None):
        self.connection.request(method, target, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        note(method, target, headers, body, answer, text)
        return answer.status, text

    def get(self, target, role="project_officer", accept="application/json"):
        status, text = self.ask("GET", target, {"Acta-Actor": "sweep", "Acta-Role": role, "Accept": accept})
        assert status == 200, f"GET {target}: {status} {text[:300]}"
        return text


def read_cases(reader):
    target, references = "/v1/cases?limit=20", []
    while target:
        page = json.loads(reader.get(target))
        references += [item["reference"] for item in page["items"]]
        target = page["next"] and f"/v1/cases?limit=20&after={page['next']}"
    for reference in references:
        reader.get(f"/v1/cases/{reference}")
        reader.get(f"/v1/cases/{reference}/events?refusals=true")
        reader.get(f"/cases/{reference}?role=project_officer", accept="text/html")
        for role in ROLES:
            reader.get(f"/v1/cases/{reference}/actions", role)
    for page in ("/worklist", "/worklist?role=project_officer", "/counts?by=country", "/counts/cases?measure=approved"):
        reader.get(page, accept="text/html")
    return references


def read_entries(reader):
    for form in FORMS:
        reader.get("/v1/events?limit=500", accept=form)
    lines = [json.loads(line) for line in reader.get("/v1/events", accept=FORMS[0]).splitlines()]
    for schema in sorted({line["dataschema"] for line in lines if "dataschema" in line}):
        reader.get(schema[schema.index("/v1/"):])   # absolute, under the ledger's origin
    return len(lines) - 1


def read_ledger(reader, size):
    reader.get("/v1/ledger/checkpoint")
    for position in range(0, size, 100):
        reader.get(f"/v1/ledger/proofs/{position}")
        reader.get(f"/v1/ledger/consistency?from={position + 1}")
    for tile in range(size // 256):
        reader.get(f"/v1/ledger/tile/0/{tile:03}")
        reader.get(f"/v1/ledger/tile/entries/{tile:03}")


def ask_what_is_refused(reader, contract, reference):
    """Of each operation: by nobody, and with what it does not know."""
    named = {"Acta-Actor": "sweep", "Acta-Role": "project_officer"}
    for path, item in contract["paths"].items():
        here = path.replace("{case}", reference).replace("{tile}", "0/000").replace("{position}", "0")
        for method, operation in item.items():
            if method == "parameters":
                continue
            if operation.get("security") != []:
                assert reader.ask(method.upper(), here, {})[0] == 401, f"{method} {here} without an actor"
            assert reader.ask(method.upper(), here + "?colour=red", named)[0] in (400, 404, 406), f"{method} {here} with an unknown parameter"
        if "{case}" in path and "get" in item:
            assert reader.ask("GET", path.replace("{case}", "ACT-1999-001"), named)[0] == 404, path


def main(acta):
    sample = Sample(acta)
    try:
        reader = Reader(sample.address())
        references = read_cases(reader)
        size = read_entries(reader)
        read_ledger(reader, size)
        ask_what_is_refused(reader, json.loads(reader.get("/v1/openapi.json")), references[0])
    finally:
        sample.remove()
    print(f"{len(references)} cases and {size} entries read")
    assert len(references) > 80 and size > 1800


if __name__ == "__main__":
    main(*sys.argv[1:])
