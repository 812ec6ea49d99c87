#!/usr/bin/env python3
"""Checks an Acta audit bundle: one file, this script, Python 3.9 or later, nothing else.

verify.py BUNDLE.tar [VKEY]     VKEY: the ledger's key, from somebody you trust; --key VKEY says the same
exit 0 sound, 3 tampered (each fault is named), 7 the file is cut short, 8 signed by another key, 10 by one that was revoked,
2 usage, 1 any other error
Written from docs/FORMAT.md; docs/adr/0012 says how independently.
"""

import base64
import datetime
import hashlib
import io
import re
import sys

SOUND, ERROR, USAGE, TAMPERED, INCOMPLETE, UNTRUSTED, REVOKED = 0, 1, 2, 3, 7, 8, 10

EVENT, REFUSAL, NOTICE, LEDGER = KINDS = 1, 2, 3, 4

U64 = (1 << 64) - 1


class Incomplete(Exception):
    """The file ends before its end."""


class OtherFormat(Exception):
    """A bundle, but not of this version."""


class Bad(Exception):
    """What was read is not what the format says."""


# ---- Ed25519 (RFC 8032) ---------------------------------------------------------------------------------------------------

_P = 2 ** 255 - 19
_Q = 2 ** 252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_M1 = pow(2, (_P - 1) // 4, _P)


def _decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    x2 = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(x2, (_P + 3) // 8, _P)
    if (x * x - x2) % _P:
        x = x * _SQRT_M1 % _P
    if (x * x - x2) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


def _add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(n, p):
    r = (0, 1, 1, 0)
    while n:
        if n & 1:
            r = _add(r, p)
        p = _add(p, p)
        n >>= 1
    return r


_BASE = _decompress((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def ed25519_holds(key, signature, message):
    if len(key) != 32 or len(signature) != 64:
        return False
    a = _decompress(key)
    s = int.from_bytes(signature[32:], "little")
    if a is None or s >= _Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _Q
    r = _add(_times(s, _BASE), _times(k, (_P - a[0], a[1], 1, _P - a[3])))
    z = pow(r[2], _P - 2, _P)
    x, y = r[0] * z % _P, r[1] * z % _P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# ---- Words ----------------------------------------------------------------------------------------------------------------

def sha256(data):
    return hashlib.sha256(data).digest()


def unbase64(text, length=None):
    """The bytes, if `text` is the one base64 text that stands for them; else Bad."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Bad("not base64")
    if base64.b64encode(data) != (text if isinstance(text, bytes) else text.encode()):
        raise Bad("not base64 as RFC 4648 writes it")
    if length is not None and len(data) != length:
        raise Bad("%d bytes where %d belong" % (len(data), length))
    return data


def number(word):
    if not re.fullmatch(r"0|[1-9][0-9]{0,19}", word) or int(word) > U64:
        raise Bad("not a number: %.60s" % word)
    return int(word)


def uuid_text(data):
    h = data.hex()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


EPOCH = datetime.datetime(1970, 1, 1)


def micros(word):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", word):
        raise Bad("not a time: %.60s" % word)
    try:
        t = datetime.datetime.strptime(word, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        raise Bad("no such time: %.60s" % word)
    return (t - EPOCH) // datetime.timedelta(microseconds=1)


class Key:
    """name+<key id in 8 hex digits>+base64(0x01 || public key)"""

    def __init__(self, vkey):
        parts = vkey.split("+", 2)
        if len(parts) != 3 or not parts[0] or re.search(r"\s", parts[0]):
            raise Bad("not a key: name+id+base64")
        data = unbase64(parts[2], 33)
        if data[0] != 1:
            raise Bad("not an Ed25519 key")
        self.name, self.public = parts[0], data[1:]
        self.id = sha256(self.name.encode() + b"\n" + data)[:4]
        if parts[1] != self.id.hex():
            raise Bad("the key id is not that of the key")

    @classmethod
    def of(cls, name, public):
        data = b"\x01" + public
        return cls("%s+%s+%s" % (name, sha256(name.encode() + b"\n" + data)[:4].hex(), base64.b64encode(data).decode()))

    def __eq__(self, other):
        return (self.name, self.public) == (other.name, other.public)


# ---- Checkpoint -----------------------------------------------------------------------------------------------------------

class Checkpoint:
    def __init__(self, note):
        try:
            text = note.decode("utf-8")
        except UnicodeDecodeError:
            raise Bad("not UTF-8")
        lines = text.split("\n")
        if len(lines) < 6 or lines[3] != "" or lines[-1] != "":
            raise Bad("not origin, size, root, an empty line and signatures")
        self.origin = lines[0]
        if not self.origin:
            raise Bad("no origin")
        self.size = number(lines[1])
        self.root = unbase64(lines[2], 32)
        self.signed = "".join(l + "\n" for l in lines[:3]).encode("utf-8")
        self.signatures = []
        if len(lines) > 21:
            raise Bad("a note carries 16 signatures at most")
        for line in lines[4:-1]:
            words = line.split(" ")
            if len(words) != 3 or words[0] != "\u2014" or not words[1] or "+" in words[1]:
                raise Bad("a signature line that is none")
            data = unbase64(words[2])
            if len(data) < 5:
                raise Bad("a signature line that is too short")
            self.signatures.append((words[1], data[:4], data[4:]))

    def lines_of(self, key):
        """Whether each line of this key holds, in order."""
        return [ed25519_holds(key.public, s, self.signed) for n, i, s in self.signatures if n == key.name and i == key.id]


# ---- Tree -----------------------------------------------------------------------------------------------------------------

def root_from(leaf, index, size, path):
    """The root that this path leads to (RFC 9162 section 2.1.3.2)."""
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise Bad("the proof is too long")
        if fn & 1 or fn == sn:
            r = sha256(b"\x01" + p + r)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            r = sha256(b"\x01" + r + p)
        fn >>= 1
        sn >>= 1
    if sn:
        raise Bad("the proof is too short")
    return r


def consistent(m, n, first, second, path):
    """Whether the tree of m leaves is the beginning of that of n (RFC 9162 section 2.1.4.2)."""
    if not 0 < m <= n:
        return False
    if m == n:
        return not path and first == second
    path = list(path)
    if m & (m - 1) == 0:
        path.insert(0, first)
    if not path:
        return False
    fn, sn = m - 1, n - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha256(b"\x01" + c + fr), sha256(b"\x01" + c + sr)
            while fn and not fn & 1:
                fn >>= 1
                sn >>= 1
        else:
            sr = sha256(b"\x01" + sr + c)
        fn >>= 1
        sn >>= 1
    return fr == first and sr == second and sn == 0


# ---- Receipts of time-stamp servers (RFC 3161), in DER ----------------------------------------------------------------------

SHA256_OID, TST_INFO_OID = bytes.fromhex("608648016503040201"), bytes.fromhex("2a864886f70d0109100104")


def der(data, tag, whole=False):
    """The content of the element that `data` begins with, and what is behind it; Bad if it has another tag."""
    if len(data) < 2 or data[0] != tag:
        raise Bad("its receipt is no answer of a time-stamp server")
    size, at = data[1], 2
    if size & 0x80:
        at = 2 + (size & 0x7f)
        size = int.from_bytes(data[2:at], "big")
    if len(data) < at + size or (whole and len(data) != at + size):
        raise Bad("its receipt is cut short, or has bytes behind it")
    return data[at:at + size], data[at + size:]


def read_receipt(data):
    """(SHA-256 of what was stamped, microseconds since 1970); who signed it is not looked at."""
    response, _ = der(data, 0x30, whole=True)
    status, token = der(response, 0x30)
    if der(status, 0x02)[0] != b"\x00":
        raise Bad("its receipt grants no time stamp")
    signed = der(der(der(der(token, 0x30)[0], 0x06)[1], 0xa0)[0], 0x30)[0]
    kind, content = der(der(der(der(signed, 0x02)[1], 0x31)[1], 0x30)[0], 0x06)
    if kind != TST_INFO_OID:
        raise Bad("its receipt holds no time stamp")
    info = der(der(der(content, 0xa0)[0], 0x04)[0], 0x30)[0]
    imprint, rest = der(der(der(info, 0x02)[1], 0x06)[1], 0x30)
    algorithm, digest = der(imprint, 0x30)
    if der(algorithm, 0x06)[0] != SHA256_OID:
        raise Bad("its receipt is not over SHA-256")
    time = re.fullmatch(rb"([0-9]{14})(?:\.([0-9]{1,6})[0-9]*)?Z", der(der(rest, 0x02)[1], 0x18)[0])
    if not time:
        raise Bad("its receipt has no time")
    try:
        seconds = (datetime.datetime.strptime(time[1].decode(), "%Y%m%d%H%M%S") - EPOCH) // datetime.timedelta(seconds=1)
    except ValueError:
        raise Bad("its receipt has no time")
    return der(digest, 0x04)[0], seconds * 1000000 + int((time[2] or b"").ljust(6, b"0"))


def proof_path(data, position, note):
    end = data.find(b"\n\n")
    if end < 0:
        raise Bad("no empty line")
    try:
        lines = data[:end].decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Bad("not a proof")
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise Bad("not a c2sp.org/tlog-proof@v1")
    if len(lines) < 2 or lines[1] != "index %d" % position:
        raise Bad("not of index %d" % position)
    if data[end + 2:] != note:
        raise Bad("its checkpoint is another")
    return [unbase64(l, 32) for l in lines[2:]]


# ---- FlatBuffers ----------------------------------------------------------------------------------------------------------

class Buffer:
    def __init__(self, data):
        self.data, self.tables = data, 0

    def take(self, at, n):
        if at < 0 or at + n > len(self.data):
            raise Bad("an offset leads out of the entry")
        return self.data[at:at + n]

    def integer(self, at, n, signed=False):
        return int.from_bytes(self.take(at, n), "little", signed=signed)

    def root(self):
        return Table(self, self.integer(0, 4))


class Table:
    DEPTH = 64

    def __init__(self, buffer, at, depth=0):
        buffer.tables += 1
        if depth > self.DEPTH or buffer.tables > 65536:
            raise Bad("nested too deeply")
        self.b, self.at, self.depth = buffer, at, depth
        self.vtable = at - buffer.integer(at, 4, True)
        self.vsize = buffer.integer(self.vtable, 2)
        self.size = buffer.integer(self.vtable + 2, 2)
        if self.vsize < 4 or self.vsize & 1 or self.size < 4:
            raise Bad("a table that is none")
        buffer.take(self.vtable, self.vsize)
        buffer.take(at, self.size)

    def place(self, field, size):
        """Where a field stands; None if it is absent."""
        slot = 4 + 2 * field
        if slot + 2 > self.vsize:
            return None
        offset = self.b.integer(self.vtable + slot, 2)
        if offset == 0:
            return None
        if offset < 4 or offset + size > self.size:
            raise Bad("a field outside its table")
        return self.at + offset

    def scalar(self, field, size, signed=False):
        at = self.place(field, size)
        return None if at is None else self.b.integer(at, size, signed)

    def struct(self, field, size):
        at = self.place(field, size)
        return None if at is None else self.b.take(at, size)

    def target(self, field):
        at = self.place(field, 4)
        return None if at is None else at + self.b.integer(at, 4)

    def table(self, field):
        at = self.target(field)
        return None if at is None else Table(self.b, at, self.depth + 1)

    def blob(self, field):
        """A string or a vector of bytes; None if absent."""
        at = self.target(field)
        return None if at is None else self.b.take(at + 4, self.b.integer(at, 4))

    def text(self, field):
        return self.blob(field) or b""

    def _offsets(self, field):
        at = self.target(field)
        if at is None:
            return None
        n = self.b.integer(at, 4)
        self.b.take(at + 4, 4 * n)
        return [at + 4 + 4 * i + self.b.integer(at + 4 + 4 * i, 4) for i in range(n)]

    def tables(self, field):
        places = self._offsets(field)
        return None if places is None else [Table(self.b, p, self.depth + 1) for p in places]

    def texts(self, field):
        return [self.b.take(p + 4, self.b.integer(p, 4)) for p in self._offsets(field) or []]


# ---- The state of a case --------------------------------------------------------------------------------------------------

def lp(data):
    return len(data).to_bytes(4, "big") + data


def i64(n):
    return (n & U64).to_bytes(8, "big")


def value_bytes(v):
    text, num, flag, ident, items = v.blob(0), v.scalar(1, 8), v.scalar(3, 1), v.struct(4, 16), v.tables(5)
    currency = v.blob(2)
    if sum(x is not None for x in (text, num, flag, ident, items)) != 1 or (currency is not None and num is None):
        raise Bad("a value that is not exactly one of text, number, flag, id and list")
    if text is not None:
        return b"\x01" + text
    if num is not None:
        return b"\x02" + i64(num) if currency is None else b"\x03" + i64(num) + currency
    if flag is not None:
        return b"\x04" + bytes([flag != 0])
    if ident is not None:
        return b"\x05" + ident
    return b"\x06" + b"".join(lp(value_bytes(x)) for x in items)


def named(t):
    name = t.blob(0)
    if name is None:
        raise Bad("a change or clock without a name")
    name.decode()
    return name


def clock_bytes(c):
    state = c.scalar(1, 1)
    if state not in (1, 2, 3, 4, 5):
        raise Bad("a clock in no state that there is")
    out = bytes([7, state])
    for field in (2, 3, 4):
        n = c.scalar(field, 8)
        out += b"\x00" if n is None else b"\x01" + i64(n)
    return out


class State:
    def __init__(self):
        self.pairs = {}

    def apply(self, kind, effect):
        if kind == EVENT:
            for name in [n for n in self.pairs if n.startswith(b"c/")]:
                del self.pairs[name]
            active = effect.texts(4)
            if any(a >= b for a, b in zip(active, active[1:])):
                raise Bad("its configuration is not sorted")
            for name in active:
                self.pairs[b"c/" + name] = b"\x04\x01"
        elif effect.texts(4):
            raise Bad("is a notice that changes the configuration")
        for prefix, field in ((b"h/", 5), (b"d/", 6)):
            for change in effect.tables(field) or []:
                name, value = prefix + named(change), change.table(1)
                if value is None:
                    self.pairs.pop(name, None)
                else:
                    self.pairs[name] = value_bytes(value)
        for clock in effect.tables(7) or []:
            self.pairs[b"k/" + named(clock)] = clock_bytes(clock)

    def active(self):
        return ", ".join(sorted(n[2:].decode("utf-8", "replace") for n in self.pairs if n.startswith(b"c/")))

    def digest(self):
        return sha256(b"".join(lp(n) + lp(self.pairs[n]) for n in sorted(self.pairs)))


# ---- Entries --------------------------------------------------------------------------------------------------------------

class Entry:
    def __init__(self, data):
        if len(data) > 65535:
            raise Bad("longer than an entry can be")
        if data[4:8] != b"ACT1":
            raise Bad("not an entry: no ACT1")
        t = self.table = Buffer(data).root()
        self.format = t.scalar(0, 2)
        self.kind = t.scalar(1, 1)
        self.position = t.scalar(3, 8)
        self.case = t.struct(5, 16)
        self.revision = t.scalar(6, 4)
        self.type = t.text(7)
        self.schema = t.struct(9, 32)
        self.occurred_at = t.scalar(10, 8, True)
        self.recorded_at = t.scalar(12, 8, True)
        self.definition = t.struct(14, 32)
        actor = t.table(13)
        given = {"kind": self.kind in KINDS, "mark": t.scalar(2, 1) in (1, 2, 3), "event_id": t.struct(4, 16) is not None,
                 "type": self.type != b"", "version": t.scalar(8, 2) is not None, "occurred_at": self.occurred_at is not None,
                 "precision": t.scalar(11, 1) in (1, 2, 3, 4), "recorded_at": self.recorded_at is not None, "actor": actor is not None}
        self.lacks = [name for name, there in given.items() if not there]
        self.role = actor.text(1) if actor else b""

    def payload(self):
        data = self.table.blob(23)
        if data is None:
            raise Bad("no payload")
        return Buffer(data).root()

    def publishes(self):
        """b"s" or b"d" (schema, definition), the digest and the bytes it stands for; None for any other entry."""
        if self.kind != LEDGER or self.type not in (b"SchemaPublished", b"DefinitionPublished"):
            return None
        p = self.payload()
        return (self.type[:1].lower(), p.struct(1, 32), p.blob(2) or b"")


# ---- The log keys ---------------------------------------------------------------------------------------------------------

class LogKey:
    def __init__(self, key, named_at):
        self.key, self.named_at = key, named_at
        self.succeeded_at = self.counts = self.revoked_at = None

    def spent(self, entries):
        """Whether its signature under so many entries counts for nothing."""
        return self.counts is not None and entries > self.counts


class LogKeys:
    """The keys of a ledger in their order, by what the entries say."""

    def __init__(self, ledger, first):
        self.ledger, self.origin, self.keys = ledger, first.name, [LogKey(first, 0)]

    def take(self, position, name, payload):
        if name == b"LogKeyRotated":
            self.rotate(position, payload)
        elif name == b"LogKeyRevoked":
            self.revoke(position, payload)

    def rotate(self, position, payload):
        last, previous, following = self.keys[-1], payload.struct(0, 32), payload.struct(1, 32)
        if previous is None or following is None:
            raise Bad("names no log keys")
        if previous != last.key.public:
            raise Bad("does not succeed the log key in force")
        if any(k.key.public == following for k in self.keys):
            raise Bad("names a log key that was there before")
        statement = b"".join(map(lp, (b"acta-log-key-v1", self.ledger, self.origin.encode(), position.to_bytes(8, "big"), previous, following)))
        if not ed25519_holds(previous, payload.text(2), statement):
            raise Bad("is not signed by the log key in force")
        if not ed25519_holds(following, payload.text(3), statement):
            raise Bad("is not signed by the log key that it names")
        last.succeeded_at = position
        self.keys.append(LogKey(Key.of(self.origin, following), position))

    def revoke(self, position, payload):
        public, counts = payload.struct(0, 32), payload.scalar(1, 8)
        key = next((k for k in self.keys if k.key.public == public), None)
        if key is None or key.succeeded_at is None:
            raise Bad("revokes what is no log key that has a successor")
        if counts is None or counts > position or (key.counts is not None and counts >= key.counts):
            raise Bad("lets count what cannot count any more")
        key.counts, key.revoked_at = counts, position

    def lines(self):
        """What the manifest says of them: (VKEY's key, P) each, and (VKEY's key, N, P) each."""
        revoked = sorted((k for k in self.keys if k.counts is not None), key=lambda k: k.revoked_at)
        return [(k.key, k.named_at) for k in self.keys], [(k.key, k.counts, k.revoked_at) for k in revoked]

    def of_size(self, size):
        """Which of them signs a checkpoint of that size."""
        return max(i for i, k in enumerate(self.keys) if i == 0 or k.named_at < size)

    def judge(self, checkpoint, trusted):
        """SOUND, UNTRUSTED or REVOKED; Bad where a checkpoint is signed as none can be."""
        there = []
        for i, k in enumerate(self.keys):
            lines = checkpoint.lines_of(k.key)
            if not all(lines):
                raise Bad("a log key's signature does not hold")
            if lines:
                there.append(i)
        signs = self.of_size(checkpoint.size)
        spent = [i for i in there if self.keys[i].spent(checkpoint.size)]
        if there and signs not in there and not spent:
            raise Bad("it is signed by a log key, but not by the one of its size")
        begin = signs if trusted is None else next((i for i, k in enumerate(self.keys) if k.key == trusted), None)
        if not there or begin is None or begin > signs:
            return UNTRUSTED
        if signs not in there or signs in spent or any(k.counts is not None and k.succeeded_at >= k.counts for k in self.keys[begin:signs]):
            return REVOKED
        return SOUND


# ---- The archive ----------------------------------------------------------------------------------------------------------

def header(name, size):
    h = bytearray(512)
    h[0:len(name)] = name
    h[100:107], h[108:115], h[116:123] = b"0000644", b"0000000", b"0000000"
    h[124:135] = b"%011o" % size
    h[136:147] = b"00000000000"
    h[148:156] = b" " * 8
    h[156:157] = b"0"
    h[257:265] = b"ustar\x0000"
    h[329:336], h[337:344] = b"0000000", b"0000000"
    h[148:156] = b"%06o\x00 " % sum(h)
    return bytes(h)


class Archive:
    """The members in order. A fault in the frame ends the reading: what is behind it cannot be told."""

    def __init__(self, file, fault):
        self.file, self.members, self.places = file, [], {}
        file.seek(0, 2)
        self.length = file.tell()
        at = 0
        while True:
            block = self._read(at, 512)
            if block == bytes(512):
                self._read(at, 1024)
                if self._read(at + 512, 512) != bytes(512):
                    fault("archive", "no second block of zeros at %d" % at)
                elif self.length != at + 1024:
                    fault("archive", "%d bytes behind its end" % (self.length - at - 1024))
                return
            name = block[:100].rstrip(b"\x00")
            digits = block[124:135]
            if not re.fullmatch(rb"[0-7]{11}", digits) or header(name, int(digits, 8)) != block:
                fault("archive", "the header at %d is not one that a bundle has" % at)
                return
            size = int(digits, 8)
            at += 512
            end = at + size
            padding = -size % 512
            if end + padding > self.length:
                raise Incomplete()
            if any(self._read(end, padding)):
                fault("archive", "the padding behind %s is not zeros" % self._show(name))
                return
            if name in self.places:
                fault(self._show(name), "is there twice")
            else:
                self.places[name] = (at, size)
            self.members.append(name)
            at = end + padding

    @staticmethod
    def _show(name):
        return name.decode("ascii", "backslashreplace")

    def _read(self, at, n):
        self.file.seek(at)
        data = self.file.read(n)
        if len(data) != n:
            raise Incomplete()
        return data

    def get(self, name):
        place = self.places.get(name)
        return None if place is None else self._read(*place)


# ---- The manifest ---------------------------------------------------------------------------------------------------------

class Manifest:
    LINES = (("origin", 1, 1), ("ledger", 1, 1), ("key", 2, None), ("revoked", 3, None), ("made", 1, 1), ("size", 1, 1), ("root", 1, 1),
             ("as-of", 1, 0), ("case", 2, None), ("range", 2, 0), ("entry", 1, None), ("support", 1, None), ("anchor", 1, None))

    def __init__(self, data):
        first = data.split(b"\n", 1)[0]
        if first not in (b"acta-bundle@v1", b"acta-bundle@v2", b"acta-bundle@v3"):
            if first.startswith(b"acta-bundle@"):
                raise OtherFormat(first.decode("ascii", "backslashreplace"))
            raise Bad("does not begin with acta-bundle@v1, v2 or v3")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Bad("not UTF-8")
        if not text.endswith("\n"):
            raise Bad("its last line has no end")
        lines = [l.split(" ") for l in text[:-1].split("\n")[1:]]
        found = {}
        at = 0
        for word, count, times in self.LINES:
            found[word] = []
            while at < len(lines) and lines[at][0] == word:
                if len(lines[at]) != count + 1 or "" in lines[at]:
                    raise Bad("line %d is not one of %s" % (at + 2, word))
                found[word].append(lines[at][1:])
                at += 1
            if (times == 1 and len(found[word]) != 1) or (times == 0 and len(found[word]) > 1):
                raise Bad("%d lines of %s" % (len(found[word]), word))
        if at != len(lines):
            raise Bad("line %d does not belong there" % (at + 2))
        self.origin = found["origin"][0][0]
        self.ledger = self._uuid(found["ledger"][0][0])
        self.keys = [(Key(k), number(p)) for k, p in found["key"]]
        self.revoked = [(Key(k), number(n), number(p)) for k, n, p in found["revoked"]]
        if not self.keys:
            raise Bad("0 lines of key")
        self.anchors = [number(p[0]) for p in found["anchor"]]
        if first != (b"acta-bundle@v3" if self.anchors else b"acta-bundle@v2" if len(self.keys) > 1 else b"acta-bundle@v1"):
            raise Bad("its first line is not that of %d keys and %d time stamps" % (len(self.keys), len(self.anchors)))
        self.key, self.key_position = self.keys[0]
        self.made = micros(found["made"][0][0])
        self.size = number(found["size"][0][0])
        self.root = unbase64(found["root"][0][0], 32)
        self.as_of = micros(found["as-of"][0][0]) if found["as-of"] else None
        self.cases = [(self._uuid(u), number(n)) for u, n in found["case"]]
        self.range = tuple(number(n) for n in found["range"][0]) if found["range"] else None
        self.entries = [number(p[0]) for p in found["entry"]]
        self.support = [number(p[0]) for p in found["support"]]
        for what, items in (("case", [u for u, _ in self.cases]), ("entry", self.entries), ("support", self.support), ("anchor", self.anchors)):
            if any(a >= b for a, b in zip(items, items[1:])):
                raise Bad("the lines of %s are not in order" % what)
        if set(self.entries + self.anchors) & set(self.support):
            raise Bad("a position is named as support and as something else")
        if self.range and (self.cases or self.as_of is not None):
            raise Bad("a range and cases")
        if self.as_of is not None and not self.cases:
            raise Bad("as-of without a case")
        self.positions = sorted({*self.entries, *self.support, *self.anchors})

    @staticmethod
    def _uuid(text):
        if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
            raise Bad("not a uuid: %.60s" % text)
        return bytes.fromhex(text.replace("-", ""))


# ---- The check ------------------------------------------------------------------------------------------------------------

class Check:
    def __init__(self, file, trusted):
        self.file, self.trusted = file, trusted
        self.faults = []
        self.checkpoint = self.manifest = None
        self.entries, self.states, self.begun_before, self.stamped = {}, {}, 0, []

    def fault(self, where, what):
        self.faults.append((where, what))

    def run(self):
        self.archive = Archive(self.file, self.fault)
        data = self.archive.get(b"manifest")
        try:
            if data is None:
                raise Bad("is not there")
            self.manifest = Manifest(data)
        except Bad as e:
            self.fault("manifest", str(e))
        self.names()
        self.digests()
        note = self.archive.get(b"checkpoint")
        if note is None:
            self.fault("checkpoint", "is not there")
        else:
            self.check_checkpoint(note)
        if self.manifest:
            for position in self.manifest.positions:
                self.check_entry(position, note)
            self.check_order()
            self.check_beginning()
            signed = self.check_keys()
            self.check_anchors()
            self.check_published()
            self.check_scope()
        if self.faults:
            return TAMPERED
        return signed

    def names(self):
        if not self.manifest:
            return
        want = [b"README.txt", b"verify.py", b"manifest", b"checkpoint"]
        want += [b"entries/%d" % p for p in self.manifest.positions]
        want += [b"proofs/%d.tlog-proof" % p for p in self.manifest.positions]
        want += [b"anchors/%d.%s" % (p, part) for p in self.manifest.anchors for part in (b"checkpoint", b"tsr", b"consistency")]
        want += [b"SHA256SUMS"]
        have = self.archive.members
        if have == want:
            return
        wanted, had = set(want), set(have)
        for name in want:
            if name not in had:
                self.fault(name.decode(), "is not there")
        for name in have:
            if name not in wanted:
                self.fault(Archive._show(name), "does not belong there")
        if wanted == had:
            self.fault("archive", "its members are not in order")

    def digests(self):
        data = self.archive.get(b"SHA256SUMS")
        if data is None:
            if not self.manifest:
                self.fault("SHA256SUMS", "is not there")
            return
        lines = data.split(b"\n")
        before = self.archive.members[:self.archive.members.index(b"SHA256SUMS")]
        if lines.pop() != b"":
            self.fault("SHA256SUMS", "its last line has no end")
        if len(lines) != len(before):
            self.fault("SHA256SUMS", "%d lines for %d members" % (len(lines), len(before)))
        for name, line in zip(before, lines):
            if line != sha256(self.archive.get(name)).hex().encode() + b"  " + name:
                self.fault(Archive._show(name), "its digest is not the one in SHA256SUMS")

    def check_checkpoint(self, note):
        try:
            c = self.checkpoint = Checkpoint(note)
        except Bad as e:
            self.fault("checkpoint", str(e))
            return
        m = self.manifest
        if m:
            if c.origin != m.origin:
                self.fault("checkpoint", "its origin is not the manifest's")
            if c.size != m.size:
                self.fault("checkpoint", "its size is not the manifest's")
            if c.root != m.root:
                self.fault("checkpoint", "its root is not the manifest's")
            if m.key.name != m.origin:
                self.fault("manifest", "the key's name is not the origin")
        if self.trusted and not (m and any(self.trusted == key for key, _ in m.keys)):
            if not all(c.lines_of(self.trusted)):
                self.fault("checkpoint", "the signature of the trusted key does not hold")

    def check_entry(self, position, note):
        where = "position %d" % position
        data = self.archive.get(b"entries/%d" % position)
        if data is None:
            return
        proof = self.archive.get(b"proofs/%d.tlog-proof" % position)
        if self.manifest.size <= position:
            self.fault(where, "is not in a tree of size %d" % self.manifest.size)
        elif proof is not None and note is not None:
            try:
                path = proof_path(proof, position, note)
                if self.checkpoint and root_from(sha256(b"\x00" + data), position, self.checkpoint.size,
                                                 path) != self.checkpoint.root:
                    raise Bad("the proof does not lead from the entry to the checkpoint's root")
            except Bad as e:
                self.fault(where, str(e))
        try:
            e = Entry(data)
        except Bad as why:
            self.fault(where, str(why))
            return
        if e.format != 1:
            self.fault(where, "its format is not 1")
        if e.position != position:
            self.fault(where, "it says it is at position %s" % e.position)
        if e.lacks:
            self.fault(where, "no valid " + ", ".join(e.lacks))
        self.entries[position] = e

    def check_order(self):
        before = None
        for p in self.manifest.positions:
            e = self.entries.get(p)
            if e is None:
                continue
            if e.recorded_at is None:
                continue
            if before is not None and e.recorded_at < before:
                self.fault("position %d" % p, "was recorded before the one that stands before it")
            before = e.recorded_at

    def check_beginning(self):
        m = self.manifest
        if m.key_position != 0:
            self.fault("manifest", "the key is not named by position 0")
        e = self.entries.get(0)
        self.ledger_schema = None
        if e:
            try:
                if e.kind != LEDGER or e.type != b"LedgerOpened":
                    raise Bad("does not open a ledger")
                p = e.payload()
                if p.text(1) != m.origin.encode():
                    self.fault("entries/0", "its origin is not the manifest's")
                if p.struct(2, 16) != m.ledger:
                    self.fault("entries/0", "its ledger id is not the manifest's")
                if p.struct(3, 32) != m.key.public:
                    self.fault("entries/0", "its log key is not the manifest's")
                self.ledger_schema = p.struct(6, 32)
            except Bad as why:
                self.fault("entries/0", str(why))

    def check_keys(self):
        """The succession that the entries held tell: it is the manifest's; and who signed the checkpoint by it."""
        m = self.manifest
        keys = LogKeys(m.ledger, m.key)
        for p in m.positions:
            e = self.entries.get(p)
            if e and e.kind == LEDGER and e.type in (b"LogKeyRotated", b"LogKeyRevoked"):
                try:
                    keys.take(p, e.type, e.payload())
                except Bad as why:
                    self.fault("position %d" % p, str(why))
        if keys.lines() != (m.keys, m.revoked):
            self.fault("manifest", "its log keys are not those that the entries name")
        if self.checkpoint:
            try:
                return keys.judge(self.checkpoint, self.trusted)
            except Bad as why:
                self.fault("checkpoint", str(why))
        return UNTRUSTED

    def check_anchors(self):
        """Each receipt is over the checkpoint beside it, which this log signed; those named are of the beginning of this tree."""
        m, keys = self.manifest, LogKeys(self.manifest.ledger, self.manifest.key)
        for p in m.positions:
            e = self.entries.get(p)
            try:
                if e and e.kind == LEDGER and e.type in (b"LogKeyRotated", b"LogKeyRevoked"):
                    keys.take(p, e.type, e.payload())
                elif e and e.kind == LEDGER and e.type == b"CheckpointAnchored":
                    self.check_anchor(p, e.payload(), keys)
                elif e and p in m.anchors:
                    raise Bad("is no time stamp")
            except Bad as why:
                self.fault("position %d" % p, str(why))

    def check_anchor(self, position, payload, keys):
        note, receipt = payload.text(2), payload.text(3)
        stamped = Checkpoint(note)
        imprint, at = read_receipt(receipt)
        if imprint != sha256(note):
            raise Bad("its receipt is over another checkpoint than the one beside it")
        if at != payload.scalar(1, 8, True):
            raise Bad("its receipt gives another time than the entry")
        if stamped.origin != self.manifest.origin or stamped.size != payload.scalar(0, 8) or stamped.size > position:
            raise Bad("its checkpoint is not this ledger's, or not of the size it says")
        signed = [stamped.lines_of(k.key) for k in keys.keys]
        if not all(all(lines) for lines in signed) or not signed[keys.of_size(stamped.size)]:
            raise Bad("its checkpoint is not signed by the log key of its size")
        if position not in self.manifest.anchors:
            return
        member = lambda part: self.archive.get(b"anchors/%d.%s" % (position, part))
        if member(b"checkpoint") != note or member(b"tsr") != receipt:
            raise Bad("its checkpoint and receipt are not those of the entry")
        path = (member(b"consistency") or b"").split(b"\n")
        if path.pop() != b"":
            raise Bad("its consistency proof is not lines of hashes")
        if self.checkpoint and not consistent(stamped.size, self.checkpoint.size, stamped.root, self.checkpoint.root, [unbase64(l, 32) for l in path]):
            raise Bad("what was stamped is not the beginning of the ledger that the checkpoint signs")
        self.stamped.append((position, stamped.size, at))

    def check_published(self):
        """Every publication's digest; every schema and definition published before it is named; exactly that support."""
        m = self.manifest
        published = {}
        for p in m.positions:
            e = self.entries.get(p)
            if e is None:
                continue
            where = "position %d" % p
            try:
                what = e.publishes()
                if what:
                    if what[1] != sha256(what[2]):
                        self.fault(where, "its digest is not that of its bytes")
                    published.setdefault(what[:2], p)
            except Bad as why:
                self.fault(where, str(why))
        if 0 in self.entries and 1 in self.entries and published.get((b"s", self.ledger_schema)) != 1:
            self.fault("entries/1", "does not publish the schema of the ledger that entry 0 names")
        need = {0, 1, 2, *(p for _, p in m.keys), *(p for _, _, p in m.revoked)}
        scope = set(m.entries)
        for p in m.positions:
            e = self.entries.get(p)
            if e is None:
                continue
            where = "position %d" % p
            if p < 3:
                if e.schema is None or published.get((b"s", e.schema), U64) > 2:
                    self.fault(where, "its schema is not published at the beginning")
            elif e.schema is not None:
                at = published.get((b"s", e.schema))
                if at is None or at >= p:
                    self.fault(where, "its schema is not published before it")
                else:
                    need.add(at)
            elif e.kind != REFUSAL:
                self.fault(where, "has no schema")
            if e.definition is not None:
                at = published.get((b"d", e.definition))
                if at is None or at >= p:
                    if p in scope:
                        self.fault(where, "its definition is not published before it")
                elif p in scope:
                    need.add(at)
        for p in sorted(need - scope - set(m.support)):
            self.fault("manifest", "position %d is needed and not named" % p)
        for p in sorted(set(m.support) - need):
            self.fault("manifest", "position %d is not needed" % p)

    def check_scope(self):
        m = self.manifest
        if m.range:
            a, b = m.range
            if not a < b or b > m.size:
                self.fault("manifest", "a range that is none")
            elif len(m.entries) != b - a or (m.entries and (m.entries[0] != a or m.entries[-1] != b - 1)):
                self.fault("manifest", "positions of the range are missing, or others are there")
        elif not m.cases:
            self.fault("manifest", "neither a case nor a range")
        cases = {}
        for p in m.entries:
            e = self.entries.get(p)
            if e is None:
                continue
            if e.case is not None:
                cases.setdefault(e.case, []).append((p, e))
            if not m.range and e.case not in [c for c, _ in m.cases]:
                self.fault("position %d" % p, "is of no case that the manifest names")
        if m.range:
            for held in cases.values():
                if held[0][1].kind == EVENT and held[0][1].revision == 1:
                    self.check_case(held)
                else:
                    self.begun_before += 1
        for case, last in m.cases:
            got = self.check_case(cases.get(case, []))
            if got != last:
                self.fault("case %s" % uuid_text(case), "revisions 1 to %d are held, not 1 to %d" % (got, last))

    def check_case(self, held):
        state, revision, definition = State(), 0, None
        for p, e in held:
            where = "position %d" % p
            if e.kind == EVENT:
                if e.revision != revision + 1:
                    self.fault(where, "revision %s follows revision %d" % (e.revision, revision))
                if e.revision is not None:
                    revision = e.revision
                if self.manifest.as_of is not None and (e.occurred_at is None or e.occurred_at > self.manifest.as_of):
                    self.fault(where, "occurred after the time the bundle is as of")
            elif e.revision != revision:
                self.fault(where, "was made at revision %s, not at %d" % (e.revision, revision))
            if p == held[0][0]:
                definition = e.definition
            elif e.definition != definition:
                self.fault(where, "its definition is not that of its case")
            if e.kind not in (EVENT, NOTICE):
                self.states[p] = state.active()
                continue
            try:
                effect = e.table.table(25)
                if effect is None:
                    raise Bad("has no effect")
                state.apply(e.kind, effect)
                self.states[p] = state.active()
                if effect.struct(11, 32) != state.digest():
                    self.fault(where, "its state digest is not that of the state after it")
            except (Bad, UnicodeDecodeError) as why:
                self.fault(where, str(why))
        return revision


# ---- What is told ---------------------------------------------------------------------------------------------------------

def told(position, e, state):
    day = (EPOCH + datetime.timedelta(microseconds=e.occurred_at)).strftime("%Y-%m-%d %H:%M")
    word = {EVENT: "", REFUSAL: " REFUSED", NOTICE: " (notice)", LEDGER: ""}[e.kind]
    revision = "-" if e.revision is None else str(e.revision)
    name, role = e.type.decode("utf-8", "replace"), e.role.decode("utf-8", "replace") or "engine"
    return "  rev %3s  pos %6d  %s  %s%s  by %s  %s" % (revision, position, day, name, word, role, state)


def history(check):
    m, cases = check.manifest, {}
    for p in m.entries:
        cases.setdefault(check.entries[p].case, []).append(told(p, check.entries[p], check.states.get(p, "")))
    yield "%s: %d entries and %d that they need, under a checkpoint of %d entries" % (m.origin, len(m.entries), len(m.support), m.size)
    for case, lines in cases.items():
        yield "about the ledger itself" if case is None else "case " + uuid_text(case)
        yield from lines
    if check.trusted is None:
        yield "Note: the key was taken from the bundle itself; give the one you were handed to be sure of it."
    for position, size, at in check.stamped:
        when = (EPOCH + datetime.timedelta(microseconds=at)).strftime("%Y-%m-%d %H:%M:%S")
        yield "Time stamp of %s UTC over the ledger's first %d entries. Who signed it was not checked here; this does it:" % (when, size)
        yield "  openssl ts -verify -data anchors/%d.checkpoint -in anchors/%d.tsr -CAfile AUTHORITIES.pem" % (position, position)
    if check.begun_before:
        yield "Note: %d cases begin before the range: their states were not computed again." % check.begun_before
    yield "Not provable here: what was never submitted, later entries of a case, that nobody was shown another ledger."


def verdict(file, trusted):
    """(exit code, what to print)"""
    check = Check(file, trusted)
    try:
        code = check.run()
        if code != TAMPERED:
            end = {SOUND: "Sound: every entry is in the signed ledger, unaltered and without a gap.",
                   UNTRUSTED: "UNTRUSTED KEY: sound, but not signed with the key you trust",
                   REVOKED: "REVOKED KEY: it fits together, but the key that vouches for it was revoked"}
            return code, [*history(check), end[code]]
    except Incomplete:
        return INCOMPLETE, ["INCOMPLETE: the file was cut short"]
    except OtherFormat as what:
        return ERROR, ["this is %s, which this verifier does not know" % what]
    except (ValueError, OverflowError, RecursionError, KeyError) as why:  # no altered byte may end in a trace
        check.fault("bundle", str(why))
    return TAMPERED, ["%s: %s" % f for f in check.faults] + ["TAMPERED: this is not what was recorded, or no bundle"]


def verify(archive, vkey=None):
    return verdict(io.BytesIO(archive), None if vkey is None else Key(vkey))


def members_of(archive):
    faults = []
    a = Archive(io.BytesIO(archive), lambda where, what: faults.append((where, what)))
    if faults:
        raise Bad(str(faults))
    return [(name.decode(), a.get(name)) for name in a.members]


def main(args):
    if len(args) == 3 and "--key" in args[:2]:
        args = [args[0], args[2]] if args[1] == "--key" else [args[2], args[1]]
    if len(args) not in (1, 2) or args[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return USAGE
    try:
        trusted = Key(args[1]) if len(args) == 2 else None
    except Bad:
        print("VKEY is written name+8 hex digits+base64", file=sys.stderr)
        return USAGE
    try:
        with open(args[0], "rb") as file:
            code, lines = verdict(file, trusted)
    except OSError as why:
        print(why, file=sys.stderr)
        return ERROR
    print("\n".join("".join(c if c.isprintable() else "?" for c in line) for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
