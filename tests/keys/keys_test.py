#!/usr/bin/env python3
"""log keys, as a person changes them: on a folder and on a live server; bundles across three keys, judged by two verifiers.

keys_test.py ACTA
"""
import json, os, pathlib, re, signal, stat, subprocess, sys, tempfile, unittest

ACTA = sys.argv.pop(1)
ROOT = pathlib.Path(__file__).resolve().parents[2]
ADA = ("--as", "ada", "--role", "administrator")


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="acta-keys-")))
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ACTA_")}
        self.acta("init", "--origin", "acta.example/keys", "--facility", "Key facility", "--founder", "ada:administrator", "--founder", "ben:administrator")
        self.first = self.keys()[0]["key"]

    def acta(self, *words, exit=0):
        done = subprocess.run([ACTA, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, exit, f"{words}\n{done.stdout}{done.stderr}")
        return done.stdout if exit == 0 else done.stdout + done.stderr

    def keys(self):
        return json.loads(self.acta("key", "list", "--json"))["items"]

    def rotate(self):
        self.acta("key", "rotate", *ADA)
        return [key for key in self.keys() if key["state"] == "current"][0]

    def bundle(self, name="b.tar"):
        size = json.loads(self.acta("verify", "--json"))["size"]
        self.acta("bundle", "create", "--from", "3", "--to", str(size), "-o", name)
        return name

    def judge(self, name, key, wanted):
        """both verifiers agree"""
        text = self.acta("bundle", "verify", name, "--key", key, exit=wanted)
        done = subprocess.run([sys.executable, ROOT / "engine/bundle/verify.py", self.folder / name, key], capture_output=True, text=True)
        self.assertEqual(done.returncode, wanted, done.stdout + done.stderr + text)
        return text, done.stdout

    def serve(self):
        with open(self.folder / "log", "w") as log:
            server = subprocess.Popen([ACTA, "serve", "--listen", "127.0.0.1:0"], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        self.addCleanup(lambda: (server.kill(), server.wait(), server.stdout.close()))
        for line in server.stdout:
            if "http://127.0.0.1" in line:
                return server
        self.fail((self.folder / "log").read_text())

    def stop(self, server):
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(), 0)

    def test_three_keys_are_followed_from_the_first_by_both_verifiers(self):
        second, third = self.rotate(), self.rotate()
        listed = self.keys()
        self.assertEqual([key["state"] for key in listed], ["retired", "retired", "current"])
        self.assertEqual(listed[0]["to_size"] + 1, listed[1]["from_size"])
        self.assertEqual(listed[1]["to_size"] + 1, listed[2]["from_size"])
        name = self.bundle()
        for key in (self.first, second["key"], third["key"]):
            self.judge(name, key, 0)
            self.acta("verify", "--key", key)
        self.judge(name, "acta.example/ledger+92e2fe06+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", 8)
        (self.folder / "note").write_text(self.acta("checkpoint"))
        self.assertIn("follows from it", self.acta("note", "verify", "note", "--key", self.first, "--succession", name))
        self.acta("note", "verify", "note", "--key", self.first, exit=8)
        self.acta("note", "verify", "note", "--succession", name, exit=2)

    def test_a_bundle_whose_rotation_was_forged_or_left_out_is_named(self):
        self.rotate()
        name = self.bundle()
        whole = (self.folder / name).read_bytes()
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(ROOT / "engine/bundle"))
        import verify
        members = dict(verify.members_of(whole))
        archive = lambda kept: b"".join(verify.header(n.encode(), len(d)) + d + bytes(-len(d) % 512) for n, d in kept.items()) + bytes(1024)

        def anew(change):
            kept = dict(members)
            change(kept)
            kept.pop("SHA256SUMS")
            kept["SHA256SUMS"] = "".join(f"{verify.sha256(d).hex()}  {n}\n" for n, d in kept.items()).encode()
            (self.folder / "forged.tar").write_bytes(archive(kept))
            return self.judge("forged.tar", self.first, 3)

        self.assertEqual(archive(members), whole)
        keys = [line for line in members["manifest"].decode().splitlines(keepends=True) if line.startswith("key ")]
        self.assertEqual(len(keys), 2)
        anew(lambda kept: kept.update(manifest=members["manifest"].decode().replace(keys[1], "").replace("@v2", "@v1").encode()))
        anew(lambda kept: kept.update(manifest=members["manifest"].decode().replace(keys[0], keys[1].split(" ")[0] + " " + keys[1].split(" ")[1] + " 0\n").encode()))
        anew(lambda kept: kept.update(manifest=members["manifest"].decode().replace("\nmade ", f"\nrevoked {keys[0].split(' ')[1]} 4 5\nmade ").encode()))

    def test_a_live_server_rotates_without_a_restart_and_its_files_are_the_owners_alone(self):
        server = self.serve()
        self.acta("key", "generate", *ADA)
        prepared = [key for key in self.keys() if key["state"] == "prepared"][0]
        file = self.folder / f"acta-data.keys/log-key-{prepared['id']}"
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.acta("key", "rotate", "--as", "eve", "--role", "administrator", exit=6)
        self.acta("key", "rotate", "--as", "ada", exit=6)
        self.acta("key", "rotate", exit=6)
        self.assertEqual(self.rotate()["id"], prepared["id"])
        (self.folder / "note").write_text(self.acta("checkpoint"))
        self.acta("note", "verify", "note", "--key", prepared["key"])
        second = self.rotate()
        (self.folder / "note").write_text(self.acta("checkpoint"))
        self.acta("note", "verify", "note", "--key", second["key"])
        self.assertFalse(file.exists())
        self.acta("verify", "--key", self.first)
        # Reads go over the network too, changes do not.
        address = json.loads((self.folder / "acta-data/server.json").read_text())["address"]
        self.assertIn("only the command line on this machine", self.acta("--url", f"http://{address}", "key", "rotate", *ADA, exit=6))
        self.stop(server)
        self.acta("verify", "--key", self.first)
        log = (self.folder / "log").read_text()
        self.assertIn(second["id"], log)
        for line in log.splitlines():
            self.assertIsNone(re.search(r"[0-9a-f]{64}", line.replace("trace", "")), line)
        file = self.folder / f"acta-data.keys/log-key-{second['id']}"
        file.chmod(0o640)
        self.assertIn("chmod go-rwx", self.acta("key", "rotate", *ADA, exit=6))
        self.assertIn("chmod go-rwx", self.acta("doctor", "--listen", "127.0.0.1:0", exit=6))
        file.chmod(0o600)
        file.parent.chmod(0o750)
        self.assertIn("chmod go-rwx", self.acta("key", "rotate", *ADA, exit=6))

    def test_a_revoked_key_has_a_verdict_and_an_exit_code_of_its_own(self):
        size = json.loads(self.acta("verify", "--json"))["size"]
        first_id = self.keys()[0]["id"]
        self.acta("key", "revoke", "00000000", "--reason", "stolen", *ADA, exit=5)
        self.acta("key", "revoke", first_id, *ADA, exit=2)
        self.acta("key", "revoke", first_id, "--reason", "stolen", "--counts", str(size + 1), *ADA, exit=1)
        told = self.acta("key", "revoke", first_id, "--reason", "stolen", "--counts", str(size), *ADA)
        self.assertRegex(told, rf"{first_id}  revoked  1 to \d+ +up to {size} ")
        self.acta("key", "revoke", first_id, "--reason", "stolen", *ADA, exit=4)
        name = self.bundle()
        current = [key for key in self.keys() if key["state"] == "current"][0]["key"]
        self.judge(name, current, 0)
        self.judge(name, self.first, 10)
        self.acta("verify", "--key", current)
        self.assertEqual(json.loads(self.run_json("verify", "--key", self.first, "--json"))["verdict"], "revoked_key")
        (self.folder / "note").write_text(self.acta("checkpoint"))
        self.acta("note", "verify", "note", "--key", self.first, "--succession", name, exit=10)
        self.acta("note", "verify", "note", "--key", current, "--succession", name)

    def run_json(self, *words):
        return subprocess.run([ACTA, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True).stdout


if __name__ == "__main__":
    unittest.main()
