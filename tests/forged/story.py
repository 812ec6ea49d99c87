"""A ledger that never was, told by somebody who holds its log keys, and bundles of it. Everything in it is as docs/FORMAT.md says,
until somebody spoils it; digests, tree and signatures are made anew over what was spoilt."""
import base64, copy, functools, hashlib, pathlib, sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "engine/bundle"))
import verify
from flat import Blob, List, Nested, Raw, Text, U, buffer, text

ORIGIN = "forged.example/ledger"
LEDGER = bytes.fromhex("0123456789ab7cde8f00112233445566")
CASE_A, CASE_B = bytes.fromhex("01a21225bca97e9c9f953001e49fd76a"), bytes.fromhex("01a21225bca97e9c9f953001e49fd76b")
BEGAN, STEP = 1_700_000_000_000_000, 1_000_000
SCHEMAS = [b"schema of entries", b"schema of control", b"schema of an area", b"schema of log keys", b"schema of rollbacks"]
DEFINITION = b"process: loan\n"
EVENT, REFUSAL, NOTICE, LEDGER_KIND = 1, 2, 3, 4


def sha256(data):
    return hashlib.sha256(data).digest()


def lp(data):
    return len(data).to_bytes(4, "big") + data


# ---- Keys -----------------------------------------------------------------------------------------------------------------

class Signer:
    """Ed25519 (RFC 8032); the curve is the checker's own, and a wrong signature would be found by the program."""

    def __init__(self, seed):
        digest = hashlib.sha512(seed).digest()
        self.scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
        self.prefix, self.public = digest[32:], self._point(self.scalar)

    @staticmethod
    def _point(scalar):
        x, y, z, _ = verify._times(scalar, verify._BASE)
        inverse = pow(z, verify._P - 2, verify._P)
        return (y * inverse % verify._P | (x * inverse % verify._P & 1) << 255).to_bytes(32, "little")

    def sign(self, message):
        number = lambda *parts: int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % verify._Q
        r = number(self.prefix, message)
        point = self._point(r)
        return point + ((r + number(point, self.public, message) * self.scalar) % verify._Q).to_bytes(32, "little")

    def line(self, message, name=ORIGIN):
        key_id = sha256(name.encode() + b"\n\x01" + self.public)[:4]
        return f"\u2014 {name} {base64.b64encode(key_id + self.sign(message)).decode()}\n".encode()

    def vkey(self, name=ORIGIN):
        data = b"\x01" + self.public
        return f"{name}+{sha256(name.encode() + bytes([10]) + data)[:4].hex()}+{base64.b64encode(data).decode()}"


FIRST, SECOND, STRANGER = (Signer(sha256(seed)) for seed in (b"first", b"second", b"stranger"))


# ---- Entries --------------------------------------------------------------------------------------------------------------

def base(position, kind, kind_name, schema):
    return {0: U(2, 1), 1: U(1, kind), 2: U(1, 1), 3: U(8, position), 4: Raw(sha256(b"event %d" % position)[:16]), 7: text(kind_name), 8: U(2, 1), 9: Raw(sha256(schema)),
            10: U(8, BEGAN + position * STEP), 11: U(1, 1), 12: U(8, BEGAN + position * STEP), 13: {0: Raw(bytes(range(16))), 1: text("clerk"), 4: U(1, 2)},
            17: {0: Raw(sha256(b"command %d" % position)[:16]), 1: Raw(sha256(b"body")), 2: U(2, 0), 3: U(2, 1)}, 20: text("default")}


def about_ledger(position, name, payload, schema=SCHEMAS[1]):
    return base(position, LEDGER_KIND, name, schema) | {23: Nested(payload)}


def published(position, content, name="SchemaPublished"):
    return about_ledger(position, name, {0: text(name), 1: Raw(sha256(content)), 2: Blob(content)})


