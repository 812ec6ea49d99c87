#!/usr/bin/env python3
"""Checks an Acta audit bundle without Acta: standard library only, after docs/FORMAT.md, sharing no code with Acta.

verify.py BUNDLE.tar [VKEY]     VKEY: the ledger's key, from somebody you trust
exit 0 sound, 3 tampered (each fault is named), 7 the file is cut short, 8 signed by another key, 10 by one that was revoked,
2 usage, 1 any other error
"""
import base64, hashlib, re, struct, sys, uuid
from datetime import datetime, timedelta, timezone

sha = lambda data: hashlib.sha256(data).digest()
lp = lambda data: struct.pack(">I", len(data)) + data
leaf = lambda data: sha(b"\0" + data)
node = lambda left, right: sha(b"\1" + left + right)


class Fault(Exception):
    pass


def must(condition, why):
    if not condition:
        raise Fault(why)


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    must(base64.b64encode(data).decode() == text, "not base64 in its one form")
    return data


def count(text):
    must(re.fullmatch(r"0|[1-9][0-9]*", text) and int(text) < 2**64, "not a number in decimal digits")
    return int(text)


def when(micros):
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=micros)).strftime("%Y-%m-%d %H:%M")


def micros(text):
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (moment.days * 86400 + moment.seconds) * 10**6 + moment.microseconds


# --- Ed25519 (RFC 8032 5.1.7)
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    e, f, g, h = (a[1] - a[0]) * (b[1] - b[0]), 2 * D * a[3] * b[3], 2 * a[2] * b[2], (a[1] + a[0]) * (b[1] + b[0])
    e, f, g, h = h - e, g - f, g + f, h + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(s, a):
    out = (0, 1, 1, 0)
    for bit in bin(s)[2:]:
        out = add(add(out, out), a) if bit == "1" else add(out, out)
    return out


