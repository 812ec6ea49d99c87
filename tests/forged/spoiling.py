"""Every way to spoil a forged bundle that follows from what it is made of: each field of each entry, each line of what is text,
each member, the frame. Gives (name, function that gives the archive)."""
import copy

from flat import Blob, List, Nested, Raw, Text, U, text
from story import CASE_A, CASE_B, DEFINITION, FIRST, ORIGIN, SCHEMAS, SECOND, STRANGER, Bundle, of_all, of_one_case, sha256, told


# ---- Fields ---------------------------------------------------------------------------------------------------------------

def other_values(value):
    """(name, value) of what might stand there instead; None: nothing."""
    yield "absent", None
    if isinstance(value, U):
        yield from ((f"= {number}", U(value.size, number)) for number in sorted({-1, 0, 1, 2, 3, 4, 5, value.number - 1, value.number + 1} - {value.number}))
    elif isinstance(value, Raw):
        yield from (("zeros", Raw(bytes(len(value.data)))), ("a bit", Raw(value.data[:-1] + bytes([value.data[-1] ^ 1]))))
        others = (sha256(DEFINITION), *map(sha256, SCHEMAS), FIRST.public, SECOND.public) if len(value.data) == 32 else (CASE_A, CASE_B)
        yield from ((f"another {i}", Raw(other)) for i, other in enumerate(others) if other != value.data)
    elif isinstance(value, Text):
        yield from (("empty", text("")), ("longer", Text(value.data + b"x")), ("no utf-8", Text(b"\xff")), ("with a zero byte", Text(b"a\0b")))
    elif isinstance(value, (Blob, Nested)):
        yield from (("empty", Blob(b"")), ("garbage", Blob(b"\xff" * 24)))
    elif isinstance(value, List):
        yield from (("empty", List(())), ("first twice", List(value.items[:1] + value.items)), ("backwards", List(value.items[::-1])))
    else:
        yield "empty", {}


def spoilt(value):
    """(path, value) of `value` with one thing in it changed."""
    if isinstance(value, Nested):
        yield from ((path, Nested(table)) for path, table in spoilt(value.table))
    elif isinstance(value, List):
        for i, item in enumerate(value.items[:3]):
            yield from ((f"[{i}]{path}", List((*value.items[:i], other, *value.items[i + 1:]))) for path, other in spoilt(item))
    elif isinstance(value, dict):
        for field, inner in value.items():
            for name, other in other_values(inner):
                yield f".{field} {name}", {k: v for k, v in value.items() if k != field} | ({} if other is None else {field: other})
            yield from ((f".{field}{path}", value | {field: other}) for path, other in spoilt(inner))


NEVER_THERE = {5: Raw(CASE_A), 6: U(4, 1), 14: Raw(sha256(DEFINITION)), 25: {4: List((text("open"),))}, 28: text("rule"), 40: U(8, 1)}


def of_entries():
    story = told()
    for make in (of_one_case, of_all):
        for i, entry in enumerate(story):
            others = [*spoilt(entry), *((f".{field} there", entry | {field: value}) for field, value in NEVER_THERE.items() if field not in entry)]
            for path, other in others:
                yield f"{make.__name__}: entry {i}{path}", lambda i=i, other=other, make=make: make([*story[:i], other, *story[i + 1:]]).written()
        for i in range(len(story) - 1):
            yield f"{make.__name__}: entries {i} and {i + 1} swapped", lambda i=i, make=make: make(moved(story, i, i + 1)).written()
            yield f"{make.__name__}: entry {i} twice", lambda i=i, make=make: make(placed(story[:i + 1] + story[i:])).written()
    yield from values()


def moved(story, one, other):
    story = list(story)
    story[one], story[other] = story[other], story[one]
    return placed(story)


def placed(story):
    """with positions and times that go on"""
    return [entry | {3: U(8, i), 12: U(8, story[0][12].number + i)} for i, entry in enumerate(story)]


