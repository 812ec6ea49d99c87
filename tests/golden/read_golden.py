#!/usr/bin/env python3
"""Reads and checks an exported Acta ledger; written from docs/FORMAT.md alone, standard library only.
read_golden.py FOLDER: exit 0 sound, 3 with every bad position named"""
import base64, hashlib, hmac, json, pathlib, struct, sys

sha = lambda data: hashlib.sha256(data).digest()
lp = lambda data: struct.pack(">I", len(data)) + data
leaf = lambda data: sha(b"\0" + data)
node = lambda left, right: sha(b"\1" + left + right)

def root_of(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:k]), root_of(leaves[k:]))

# Ed25519 (RFC 8032 5.1.7)
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
    assert y < P and (x * x - square) % P == 0, "no point of the curve"
    x = x if x & 1 == data[31] >> 7 else P - x
    return x, y, 1, x * y % P

BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def signed(key, text, signature):
    r, s = point(signature[:32]), int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little")
    a, b = times(s, BASE), add(r, times(h % L, point(key)))
    return s < L and (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0

def open_note(note, vkey):
    """origin, size, root of a checkpoint note that the key signed"""
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key)
    assert key[0] == 1 and sha(name.encode() + b"\n" + key)[:4].hex() == key_id, "not an Ed25519 log key"
    text, signatures = note[:note.index(b"\n\n") + 1], note[note.index(b"\n\n") + 2:].decode().splitlines()
    ours = [s for s in (base64.b64decode(line.split(" ")[2]) for line in signatures if line.split(" ")[:2] == ["\u2014", name]) if s[:4].hex() == key_id]
    assert ours and all(signed(key[1:], text, s[4:]) for s in ours), "the checkpoint's signature does not hold"
    origin, size, root = text.decode().splitlines()
    assert origin == name, "the checkpoint is of another log"
    return origin, int(size), base64.b64decode(root)

# FlatBuffers ("The entry")
class Table:
    def __init__(self, data, at=None):
        self.d, self.t = data, struct.unpack_from("<I", data, 0)[0] if at is None else at
        self.v = self.t - struct.unpack_from("<i", data, self.t)[0]
    def at(self, field):
        slot = 4 + 2 * field
        offset = struct.unpack_from("<H", self.d, self.v + slot)[0] if slot < struct.unpack_from("<H", self.d, self.v)[0] else 0
        return self.t + offset if offset else None
    def number(self, field, kind):
        return struct.unpack_from("<" + kind, self.d, self.at(field))[0] if self.at(field) else None
    def raw(self, field, size):
        return self.d[self.at(field):self.at(field) + size] if self.at(field) else None
    def length(self, at):
        return struct.unpack_from("<I", self.d, at)[0]
    def to(self, at):
        return at + self.length(at)
    def vector(self, at):
        return self.d[at + 4:at + 4 + self.length(at)]
    def bytes(self, field):
        return b"" if self.at(field) is None else self.vector(self.to(self.at(field)))
    def text(self, field):
        return self.bytes(field).decode()
    def table(self, field):
        return None if self.at(field) is None else Table(self.d, self.to(self.at(field)))
    def places(self, field):
        start = None if self.at(field) is None else self.to(self.at(field))
        return [] if start is None else [self.to(start + 4 + 4 * i) for i in range(self.length(start))]
    def tables(self, field):
        return [Table(self.d, at) for at in self.places(field)]

# State of a case
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
    for prefix, field in (("h/", 5), ("d/", 6)):
        for change in effect.tables(field):
            state.pop(prefix + change.text(0), None)
            if change.table(1):
                state[prefix + change.text(0)] = value(change.table(1))
    for k in effect.tables(7):
        state["k/" + k.text(0)] = b"\7" + k.raw(1, 1) + be64(k.number(2, "q")) + be64(k.number(3, "q")) + be64(k.number(4, "Q"))
    return state

digest = lambda state: sha(b"".join(lp(name) + lp(v) for name, v in sorted((n.encode(), v) for n, v in state.items())))