def of_case(position, kind, case, revision, effect=None):
    entry = base(position, kind, "LoanStep", SCHEMAS[2]) | {5: Raw(case), 6: U(4, revision), 14: Raw(sha256(DEFINITION))}
    return entry | ({28: text("four_eyes")} if kind == REFUSAL else {23: Nested({0: text("hello")}), 25: effect or {}})


def change(name, value=None):
    return {0: text(name)} if value is None else {0: text(name), 1: value}


def states(*names):
    return List(tuple(map(text, names)))


def refused_opening(position):
    entry = of_case(position, REFUSAL, CASE_A, 1)
    del entry[5], entry[6]
    return entry


@functools.lru_cache
def rotated(position):
    statement = b"".join(map(lp, (b"acta-log-key-v1", LEDGER, ORIGIN.encode(), position.to_bytes(8, "big"), FIRST.public, SECOND.public)))
    return about_ledger(position, "LogKeyRotated", {0: Raw(FIRST.public), 1: Raw(SECOND.public), 2: Blob(FIRST.sign(statement)), 3: Blob(SECOND.sign(statement))}, SCHEMAS[3])


def opened():
    return about_ledger(0, "LedgerOpened", {0: U(2, 1), 1: text(ORIGIN), 2: Raw(LEDGER), 3: Raw(FIRST.public), 4: text("Forged facility"), 5: List(({0: Raw(bytes(16)), 1: states("administrator")},)), 6: Raw(sha256(SCHEMAS[0]))})


def first_step():
    values = [{0: text("text")}, {1: U(8, -7)}, {1: U(8, 1250), 2: text("CHF")}, {3: U(1, 1)}, {4: Raw(CASE_B)}, {5: List(({0: text("x")}, {5: List(())}))}]
    data = List(tuple(change(f"v{i}", value) for i, value in enumerate(values)))
    clock = {0: text("due"), 1: U(1, 1), 2: U(8, BEGAN), 3: U(8, 5), 4: U(8, 4)}
    return {0: text("loan"), 1: text("LOAN-2023-001"), 3: states("t"), 4: states("open", "waiting"), 5: List((change("entered", {1: U(8, 5)}),)), 6: data, 7: List((clock,))}


ROTATION, REVOCATION = 16, 17


def told():
    """One of each kind of entry that bundles speak of, and two cases."""
    entries = [opened(), *(published(1 + i, schema) for i, schema in enumerate(SCHEMAS)), published(6, DEFINITION, "DefinitionPublished")]
    entries += [of_case(7, EVENT, CASE_A, 1, first_step()), refused_opening(8), of_case(9, REFUSAL, CASE_A, 1),
                of_case(10, NOTICE, CASE_A, 1, {6: List((change("n", {1: U(8, 3)}),)), 7: List(({0: text("due"), 1: U(1, 4)},))}),
                of_case(11, EVENT, CASE_B, 1, {4: states("open")}), of_case(12, EVENT, CASE_A, 2, {4: states("shut"), 6: List((change("v0"), change("v1", {1: U(8, 8)})))}),
                of_case(13, NOTICE, CASE_B, 1),
                about_ledger(14, "RollbackAccepted", {0: U(8, 14), 1: Raw(bytes(32)), 2: text(f"{ORIGIN}\n20\nx\n\nlines\n"), 3: U(8, 3), 4: text("disk lost")}, SCHEMAS[4]),
                of_case(15, EVENT, CASE_A, 3, {4: states("open"), 5: List((change("entered", {1: U(8, 6)}),))}),
                rotated(ROTATION), about_ledger(REVOCATION, "LogKeyRevoked", {0: Raw(FIRST.public), 1: U(8, 17)}, SCHEMAS[3]), of_case(18, EVENT, CASE_B, 2, {4: states("shut")})]
    return entries


