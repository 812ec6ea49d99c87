#!/usr/bin/env python3
"""Checks an inclusion proof without Acta: that the bytes in ENTRY are in the ledger that VKEY signs.

check_proof.py FILE.tlog-proof VKEY ENTRY    exit 0 included, 3 not
"""
import base64, pathlib, sys

sys.dont_write_bytecode = True
from read_golden import leaf, node, open_note

def included(m, n, r, proof, root):
    fn, sn = m, n - 1
    for p in proof:
        if sn == 0 or len(p) != 32:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return m < n and sn == 0 and r == root

def prove(proof, vkey, entry):
    head, note = proof.split(b"\n\n", 1)
    lines, (_, size, root) = head.decode().splitlines(), open_note(note, vkey)
    assert lines[0] == "c2sp.org/tlog-proof@v1", "no tlog-proof"
    index = int(lines[1].removeprefix("index "))
    holds = included(index, size, leaf(entry), [base64.b64decode(line) for line in lines[2:]], root)
    print(f"index {index} of {size}: {'included' if holds else 'NOT included'}")
    return holds

if __name__ == "__main__":
    sys.exit(0 if prove(pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2], pathlib.Path(sys.argv[3]).read_bytes()) else 3)
