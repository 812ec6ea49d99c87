"""What tests asked and were answered: read from the files they write, and written by tests in Python."""
import base64, json, os, threading

WRITING = threading.Lock()


class Exchange:
    def __init__(self, method, target, asked, sent, status, headers, body, whole=True):
        self.method, self.target, self.sent, self.status, self.body, self.whole = method, target, sent, status, body, whole
        self.asked = {name.lower(): value for name, value in reversed(asked)}      # of two the first counts
        self.headers = {name.lower(): value for name, value in reversed(headers)}

    def __str__(self):
        return f"{self.method} {self.target[:120]} -> {self.status}"


# --- written by tests in Python

def encoded(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text or b"").decode()


def note(method, target, asked, sent, answer, body):
    """Of an http.client answer, whose body was read."""
    write({"method": method, "target": target, "asked": list(asked.items()), "sent": encoded(sent), "status": answer.status, "headers": answer.getheaders(), "body": encoded(body)})


def note_connection(sent, received):
    """All that went over a socket; what was received may stop anywhere."""
    write({"connection": [encoded(sent), encoded(received)]})


def write(line):
    name = os.environ.get("ACTA_EXCHANGES")
    if not name:
        return
    with WRITING:
        write.file = getattr(write, "file", None) or open(name, "w", encoding="utf-8")
        print(json.dumps(line), file=write.file, flush=True)


# --- read

def exchanges_in(path):
    with open(path, encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            if "connection" in line:
                yield from of_connection(*map(base64.b64decode, line["connection"]))
            else:
                yield Exchange(line["method"], line["target"], line["asked"], base64.b64decode(line["sent"]), line["status"], line["headers"], base64.b64decode(line["body"]))


def of_connection(sent, received):
    """Answers come in the order of the requests; one to something that is no request has none of its own."""
    asked = requests_in(sent)
    while received:
        request = next(asked, None) or ("?", "?", [], b"")
        answer = answer_in(received, request[0])
        while answer and answer[0] == 100:
            answer = answer_in(answer[-1], request[0])
        if answer is None:
            return
        status, headers, body, whole, received = answer
        yield Exchange(*request, status, headers, body, whole)


def requests_in(sent):
    while sent:
        head, found, rest = sent.partition(b"\r\n\r\n")
        words, headers = head_of(head)
        if not found or len(words) != 3:
            return
        names = dict((name.lower(), value) for name, value in headers)
        if names.get("transfer-encoding") == "chunked":
            body, _, sent = unchunked(rest)
        else:
            length = names.get("content-length", "0")
            length = int(length) if length.isdigit() else 0
            body, sent = rest[:length], rest[length:]
        yield words[0], origin_form(words[1]), headers, body


def origin_form(target):
    """RFC 9112 3.2: the same target, whether it was sent in absolute form or not."""
    return "/" + target.split("/", 3)[3] if target.startswith("http://") and target.count("/") > 2 else target


def answer_in(received, method):
    """(status, headers, body, whole, what follows)"""
    head, found, rest = received.partition(b"\r\n\r\n")
    if not found:
        return None
    words, headers = head_of(head)
    names = dict((name.lower(), value) for name, value in headers)
    status = int(words[1])
    if method == "HEAD" or status in (100, 204, 304):
        return status, headers, b"", True, rest
    if names.get("transfer-encoding") == "chunked":
        body, whole, rest = unchunked(rest)
        return status, headers, body, whole, rest
    if "content-length" not in names:
        return status, headers, rest, False, b""
    length = int(names["content-length"])
    return status, headers, rest[:length], len(rest) >= length, rest[length:]


def head_of(head):
    lines = head.decode("latin-1").split("\r\n")
    return lines[0].split(" ", 2), [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:] if ":" in line]


def unchunked(rest):
    """(body, whether its end came, what follows)"""
    body = b""
    while True:
        size, found, rest = rest.partition(b"\r\n")
        try:
            length = int(size.split(b";")[0], 16)
        except ValueError:
            return body, False, b""
        if not found or len(rest) < length + 2:
            return body + rest[:length], False, b""
        body, rest = body + rest[:length], rest[length + 2:]
        if length == 0:
            return body, True, rest