# Boxes: XChaCha20-Poly1305 (RFC 8439, draft-irtf-cfrg-xchacha)
QUARTERS = [(i, 4 + (i + j) % 4, 8 + (i + 2 * j) % 4, 12 + (i + 3 * j) % 4) for j in (0, 1) for i in range(4)]
words = lambda data: list(struct.unpack("<%dI" % (len(data) // 4), data))

def rounds(state):
    x = list(state)
    for a, b, c, d in QUARTERS * 10:
        for p, q, r, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[p] = x[p] + x[q] & 0xffffffff
            x[r] = ((x[r] ^ x[p]) << n | (x[r] ^ x[p]) >> 32 - n) & 0xffffffff
    return x

def opened(box, key, origin, e):
    person, retention, epoch = lp(box.raw(0, 16)), lp(box.bytes(1)), lp(struct.pack(">I", box.number(2, "I")))
    assert hmac.digest(key, lp(b"acta-kc-v1") + person + retention + epoch, "sha256") == box.raw(3, 32), "key commitment"
    bound = lp(b"acta-box-v1") + lp(origin.encode()) + lp(e.raw(4, 16)) + lp(e.bytes(7)) + lp(struct.pack(">H", e.number(8, "H"))) + person + retention + epoch
    sigma, nonce, text, tag = words(b"expand 32-byte k"), box.bytes(4), box.bytes(5)[:-16], box.bytes(5)[-16:]
    x = rounds(sigma + words(key) + words(nonce[:16]))
    def block(n):
        state = sigma + x[:4] + x[12:] + [n, 0] + words(nonce[16:])
        return struct.pack("<16I", *(a + b & 0xffffffff for a, b in zip(state, rounds(state))))
    fill = lambda data: data + bytes(-len(data) % 16)
    message, total = fill(bound) + fill(text) + struct.pack("<QQ", len(bound), len(text)), 0
    r, s = int.from_bytes(block(0)[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff, int.from_bytes(block(0)[16:32], "little")
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i:i + 16] + b"\1", "little")) * r % (2**130 - 5)
    assert ((total + s) % 2**128).to_bytes(16, "little") == tag, "box tag"
    padded = bytes(a ^ b for a, b in zip(text, b"".join(block(1 + i) for i in range(len(text) // 64 + 1))))
    return padded[:padded.rindex(b"\x80")]

def check(i, data, all_leaves, known, seen):
    assert leaf(data) == all_leaves[i], "leaf hash"
    e = Table(data)
    kind, case, effect, command = e.number(1, "B"), e.raw(5, 16), e.table(25), e.table(17)
    assert data[4:8] == b"ACT1" and e.number(0, "H") == 1 and e.number(3, "Q") == i, "identifier, format or position"
    assert e.number(12, "q") >= seen["recorded"], "recorded_at decreases"
    seen["recorded"] = e.number(12, "q")
    seen["ledger"] = seen["ledger"] or Table(e.bytes(23)).raw(2, 16)
    if e.text(7) in ("SchemaPublished", "DefinitionPublished"):
        payload = Table(e.bytes(23))
        assert payload.raw(1, 32) == sha(payload.bytes(2)), "published bytes and digest differ"
        seen["published"].add(payload.raw(1, 32))
    assert i < 3 or not e.raw(9, 32) or e.raw(9, 32) in seen["published"], "schema not published before"
    if case:
        revision, state, definition = seen["cases"].get(case, (0, {}, e.raw(14, 32)))
        assert e.number(6, "I") == revision + (kind == 1) and definition in seen["published"], "revision or definition does not continue"
        assert e.raw(14, 32) in (None, definition), "another definition"
        if kind in (1, 3):
            state = apply(state, effect, kind)
            assert digest(state) == effect.raw(11, 32), "state digest"
        seen["cases"][case] = (e.number(6, "I"), state, definition)
    if command:
        index, count, name = command.number(2, "H"), command.number(3, "H"), command.raw(0, 16)
        assert seen["open"] == ((name, index, count) if index else None) and index < count and (index or name not in seen["commands"]), "command does not continue"
        seen["commands"].add(name)
        key = known["idempotency_keys"].get(str(i))
        assert key is None or name == sha(lp(seen["ledger"]) + lp(e.table(13).raw(0, 16)) + lp(key.encode()))[:16], "command id"
    seen["open"] = (name, index + 1, count) if command and index + 1 < count else None
    for box in e.tables(26):
        seen["boxes"].append(Table(opened(box, bytes.fromhex(known["box_key"]), seen["origin"], e)))

def read(folder):
    known = json.loads((folder / "known.json").read_text())
    origin, size, root = open_note((folder / "checkpoint").read_bytes(), known["vkey"])
    bundle, tile, entries = (folder / f"tile/entries/000.p/{size}").read_bytes(), (folder / f"tile/0/000.p/{size}").read_bytes(), []
    while bundle:
        length = struct.unpack_from(">H", bundle)[0]
        entries, bundle = entries + [bundle[2:2 + length]], bundle[2 + length:]
    leaves, faults = [tile[i:i + 32] for i in range(0, len(tile), 32)], []
    seen = {"recorded": -2**63, "ledger": None, "published": set(), "cases": {}, "commands": set(), "open": None, "boxes": [], "origin": origin}
    for i, data in enumerate(entries):
        try:
            check(i, data, leaves, known, seen)
        except Exception as why:  # altered bytes can break any step
            faults.append(f"position {i}: {why}")
    if len(entries) != size or root_of(leaves) != root:
        faults.append("the entries are not those of the checkpoint")
    print(f"{origin}: {len(entries)} entries, root {root.hex()}, signature, leaf hashes, continuity, {len(seen['cases'])} cases' state digests, {len(known['idempotency_keys'])} command ids, {len(seen['boxes'])} boxes opened")
    return faults

if __name__ == "__main__":
    bad = read(pathlib.Path(sys.argv[1]))
    print("\n".join(bad) or "sound")
    sys.exit(3 if bad else 0)