def point(data):
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    must(y < P and (x * x - square) % P == 0, "no point of the curve")
    x = x if x & 1 == data[31] >> 7 else P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, text, signature):
    if len(signature) != 64:
        return False
    try:
        r, a = point(signature[:32]), point(key)
    except Fault:
        return False
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little")
    left, right = times(s, BASE), add(r, times(h % L, a))
    return s < L and (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- keys and notes (C2SP signed-note)
def parse_key(vkey):
    name, key_id, key = vkey.split("+", 2)
    key = unbase64(key)
    must(len(key) == 33 and key[0] == 1 and sha(name.encode() + b"\n" + key)[:4].hex() == key_id, "not the key of a log")
    return name, key_id, key[1:]


def parse_note(note):
    gap = note.rfind(b"\n\n")
    must(gap >= 0 and note.endswith(b"\n") and gap + 2 < len(note), "not a signed note")
    lines = []
    for line in note[gap + 2:-1].decode().split("\n"):
        mark, name, data = line.split(" ")
        must(mark == "\u2014" and name and "+" not in name and len(lines) < 16, "not a signature line")
        data = unbase64(data)
        must(len(data) > 4, "a signature line is too short")
        lines.append((name, data[:4].hex(), data[4:]))
    return note[:gap + 1], lines


# --- proofs (RFC 9162 2.1.3.2)
def included(m, n, r, proof, root):
    fn, sn = m, n - 1
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return m < n and sn == 0 and r == root


# --- FlatBuffers ("The entry"); every read is bounded by the bytes there are
class Table:
    def __init__(self, data, at=None):
        self.d, self.t = data, struct.unpack_from("<I", data, 0)[0] if at is None else at
        self.v = self.t - struct.unpack_from("<i", data, self.t)[0]
        must(0 <= self.v < len(data), "a table points outside")

    def at(self, field):
        slot = 4 + 2 * field
        offset = struct.unpack_from("<H", self.d, self.v + slot)[0] if slot < struct.unpack_from("<H", self.d, self.v)[0] else 0
        return self.t + offset if offset else None

    def number(self, field, kind):
        return struct.unpack_from("<" + kind, self.d, self.at(field))[0] if self.at(field) else None

    def cut(self, begin, size):
        must(begin + size <= len(self.d), "a field points outside")
        return self.d[begin:begin + size]

    def raw(self, field, size):
        return self.cut(self.at(field), size) if self.at(field) else None

    def to(self, at):
        return at + struct.unpack_from("<I", self.d, at)[0]

    def vector(self, at):
        return self.cut(at + 4, struct.unpack_from("<I", self.d, at)[0])

    def bytes(self, field):
        return b"" if self.at(field) is None else self.vector(self.to(self.at(field)))

    def text(self, field):
        return self.bytes(field).decode()

    def table(self, field):
        return None if self.at(field) is None else Table(self.d, self.to(self.at(field)))

    def places(self, field):
        if self.at(field) is None:
            return []
        start = self.to(self.at(field))
        items = struct.unpack_from("<I", self.d, start)[0]
        must(start + 4 + 4 * items <= len(self.d), "a vector points outside")
        return [self.to(start + 4 + 4 * i) for i in range(items)]

    def tables(self, field):
        return [Table(self.d, at) for at in self.places(field)]


# --- the state of a case
be64 = lambda n: b"\0" if n is None else b"\1" + struct.pack(">Q", n & 2**64 - 1)


def value(v):
    if v.at(1):
        return (b"\3" if v.at(2) else b"\2") + struct.pack(">q", v.number(1, "q")) + v.bytes(2)
    if v.at(5):
        return b"\6" + b"".join(lp(value(item)) for item in v.tables(5))
    return b"\1" + v.bytes(0) if v.at(0) else b"\4" + v.raw(3, 1) if v.at(3) else b"\5" + v.raw(4, 16)


def apply(state, effect, kind):
    if kind == 1:
        state = {name: v for name, v in state.items() if name[:2] != "c/"} | {"c/" + effect.vector(at).decode(): b"\4\1" for at in effect.places(4)}
    state = dict(state)
    for prefix, field in (("h/", 5), ("d/", 6)):
        for change in effect.tables(field):
            state.pop(prefix + change.text(0), None)
            if change.table(1):
                state[prefix + change.text(0)] = value(change.table(1))
    for k in effect.tables(7):
        state["k/" + k.text(0)] = b"\7" + k.raw(1, 1) + be64(k.number(2, "q")) + be64(k.number(3, "q")) + be64(k.number(4, "Q"))
    return state


def digest(state):
    return sha(b"".join(lp(name) + lp(v) for name, v in sorted((n.encode(), v) for n, v in state.items())))


# --- the archive ("Bundle"): a member's header follows from its name and size
def header(name, size):
    block = bytearray(512)
    for at, text in ((0, name), (100, b"0000644"), (108, b"0000000"), (116, b"0000000"), (124, b"%011o" % size), (136, b"00000000000"), (148, b" " * 8 + b"0"),
                     (257, b"ustar\x0000"), (329, b"0000000"), (337, b"0000000")):
        block[at:at + len(text)] = text
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


class CutShort(Exception):
    pass


def members_of(archive):
    members, at = [], 0
    while True:
        block = archive[at:at + 512]
        if len(block) < 512:
            raise CutShort(f"byte {at}")
        if block == bytes(512):
            break
        name, size = block[:100].split(b"\0")[0], block[124:135]
        must(re.fullmatch(rb"[0-7]{11}", size) and header(name, int(size, 8)) == block, f"byte {at}: not the header of a member: altered, or no bundle")
        size, begin = int(size, 8), at + 512
        at = begin + (size + 511) // 512 * 512
        if at > len(archive):
            raise CutShort(f"byte {begin}")
        members.append((name.decode("latin-1"), archive[begin:begin + size]))
        must(not any(archive[begin + size:at]), f"the padding behind {name} is not zeros")
    if len(archive) < at + 1024:
        raise CutShort(f"byte {at}")
    must(archive[at:] == bytes(1024), f"byte {at}: something stands behind the last member")
    return members


UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
MANIFEST = re.compile(r"acta-bundle@v[12]\norigin (?P<origin>\S+)\nledger (?P<ledger>%s)\n(?P<keys>(?:key \S+ \d+\n)+)(?P<revoked>(?:revoked \S+ \d+ \d+\n)*)made (?P<made>\S+)\nsize (?P<size>\d+)\nroot (?P<root>\S+)\n"
                      r"(?:as-of (?P<as_of>\S+)\n)?(?P<cases>(?:case %s \d+\n)*)(?:range (?P<range>\d+ \d+)\n)?(?P<entries>(?:entry \d+\n)*)(?P<support>(?:support \d+\n)*)" % (UUID, UUID))


class Newer(Exception):
    pass


class Bundle:
    def __init__(self, archive, vkey):
        self.faults, self.history, self.begun_before = [], [], set()
        self.members, self.trusted = members_of(archive), vkey
        self.recorded, self.published, self.needed, self.states, self.entry_schema, self.signed_by = -2**63, {}, {0, 1, 2}, {}, None, False

    def attempt(self, where, step, *arguments):
        try:
            step(*arguments)
        except Newer:
            raise
        except Exception as why:  # altered bytes can break any step
            self.faults.append(f"{where}: {why}")
            return False
        return True

    def check(self):
        if self.attempt("manifest", self.read_manifest) and self.attempt("members", self.check_names):
            self.attempt("digest", self.check_sums)
            for position in self.positions:
                self.attempt(f"position {position}", self.check_entry, position)
            self.attempt("keys", self.check_keys)
            self.attempt("checkpoint", self.check_checkpoint)
            self.attempt("scope", self.check_scope)

    def read_manifest(self):
        text = dict(self.members)["manifest"].decode()
        if text.startswith("acta-bundle@") and not re.match("acta-bundle@v[12]\n", text):
            raise Newer(text.split("\n")[0])
        m = MANIFEST.fullmatch(text)
        must(m, "it is not written as a manifest is")
        self.origin, self.ledger, self.vkey, self.made = m["origin"], uuid.UUID(m["ledger"]).bytes, m["keys"].split(" ")[1], m["made"]
        self.size, self.root = count(m["size"]), unbase64(m["root"])
        self.as_of = micros(m["as_of"]) if m["as_of"] else None
        micros(self.made)
        self.cases = {uuid.UUID(line.split(" ")[1]).bytes: count(line.split(" ")[2]) for line in m["cases"].splitlines()}
        self.range = [count(n) for n in m["range"].split(" ")] if m["range"] else None
        self.asked, self.support = ([count(line.split(" ")[1]) for line in m[name].splitlines()] for name in ("entries", "support"))
        for numbers in (self.asked, self.support, [line.split(" ")[1] for line in m["cases"].splitlines()]):
            must(numbers == sorted(set(numbers)), "its lines are not in their order")
        self.key = parse_key(self.vkey)
        self.stated = [[parse_key(line.split(" ")[1]), *map(count, line.split(" ")[2:])] for line in (m["keys"] + m["revoked"]).splitlines()]
        must(text.startswith("acta-bundle@v2\n") == (m["keys"].count("\n") > 1), "its first line is that of the other format")
        self.positions = sorted(set(self.asked) | set(self.support))
        self.scope = set(self.asked)

    def check_names(self):
        wanted = ["README.txt", "verify.py", "manifest", "checkpoint", *(f"entries/{p}" for p in self.positions), *(f"proofs/{p}.tlog-proof" for p in self.positions), "SHA256SUMS"]
        given = [name for name, _ in self.members]
        must(given == wanted, f"missing {sorted(set(wanted) - set(given))}, not named {sorted(set(given) - set(wanted))}, or twice, or in another order")
        self.content = dict(self.members)
        self.note = self.content["checkpoint"]

    def check_sums(self):
        lines = [f"{sha(data).hex()}  {name}\n" for name, data in self.members[:-1]]
        stated = self.content["SHA256SUMS"].decode("latin-1").splitlines(keepends=True)
        bad = [self.members[i][0] for i, line in enumerate(lines) if stated[i:i + 1] != [line]]
        must("".join(lines) == self.content["SHA256SUMS"].decode("latin-1"), f"not what SHA256SUMS says: {', '.join(bad) or 'its own lines'}")

    # Each key of the succession: [key, named at, succeeded at, signatures count up to, revoked at]
    def take_key(self, position, name, payload):
        if name == "LogKeyRevoked":
            key = [k for k in self.keys if k[0][2] == payload.raw(0, 32)][0]
            counts = payload.number(1, "Q")
            must(key[2] is not None and counts <= position and (key[3] is None or counts < key[3]), "it revokes what it cannot")
            key[3:] = [counts, position]
            return
        before, new = self.keys[-1], payload.raw(1, 32)
        raw = b"\1" + new
        following = (self.origin, sha(self.origin.encode() + b"\n" + raw)[:4].hex(), new)
        statement = b"".join(map(lp, (b"acta-log-key-v1", self.ledger, self.origin.encode(), struct.pack(">Q", position), before[0][2], new)))
        must(payload.raw(0, 32) == before[0][2] and new not in [k[0][2] for k in self.keys], "it does not succeed the log key in force")
        must(signed(before[0][2], statement, payload.bytes(2)), "it is not signed by the log key in force")
        must(signed(new, statement, payload.bytes(3)), "it is not signed by the key that it names")
        before[2] = position
        self.keys.append([following, position, None, None, None])

    def check_keys(self):
        revoked = sorted((k for k in self.keys if k[4] is not None), key=lambda k: k[4])
        must(self.stated == [[k[0], k[1]] for k in self.keys] + [[k[0], k[3], k[4]] for k in revoked], "the manifest names other log keys than the entries do")

    def check_checkpoint(self):
        text, lines = parse_note(self.note)
        must(text.decode() == f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n" and len(self.root) == 32, "it is not the one that the manifest names")
        ours = [k for k in self.keys for n, i, signature in lines if (n, i) == k[0][:2] and (signed(k[0][2], text, signature) or must(False, "a log key's signature does not hold"))]
        valid = max(i for i, k in enumerate(self.keys) if i == 0 or k[1] < self.size)
        spent = [k for k in ours if k[3] is not None and self.size > k[3]]
        must(not ours or spent or self.keys[valid] in ours, "it is signed by a log key, but not by the one of its size")
        self.signed_by = "revoked" if spent and (self.keys[valid] not in ours or self.keys[valid] in spent) else bool(ours)
        trusted = [i for i, k in enumerate(self.keys) if (k[0] == parse_key(self.trusted) if self.trusted else i == valid)]
        if not trusted or trusted[0] > valid:
            self.signed_by = False
        elif any(k[3] is not None and k[3] <= k[2] for k in self.keys[trusted[0]:valid]):
            self.signed_by = self.signed_by and "revoked"

    def check_entry(self, position):
        data, proof = self.content[f"entries/{position}"], self.content[f"proofs/{position}.tlog-proof"]
        head, note = proof.split(b"\n\n", 1)
        lines = head.decode().split("\n")
        hashes = [unbase64(line) for line in lines[2:]]
        must(lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {position}"] and note == self.note and all(len(h) == 32 for h in hashes), "its proof is of another index or under another checkpoint")
        must(included(position, self.size, leaf(data), hashes, self.root), "these bytes are not in the ledger that the checkpoint signs")
        e = Table(data)
        must(data[4:8] == b"ACT1" and e.number(0, "H") == 1 and e.number(3, "Q") == position, "it says that it is another entry")
        must(e.number(12, "q") >= self.recorded, "it was recorded before the entry in front of it")
        self.recorded = e.number(12, "q")
        kind, name, schema = e.number(1, "B"), e.text(7), e.raw(9, 32)
        publishes = kind == 4 and name in ("SchemaPublished", "DefinitionPublished")
        of_keys = kind == 4 and name in ("LogKeyRotated", "LogKeyRevoked")
        if position == 0:
            self.check_opening(e)
        if publishes:
            self.check_publication(position, Table(e.bytes(23)))
        if of_keys:
            self.take_key(position, name, Table(e.bytes(23)))
            self.needed.add(position)
        if position >= 3 and schema:
            self.need(schema, "schema", position)
        must(position != 2 or schema in self.published, "it does not publish the schema that it names")
        if position not in self.scope:
            must(publishes or of_keys or position == 0, "it is no schema, definition or log key, and not in the scope")
            return
        if e.raw(14, 32):
            self.need(e.raw(14, 32), "definition", position)
        if e.raw(5, 16):
            self.check_case(position, kind, e)
        else:
            must(self.range, "it belongs to no case")
            self.tell(position, e, b"", "")

    def check_opening(self, e):
        o = Table(e.bytes(23))
        must(e.text(7) == "LedgerOpened" and o.text(1) == self.origin and o.raw(2, 16) == self.ledger, "it opens another ledger than the manifest names")
        must((o.text(1), o.raw(3, 32)) == (self.key[0], self.key[2]), "it names another log key than the manifest")
        self.entry_schema = o.raw(6, 32)
        self.keys = [[self.key, 0, None, None, None]]

    def check_publication(self, position, payload):
        must(sha(payload.bytes(2)) == payload.raw(1, 32), "what it publishes is not what its digest says")
        must(position != 1 or payload.raw(1, 32) == self.entry_schema, "it is not the schema of entries that entry 0 names")
        self.published.setdefault(payload.raw(1, 32), position)

    def need(self, wanted, what, position):
        must(self.published.get(wanted, position) < position, f"its {what} was not published before it")
        self.needed.add(self.published[wanted])

    def check_case(self, position, kind, e):
        case, revision = e.raw(5, 16), e.number(6, "I")
        must(self.range or case in self.cases, "it belongs to no case that the manifest names")
        if case in self.begun_before or self.range and case not in self.states and not (kind == 1 and revision == 1):
            self.begun_before.add(case)
            self.tell(position, e, case, "")
            return
        held, state, definition, effective = self.states.get(case, (0, {}, e.raw(14, 32), -2**63))
        must(kind in (1, 2, 3) and revision == held + (kind == 1), "its revision does not continue its case")
        must(e.raw(14, 32) in (None, definition), "it names another definition than its case began with")
        if kind in (1, 3):
            state = apply(state, e.table(25), kind)
            must(digest(state) == e.table(25).raw(11, 32), "its state digest is not that of the state")
        self.states[case] = (revision, state, definition, max(effective, e.number(10, "q")) if kind == 1 else effective)
        self.tell(position, e, case, ", ".join(sorted(n[2:] for n in state if n[:2] == "c/")))

    def tell(self, position, e, case, state):
        word = {1: "", 2: " REFUSED", 3: " (notice)", 4: ""}[e.number(1, "B")]
        self.history.append((case, f"  rev {e.number(6, 'I') or '-':>3}  pos {position:>6}  {when(e.number(10, 'q'))}  {e.text(7)}{word}  by {e.table(13).text(1) or 'engine'}  {state}"))

    def check_scope(self):
        if self.range:
            must(self.asked == list(range(*self.range)) and self.asked and not self.cases and self.as_of is None, "the entries are not all of the range")
        else:
            must(self.cases, "the manifest names neither a case nor a range")
        for case, revisions in self.cases.items():
            held = self.states.get(case, (0, {}, None, -2**63))
            must(held[0] == revisions, f"of case {uuid.UUID(bytes=case)} {held[0]} revisions are held, the manifest says {revisions}")
            must(self.as_of is None or held[3] <= self.as_of, "a case holds what happened later than the manifest says")
        must(sorted(self.needed - self.scope) == self.support, "the supporting entries are not those that the others need")


def verify(archive, vkey=None):
    """(exit code, what to print)"""
    try:
        bundle = Bundle(archive, vkey)
        bundle.check()
    except CutShort as where:
        return 7, [f"INCOMPLETE: the file was cut short at {where}"]
    except Newer as what:
        return 1, [f"this is {what}, which this verifier does not know"]
    except Exception as why:
        return 3, [f"archive: {why}", "TAMPERED, or not a bundle"]
    if bundle.faults:
        return 3, [*bundle.faults, "TAMPERED: this is not what was recorded"]
    out = [f"{bundle.origin}: {len(bundle.asked)} entries and {len(bundle.support)} that they need, under a checkpoint of {bundle.size} entries"]
    for case in dict.fromkeys(case for case, _ in bundle.history):
        out += [f"case {uuid.UUID(bytes=case)}" if case else "about the ledger itself", *(line for c, line in bundle.history if c == case)]
    if vkey is None:
        out.append("Note: the key was taken from the bundle itself; give the one you were handed to be sure of it.")
    if bundle.begun_before:
        out.append(f"Note: {len(bundle.begun_before)} cases begin before the range: their states were not computed again.")
    out.append("Not provable here: what was never submitted, later entries of a case, that nobody was shown another ledger.")
    if bundle.signed_by == "revoked":
        return 10, [*out, "REVOKED KEY: it fits together, but the key that vouches for it was revoked"]
    if not bundle.signed_by:
        return 8, [*out, "UNTRUSTED KEY: sound, but not signed with the key you trust"]
    return 0, [*out, "Sound: every entry is in the signed ledger, unaltered and without a gap."]


def main(arguments):
    if len(arguments) not in (1, 2) or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            archive = file.read()
    except OSError as why:
        print(why, file=sys.stderr)
        return 1
    try:
        parse_key(arguments[1]) if len(arguments) == 2 else None
    except Exception:
        print("VKEY is written name+8 hex digits+base64", file=sys.stderr)
        return 2
    code, lines = verify(archive, *arguments[1:])
    print("\n".join("".join(c if c.isprintable() else "?" for c in line) for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