def sealed(entries):
    """as stored bytes, each state digest filled in that nobody spoilt"""
    cases, out = {}, []
    for entry in entries:
        entry = copy.deepcopy(entry)
        of, effect = entry.get(5), entry.get(25)
        kind = entry[1].number if 1 in entry else 0
        if kind in (EVENT, NOTICE) and of is not None and effect is not None and 11 not in effect:
            state = cases.setdefault(of.data, verify.State())
            try:
                state.apply(kind, verify.Entry(buffer(entry, b"ACT1")).table.table(25))
            except (verify.Bad, UnicodeDecodeError):
                pass   # found by its own fault
            effect[11] = Raw(state.digest())
        out.append(buffer(entry, b"ACT1"))
    return out


# ---- Bundles --------------------------------------------------------------------------------------------------------------

def root_of(hashes):
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(hashes[:half]) + root_of(hashes[half:]))


def path_of(index, hashes):
    if len(hashes) == 1:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return path_of(index, hashes[:half]) + [root_of(hashes[half:])] if index < half else path_of(index - half, hashes[half:]) + [root_of(hashes[:half])]


class Bundle:
    """What goes into one; each part may be spoilt before it is written."""

    def __init__(self, entries, cases=(), held=None, as_of=None):
        self.entries, self.cases, self.range, self.as_of = sealed(entries), list(cases), held, as_of
        named = {case for case, _ in cases}
        self.scope = list(range(*held)) if held else [i for i, entry in enumerate(entries) if entry.get(5) in {Raw(case) for case in named}]
        needed = {0, 1, 2, 3, 4, 5, 6, 14, ROTATION, REVOCATION}
        self.support = sorted(needed - set(self.scope))
        self.note = lambda text: text + b"\n" + SECOND.line(text)
        self.edit_manifest = self.edit_proof = self.edit_archive = lambda given: given
        self.edit_members = self.edit_sums = lambda given: given

    def manifest(self, size, root):
        lines = ["acta-bundle@v3", f"origin {ORIGIN}", "ledger " + verify.uuid_text(LEDGER), f"key {FIRST.vkey()} 0", f"key {SECOND.vkey()} {ROTATION}", f"revoked {FIRST.vkey()} 17 {REVOCATION}",
                 "rollback 14", "made 2024-05-13T09:00:00.000000Z", f"size {size}", "root " + base64.b64encode(root).decode()]
        lines += [f"as-of {self.as_of}"] if self.as_of else []
        lines += [f"case {verify.uuid_text(case)} {revisions}" for case, revisions in self.cases]
        lines += [f"range {self.range[0]} {self.range[1]}"] if self.range else []
        return lines + [f"entry {p}" for p in self.scope] + [f"support {p}" for p in self.support]

    def written(self):
        leaves = [sha256(b"\0" + entry) for entry in self.entries]
        root = root_of(leaves)
        note = self.note(f"{ORIGIN}\n{len(leaves)}\n{base64.b64encode(root).decode()}\n".encode())
        held = sorted(p for p in set(self.scope) | set(self.support) if p < len(leaves))
        members = [("README.txt", b"forged\n"), ("verify.py", b"# none\n"), ("manifest", "".join(line + "\n" for line in self.edit_manifest(self.manifest(len(leaves), root))).encode()), ("checkpoint", note)]
        members += [(f"entries/{p}", self.entries[p]) for p in held]
        for p in held:
            lines = ["c2sp.org/tlog-proof@v1", f"index {p}", *(base64.b64encode(one).decode() for one in path_of(p, leaves)), ""]
            members.append((f"proofs/{p}.tlog-proof", "".join(line + "\n" for line in self.edit_proof(lines)).encode() + note))
        members = self.edit_members(members)
        sums = self.edit_sums([f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in members])
        members.append(("SHA256SUMS", "".join(line + "\n" for line in sums).encode()))
        return self.edit_archive(b"".join(verify.header(name.encode(), len(data)) + data + bytes(-len(data) % 512) for name, data in members) + bytes(1024))


def of_one_case(entries):
    return Bundle(entries, cases=[(CASE_A, 3)])


def of_all(entries):
    return Bundle(entries, held=(0, len(entries)))
