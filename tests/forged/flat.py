"""Writes FlatBuffers from plain values, so that each field can be spoilt by itself.

A table is {field id: value}. A value is U(bytes, number), Raw (a struct), Text, Blob, List, another table, or Nested (a table
that stands as a buffer of its own within a vector of bytes).
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class U:
    size: int
    number: int


@dataclasses.dataclass(frozen=True)
class Raw:
    data: bytes


@dataclasses.dataclass(frozen=True)
class Text:
    data: bytes


@dataclasses.dataclass(frozen=True)
class Blob:
    data: bytes


@dataclasses.dataclass(frozen=True)
class List:
    items: tuple


@dataclasses.dataclass(frozen=True)
class Nested:
    table: dict


def text(words):
    return Text(words.encode())


def buffer(table, identifier=b""):
    out = bytearray(4) + identifier
    out[0:4] = _put(out, table).to_bytes(4, "little")
    _pad(out, 8)
    return bytes(out)


def _pad(out, multiple, ahead=0):
    out += bytes(-(len(out) + ahead) % multiple)


def _put(out, value):
    """where it stands"""
    if isinstance(value, dict):
        return _put_table(out, value)
    if isinstance(value, List):
        return _put_list(out, value.items)
    data = buffer(value.table) if isinstance(value, Nested) else value.data
    _pad(out, 8, ahead=4)
    at = len(out)
    out += len(data).to_bytes(4, "little") + data + b"\0"
    return at


def _put_list(out, items):
    _pad(out, 4)
    at = len(out)
    out += len(items).to_bytes(4, "little") + bytes(4 * len(items))
    for i, item in enumerate(items):
        _point(out, at + 4 + 4 * i, item)
    return at


def _put_table(out, table):
    fields = max(table, default=-1) + 1
    _pad(out, 2)
    vtable = len(out)
    out += bytes(4 + 2 * fields)
    _pad(out, 8)
    at, later = len(out), []
    out += (at - vtable).to_bytes(4, "little")
    for number, value in sorted(table.items()):
        _pad(out, value.size if isinstance(value, U) else 1 if isinstance(value, Raw) else 4)
        out[vtable + 4 + 2 * number:vtable + 6 + 2 * number] = (len(out) - at).to_bytes(2, "little")
        if isinstance(value, U):
            out += (value.number % (1 << 8 * value.size)).to_bytes(value.size, "little")
        elif isinstance(value, Raw):
            out += value.data
        else:
            later.append((len(out), value))
            out += bytes(4)
    out[vtable:vtable + 4] = (4 + 2 * fields).to_bytes(2, "little") + (len(out) - at).to_bytes(2, "little")
    for place, value in later:
        _point(out, place, value)
    return at


def _point(out, place, value):
    out[place:place + 4] = (_put(out, value) - place).to_bytes(4, "little")