def values():
    """What a value, a change and a clock may be, and may not."""
    deep = lambda levels: {3: U(1, 1)} if levels == 0 else {5: List((deep(levels - 1),))}
    given = {"two members": {0: text("x"), 1: U(8, 4)}, "flag and list": {3: U(1, 1), 5: List(())}, "none": {}, "currency alone": {2: text("CHF")}, "currency of a text": {0: text("x"), 2: text("CHF")},
             "empty currency": {1: U(8, 1), 2: text("")}, "flag 2": {3: U(1, 2)}, "20 deep": deep(20), "100 deep": deep(100), "empty list": {5: List(())}, "empty text": {0: text("")}}
    story = told()
    for name, value in given.items():
        entry = copy.deepcopy(story[12])
        entry[25][6] = List(({0: text("v"), 1: value},))
        yield f"value: {name}", lambda entry=entry: of_all([*story[:12], entry, *story[13:]]).written()
    for name, effect in {"history of a notice": {5: List(({0: text("h"), 1: {1: U(8, 1)}},))}, "states of a notice": {4: List((text("a"),))}, "clock without state": {7: List(({0: text("due")},))}}.items():
        yield f"notice: {name}", lambda effect=effect: of_all([*story[:10], story[10] | {25: effect}, *story[11:]]).written()


# ---- Text -----------------------------------------------------------------------------------------------------------------

def of_lines(count):
    """(name, edit) of ways to spoil so many lines of words."""
    for i in range(count):
        yield f"line {i} gone", lambda lines, i=i: lines[:i] + lines[i + 1:]
        yield f"line {i} twice", lambda lines, i=i: lines[:i + 1] + lines[i:]
        yield f"line {i} after the next", lambda lines, i=i: lines[:i] + lines[i + 1:i + 2] + lines[i:i + 1] + lines[i + 2:]
        yield f"line {i} with a space", lambda lines, i=i: lines[:i] + [lines[i] + " "] + lines[i + 1:]
        yield f"line {i} with a digit", lambda lines, i=i: lines[:i] + [lines[i] + "0"] + lines[i + 1:]
        yield f"line {i} cut", lambda lines, i=i: lines[:i] + [lines[i][:-1]] + lines[i + 1:]
        yield f"line {i} in capitals", lambda lines, i=i: lines[:i] + [lines[i].upper()] + lines[i + 1:]
        yield f"line {i} with a zero in front", lambda lines, i=i: lines[:i] + [lines[i].replace(" ", " 0", 1)] + lines[i + 1:]


def edited(part, edit, make=of_all):
    bundle = make(told())
    setattr(bundle, part, edit)
    return bundle.written()


def of_text():
    for make, count in ((of_one_case, 27), (of_all, 30)):
        yield from ((f"{make.__name__}: manifest, {name}", lambda edit=edit, make=make: edited("edit_manifest", edit, make)) for name, edit in of_lines(count))
    yield from ((f"proofs, {name}", lambda edit=edit: edited("edit_proof", edit)) for name, edit in of_lines(4))
    yield from ((f"sums, {name}", lambda edit=edit: edited("edit_sums", edit)) for name, edit in of_lines(8))
    replaced = {"another version": ("acta-bundle@v3", "acta-bundle@v9"), "v1": ("acta-bundle@v3", "acta-bundle@v1"), "month 13": ("2024-05", "2024-13"), "second 60": ("09:00:00", "09:00:60"), "another origin": ("forged.", "other."),
                "no seconds": (":00.000000Z", "Z"), "other positions": (" 16", " 15"), "no rollback": ("rollback 14", "rollback 13")}
    for name, (old, new) in replaced.items():
        yield f"manifest, {name}", lambda old=old, new=new: edited("edit_manifest", lambda lines: [line.replace(old, new) for line in lines])


def of_scope():
    story = told()
    scopes = {"two cases": dict(cases=[(CASE_A, 3), (CASE_B, 2)]), "two cases out of order": dict(cases=[(CASE_B, 2), (CASE_A, 3)]), "a case twice": dict(cases=[(CASE_A, 3), (CASE_A, 3)]), "too many revisions": dict(cases=[(CASE_A, 4)]),
              "too few revisions": dict(cases=[(CASE_A, 2)]), "no case": dict(), "as of long after": dict(cases=[(CASE_A, 3)], as_of="2033-01-01T00:00:00.000000Z"), "as of before": dict(cases=[(CASE_A, 3)], as_of="2003-01-01T00:00:00.000000Z"),
              "as of the last event": dict(cases=[(CASE_A, 3)], as_of="2023-11-14T22:13:35.000000Z"), "as of just before it": dict(cases=[(CASE_A, 3)], as_of="2023-11-14T22:13:34.999999Z"),
              "range and case": dict(cases=[(CASE_A, 3)], held=(0, 19)), "range as of": dict(held=(0, 19), as_of="2033-01-01T00:00:00.000000Z")}
    yield from ((f"scope: {name}", lambda given=given: Bundle(story, **given).written()) for name, given in scopes.items())
    for start in range(20):
        for end in range(start, 21, 3):
            yield f"scope: range {start} to {end}", lambda start=start, end=end: Bundle(story, held=(start, end)).written()
    for make in (of_one_case, of_all):
        for part in ("scope", "support"):
            for position in range(19):
                yield f"{make.__name__}: {part} with or without {position}", lambda make=make, part=part, position=position: toggled(make, part, position)


