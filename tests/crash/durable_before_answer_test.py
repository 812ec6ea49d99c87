#!/usr/bin/env python3
"""crash: between a request and its answer the system calls show an fdatasync of the write-ahead log.

durable_before_answer_test.py ACTA    needs strace
"""
import pathlib, re, sys

from server import Client, Installation

REQUESTS = 5
CALL = re.compile(r"(?P<name>\w+)\((?P<rest>.*)")


def calls_of(trace):
    """(name, rest) of each system call in the order they ended, those cut by other threads put together."""
    begun = {}
    for line in trace.splitlines():
        thread, _, text = line.partition(" ")
        text = text.strip()
        if text.endswith("<unfinished ...>"):
            begun[thread] = text[: -len("<unfinished ...>")]
            continue
        resumed = re.match(r"<\.\.\. (\w+) resumed>(.*)", text)
        if resumed:
            text = begun.pop(thread, resumed.group(1) + "(") + resumed.group(2)
        call = CALL.match(text)
        if call:
            yield call.group("name"), call.group("rest")


def check(trace):
    """Every POST must be followed by an fdatasync of a .log file before its 201 goes out."""
    waiting, seen = None, 0
    for name, rest in calls_of(trace):
        if name in ("read", "recvfrom", "recvmsg", "readv") and '"POST /v1/cases' in rest:
            waiting = "request"
        elif name in ("fdatasync", "fsync") and ".log>" in rest and rest.rstrip().endswith("= 0") and waiting:
            waiting = "durable"
        elif name in ("write", "sendto", "sendmsg", "writev") and '"HTTP/1.1 201' in rest:
            assert waiting == "durable", "an answer went out before the log was synced"
            waiting, seen = None, seen + 1
    assert seen == REQUESTS, f"{seen} of {REQUESTS} answers found in the trace"


def must_fail(trace):
    """The check bites: without the fdatasync lines it complains."""
    without = "\n".join(line for line in trace.splitlines() if "fdatasync" not in line and "fsync" not in line)
    try:
        check(without)
    except AssertionError:
        return
    raise AssertionError("a trace without fdatasync was accepted")


def main():
    place = Installation(sys.argv[1])
    trace_file = pathlib.Path(place.scratch, "trace")
    try:
        place.serve("strace", "-f", "-y", "-s", "64", "-o", str(trace_file), "-e", "trace=read,recvfrom,recvmsg,readv,write,writev,sendto,sendmsg,fdatasync,fsync")
        client = Client(place.address)
        for number in range(REQUESTS):
            answer, body = client.open_case(f"key-{number}")
            assert answer.status == 201, body
        place.stop()
        trace = trace_file.read_text(errors="replace")
        check(trace)
        must_fail(trace)
    except AssertionError as fault:
        print(fault)
        return 1
    finally:
        place.remove()
    print(f"{REQUESTS} answers, each after an fdatasync of the log")
    return 0


if __name__ == "__main__":
    sys.exit(main())
