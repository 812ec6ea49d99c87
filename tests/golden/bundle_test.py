#!/usr/bin/env python3
"""bundle: two verifiers that share no code say the same of a sound bundle and of each way to spoil it.

bundle_test.py ACTA     the golden bundle must verify for ever, with every version
"""
import hashlib, importlib.util, pathlib, random, subprocess, sys, tarfile, tempfile, unittest

ACTA = sys.argv.pop(1)
HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = (HERE / "bundle-1.tar").read_bytes()
KEY = (HERE / "bundle-1.vkey").read_text().strip()
OTHER = "acta.example/ledger+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("verify", HERE.parents[1] / "engine/bundle/verify.py")
ours = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ours)


def flipped(at):
    data = bytearray(GOLDEN)
    data[at] ^= 0x10
    return bytes(data)


def archive(members):
    out = b"".join(ours.header(name.encode(), len(data)) + data + bytes(-len(data) % 512) for name, data in members)
    return out + bytes(1024)


def with_new_sums(members):
    """as somebody would who knows how a bundle is made"""
    members = [member for member in members if member[0] != "SHA256SUMS"]
    return archive([*members, ("SHA256SUMS", "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in members).encode())])


def changed(name, change):
    return with_new_sums([(n, change(data) if n == name else data) for n, data in ours.members_of(GOLDEN)])


class Bundle(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def acta(self, data, key=KEY):
        path = self.folder / "bundle.tar"
        path.write_bytes(data)
        done = subprocess.run([ACTA, "bundle", "verify", str(path), "--key", key], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def agree(self, data, wanted, key=KEY):
        code, text = self.acta(data, key)
        python, lines = ours.verify(data, key)
        self.assertEqual((code, python), (wanted, wanted), text + "\n".join(lines))
        return text, "\n".join(lines)

    def test_the_golden_bundle_is_sound(self):
        text, lines = self.agree(GOLDEN, 0)
        self.assertIn("RequestReceived", lines)

    def test_the_verifier_inside_it_says_so_too(self):
        path = self.folder / "bundle.tar"
        path.write_bytes(GOLDEN)
        with tarfile.open(path) as tar:
            (self.folder / "verify.py").write_bytes(tar.extractfile("verify.py").read())
        done = subprocess.run([sys.executable, self.folder / "verify.py", path, KEY], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_everyday_tools_read_it(self):
        path = self.folder / "bundle.tar"
        path.write_bytes(GOLDEN)
        for command in (["tar", "-xf", path], ["sha256sum", "--quiet", "-c", "SHA256SUMS"]):
            subprocess.run(command, cwd=self.folder, check=True)

    def test_another_key_is_not_trusted(self):
        self.agree(GOLDEN, 8, OTHER)

    def test_an_empty_key_and_a_folder_are_refused(self):
        """as a script with an unset variable gives them: nothing may look trusted"""
        code, text = self.acta(GOLDEN, "")
        self.assertEqual(code, 2, text)
        self.assertNotIn("Sound", text)
        with self.assertRaises(ours.Bad):
            ours.verify(GOLDEN, "")
        done = subprocess.run([ACTA, "bundle", "verify", str(self.folder)], capture_output=True, text=True)
        self.assertEqual(done.returncode, 5)
        self.assertIn("is a folder", done.stderr)

    def test_any_altered_byte_is_found_by_both(self):
        dice = random.Random(4)
        # Its first line altered, a manifest may claim another format: an error, and never sound.
        first = GOLDEN.index(b"acta-bundle@v1\norigin")
        wanted = lambda at: 1 if ours.verify(flipped(at), KEY)[0] == 1 and first <= at < first + 15 else 3
        for at in [*range(0, 512, 3), *range(first, first + 15), *dice.sample(range(len(GOLDEN)), 400)]:
            self.assertEqual(ours.verify(flipped(at), KEY)[0], wanted(at), at)
        for at in [*range(0, 512, 37), *range(first, first + 15), *dice.sample(range(len(GOLDEN)), 40), len(GOLDEN) - 1]:
            self.agree(flipped(at), wanted(at))

    def test_a_file_cut_short_is_told_apart(self):
        for left in (0, 1, 511, 512, 600, len(GOLDEN) // 2, len(GOLDEN) - 1024, len(GOLDEN) - 1):
            self.agree(GOLDEN[:left], 7)
        for added in (b"\0" * 512, b"x"):
            self.agree(GOLDEN + added, 3)

    def test_members_removed_doubled_swapped_or_added(self):
        members = ours.members_of(GOLDEN)
        for i in range(0, len(members) - 2, 3):
            self.agree(with_new_sums(members[:i] + members[i + 1:]), 3)
            self.agree(with_new_sums(members[:i + 1] + members[i:]), 3)
            self.agree(with_new_sums(members[:i] + [members[i + 1], members[i]] + members[i + 2:]), 3)
        self.agree(with_new_sums(members + [("note.txt", b"hello")]), 3)

    def test_whoever_makes_the_digests_anew_is_found_by_the_tree(self):
        names = [name for name, _ in ours.members_of(GOLDEN) if name.startswith(("entries/", "proofs/")) or name in ("manifest", "checkpoint")]
        for name in names:
            def last_but_one(data):
                data = bytearray(data)
                data[-2] ^= 1
                return bytes(data)
            text, lines = self.agree(changed(name, last_but_one), 3)
            if name.startswith("entries/"):
                position = name.split("/")[1]
                self.assertIn(f"position {position}: ", text)
                self.assertIn(f"position {position}: ", lines)

    def test_a_manifest_that_claims_something_else(self):
        for old, new in ((b"\ncase ", b"\nrange 0 1\ncase "), (b" 0\nmade", b" 1\nmade"), (b"\nsupport 1\n", b"\n"), (b"\nsize ", b"\nsize 1"), (b"@v1\n", b"@v1\n\n"), (b"\nmade ", b"\nas-of 1990-01-01T00:00:00.000000Z\nmade ")):
            self.agree(changed("manifest", lambda data: data.replace(old, new, 1)), 3)
        self.agree(changed("manifest", lambda data: data.replace(b"@v1", b"@v9", 1)), 1)
        self.agree(changed("manifest", lambda data: data.replace(b"@v1", b"@v2", 1)), 3)   # that is of ledgers whose log key changed

    def test_what_is_no_bundle(self):
        for data in (b"hello" * 500, bytes(1024), GOLDEN[512:]):
            self.agree(data, 3)


if __name__ == "__main__":
    unittest.main()
