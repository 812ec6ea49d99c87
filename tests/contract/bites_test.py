#!/usr/bin/env python3
"""contract: the check of exchanges finds what the contract does not promise.

bites_test.py openapi.json
"""
import json, sys

from check_exchanges import Report
from contract import Contract, Refused
from exchange import Exchange, of_connection

ASKED = [("Acta-Actor", "jonna.lind"), ("Accept", "application/json")]
ROW = {"id": "017715c7-0320-7df0-81e6-0970240c4d33", "reference": "ACT-2021-002", "process": "action", "title": "T", "state": "closed", "requester": "R", "countries": ["MU"], "region": "asia", "theme": "LM", "revision": 4, "closed": True,
       "opened_at": "2021-01-18T13:55:00.000000Z", "changed_at": "2021-01-18T13:55:00.000000Z"}
PROBLEM = {"type": "/problems/not-found", "title": "Not found", "status": 404, "code": "not_found", "detail": "d", "instance": "/v1/cases/x", "trace_id": "0" * 32}
LIST_HEADERS = [("Content-Type", "application/json"), ("Acta-Position", "7")]


def listing(row=None, headers=None, target="/v1/cases", asked=None, status=200):
    body = json.dumps({"items": [dict(ROW, **(row or {}))], "next": None}).encode()
    return Exchange("GET", target, ASKED if asked is None else asked, b"", status, headers or LIST_HEADERS, body)


def problem(target, **changes):
    body = dict(PROBLEM, **changes)
    return Exchange("GET", target, ASKED, b"", body["status"], [("Content-Type", "application/problem+json")], json.dumps(body).encode())


def note_added(body, status, answer):
    asked = ASKED + [("Content-Type", "application/x-ndjson"), ("Acta-Source", "ab" * 32)]
    return Exchange("POST", "/v1/imports", asked, json.dumps(body).encode(), status, [("Content-Type", "application/x-ndjson")], json.dumps(answer).encode())


LINE = {"type": "NoteAdded", "data": {"note": "n"}, "case": "ACT-2021-002", "actor": "a", "role": "r"}
TAKEN = {"line": 1, "position": 3, "case": ROW["id"], "revision": 2, "replayed": False}

GOOD = [listing(), problem("/v1/cases/x"), problem("/nowhere"), note_added(LINE, 200, TAKEN),
        *of_connection(b"GET /v1/cases HTTP/1.1\r\nActa-Actor: a\r\n\r\nHEAD /livez HTTP/1.1\r\n\r\n",
                       b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nActa-Position: 1\r\nTransfer-Encoding: chunked\r\n\r\n18\r\n{\"items\":[],\"next\":null}\r\n0\r\n\r\n"
                       + b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n")]
BAD = {
    "a member nobody promised": listing({"colour": "red"}),
    "a member of the wrong kind": listing({"revision": "4"}),
    "an answer of another type": listing(headers=[("Content-Type", "text/html"), ("Acta-Position", "7")]),
    "a header left out": listing(headers=[("Content-Type", "application/json")]),
    "a status nobody promised": listing(status=202),
    "an unknown parameter granted": listing(target="/v1/cases?colour=red"),
    "a parameter out of bounds granted": listing(target="/v1/cases?limit=501"),
    "a nobody granted": listing(asked=[]),
    "a problem with the code of another": problem("/v1/cases/x", code="denied"),
    "a problem with a member of its own": problem("/v1/cases/x", stack="trace"),
    "a page where nothing is promised": Exchange("GET", "/secret", ASKED, b"", 200, [("Content-Type", "text/html")], b"x"),
    "an unknown member granted": note_added(dict(LINE, colour="red"), 200, TAKEN),
    "unknown data granted": note_added(dict(LINE, data={"note": "n", "colour": "red"}), 200, TAKEN),
    "an unknown type granted": note_added(dict(LINE, type="Nothing"), 200, TAKEN),
}


def faults_of(contract, exchange):
    report = Report(contract)
    report.take(exchange)
    return list(report.faults)


def wrong_examples(contract):
    for operation in contract.operations:
        for kind, content in (operation.body or {"content": {}})["content"].items():
            for name, example in content.get("examples", {}).items():
                try:
                    contract.check(example["value"], content["schema"], f"{operation.name} {kind} {name}")
                except Refused as wrong:
                    yield f"an example is not what it shows: {wrong}"


def main(path):
    contract = Contract(path)
    wrong = [f"found fault with a good one: {faults_of(contract, one)}" for one in GOOD if faults_of(contract, one)]
    wrong += [f"let pass: {what}" for what, one in BAD.items() if not faults_of(contract, one)]
    wrong += wrong_examples(contract)
    unasked, _ = Report(contract).missing()
    if "listCases" not in unasked or len(GOOD) != 6:
        wrong.append("an operation that no test makes succeed is not told, or answers of a connection were lost")
    print("\n".join(wrong) or f"{len(BAD)} kinds of wrong exchanges are found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
