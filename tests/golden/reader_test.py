#!/usr/bin/env python3
"""golden: what the independent reader must accept, and what it must name.

reader_test.py [FOLDER]    of the golden ledger; by default the committed one
"""
import json, pathlib, shutil, struct, subprocess, sys, tempfile, unittest

HERE = pathlib.Path(__file__).parent
GOLDEN = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else HERE / "format-1"
BUNDLE = next(GOLDEN.glob("tile/entries/000.p/*")).relative_to(GOLDEN)

def run(script, *arguments):
    done = subprocess.run([sys.executable, HERE / script, *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr

def places(bundle):
    """(start, length) of each entry in the bundle"""
    at = 0
    while at < len(bundle):
        length = struct.unpack_from(">H", bundle, at)[0]
        yield at + 2, length
        at += 2 + length

class Reader(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory())) / "copy"
        shutil.copytree(GOLDEN, self.folder)

    def flip(self, name, at):
        data = bytearray((self.folder / name).read_bytes())
        data[at] ^= 0x10
        (self.folder / name).write_bytes(data)

    def test_the_golden_ledger_is_sound(self):
        code, text = run("read_golden.py", self.folder)
        self.assertEqual((code, text.splitlines()[-1]), (0, "sound"), text)
        self.assertIn("1 boxes opened", text)

    def test_each_altered_entry_is_named(self):
        whole = (GOLDEN / BUNDLE).read_bytes()
        for position, (start, length) in enumerate(places(whole)):
            for at in (start, start + length // 2, start + length - 1):
                self.flip(BUNDLE, at)
                code, text = run("read_golden.py", self.folder)
                self.assertEqual(code, 3, text)
                self.assertIn(f"position {position}: leaf hash", text)
                (self.folder / BUNDLE).write_bytes(whole)

    def test_an_entry_replaced_together_with_its_leaf_hash_breaks_the_root(self):
        from read_golden import leaf
        whole = bytearray((GOLDEN / BUNDLE).read_bytes())
        start, length = list(places(whole))[9]
        whole[start + length - 1] ^= 1
        (self.folder / BUNDLE).write_bytes(whole)
        tile = next(self.folder.glob("tile/0/000.p/*"))
        hashes = bytearray(tile.read_bytes())
        hashes[9 * 32:10 * 32] = leaf(bytes(whole[start:start + length]))
        tile.write_bytes(hashes)
        code, text = run("read_golden.py", self.folder)
        self.assertEqual(code, 3)
        self.assertIn("not those of the checkpoint", text)

    def test_a_signature_that_does_not_hold_is_refused(self):
        note = (self.folder / "checkpoint").read_text()
        (self.folder / "checkpoint").write_text(note.replace("\n16\n", "\n15\n"))
        code, text = run("read_golden.py", self.folder)
        self.assertNotEqual(code, 0)
        self.assertIn("signature does not hold", text)

    def test_the_proof_of_one_entry_holds_for_its_bytes_alone(self):
        vkey = json.loads((GOLDEN / "known.json").read_text())["vkey"]
        whole = (GOLDEN / BUNDLE).read_bytes()
        start, length = list(places(whole))[6]
        entry = self.folder / "entry"
        entry.write_bytes(whole[start:start + length])
        self.assertEqual(run("check_proof.py", GOLDEN / "6.tlog-proof", vkey, entry)[0], 0)
        entry.write_bytes(whole[start:start + length - 1] + b"!")
        self.assertEqual(run("check_proof.py", GOLDEN / "6.tlog-proof", vkey, entry)[0], 3)

    def test_the_reader_stays_small_and_alone(self):
        lines = (HERE / "read_golden.py").read_text().splitlines()
        self.assertLessEqual(len(lines), 200)
        imports = {name.strip(" ,") for line in lines if line.startswith("import ") for name in line[7:].split(",")}
        self.assertLessEqual(imports, set(sys.stdlib_module_names))

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(HERE))
    unittest.main()