def toggled(make, part, position):
    bundle = make(told())
    setattr(bundle, part, sorted(set(getattr(bundle, part)) ^ {position}))
    return bundle.written()


def of_notes():
    sign = lambda *lines: lambda given: given + b"\n" + b"".join(line(given) for line in lines)
    first, second, stranger = FIRST.line, SECOND.line, STRANGER.line
    false, foreign, namesake = (lambda given: SECOND.line(b"x")), (lambda given: STRANGER.line(given, "other.example/log")), (lambda given: STRANGER.line(b"x", "other.example/log"))
    notes = {"both keys": sign(second, first), "first key alone": sign(first), "a stranger": sign(stranger), "a stranger too": sign(second, stranger), "another log too": sign(foreign, second), "another log, falsely, too": sign(second, namesake),
             "falsely": sign(false), "falsely too": sign(second, false), "twice": sign(second, second), "nobody": sign(), "16 lines": sign(second, *[foreign] * 15), "17 lines": sign(second, *[foreign] * 16),
             "extension line": lambda given: given + b"more\n\n" + second(given + b"more\n"), "garbage behind": lambda given: sign(second)(given) + b"garbage\n", "no last newline": lambda given: sign(second)(given)[:-1],
             "crlf": lambda given: sign(second)(given).replace(b"\n", b"\r\n"), "a hyphen": lambda given: sign(second)(given).replace("\u2014".encode(), b"-"),
             "another size": lambda given: sign(second)(given.replace(b"\n19\n", b"\n20\n")), "another origin": lambda given: sign(second)(given.replace(b"forged", b"gorged")), "a plus in a name": sign(second, lambda given: STRANGER.line(given, "a+b"))}
    yield from ((f"note: {name}", lambda note=note: edited("note", note)) for name, note in notes.items())


# ---- The frame ------------------------------------------------------------------------------------------------------------

def of_members():
    for i in range(0, 43, 3):
        yield f"member {i} gone", lambda i=i: edited("edit_members", lambda members: members[:i] + members[i + 1:])
        yield f"member {i} twice", lambda i=i: edited("edit_members", lambda members: members[:i + 1] + members[i:])
        yield f"member {i} after the next", lambda i=i: edited("edit_members", lambda members: members[:i] + members[i + 1:i + 2] + members[i:i + 1] + members[i + 2:])
        yield f"member {i} under another name", lambda i=i: edited("edit_members", lambda members: members[:i] + [("x" + members[i][0], members[i][1])] + members[i + 1:])
        yield f"member {i} empty", lambda i=i: edited("edit_members", lambda members: members[:i] + [(members[i][0], b"")] + members[i + 1:])


def of_bytes(dice, count):
    whole = of_all(told()).written()
    for at in (0, 1, 511, 512, len(whole) // 2, len(whole) - 1024, len(whole) - 512, len(whole) - 1):
        yield f"cut at {at}", lambda at=at: whole[:at]
    for name, more in (("a zero", b"\0"), ("a block of zeros", bytes(512)), ("itself", whole)):
        yield f"behind it {name}", lambda more=more: whole + more
    for at in [*range(0, 512, 19), *(dice.randrange(len(whole)) for _ in range(count))]:
        bit = 1 << dice.randrange(8)
        yield f"bit {bit} of byte {at}", lambda at=at, bit=bit: whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1:]


def everything(dice, flips):
    yield from of_entries()
    yield from of_text()
    yield from of_scope()
    yield from of_notes()
    yield from of_members()
    yield from of_bytes(dice, flips)
