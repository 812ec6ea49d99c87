#!/usr/bin/env python3
"""backup: made under load, killed, restored, locked, recovered; and the log as tiles, read without us.

backup_test.py ACTA
"""
import json, os, pathlib, shutil, signal, struct, subprocess, sys, threading, time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("crash", "golden")]
from read_golden import leaf, open_note, root_of
from server import Client, Installation

CLIENTS = 3
KILLS = 4
NO_PROCESS = 2 ** 22 + 1                 # beyond what the kernel gives out
READER = ("--as", "reports.job", "--role", "project_officer")


def ran(place, *words, exit=0, data=None, folders=()):
    done = subprocess.run([place.acta, "--data", data or place.data, *folders, *words], capture_output=True, text=True)
    assert done.returncode == exit, f"acta {' '.join(words)} ended with {done.returncode}, not {exit}:\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


class Load:
    """Clients that record until they are told to stop."""

    def __init__(self, address):
        self.stopping, self.faults, self.recorded = threading.Event(), [], [0] * CLIENTS
        self.threads = [threading.Thread(target=self.write, args=(address, number)) for number in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def write(self, address, number):
        try:
            client = Client(address)
            while not self.stopping.is_set():
                answer, body = client.open_case(f"load-{number}-{self.recorded[number]}")
                assert answer.status == 201, body
                self.recorded[number] += 1
        except Exception as fault:
            self.faults.append(fault)

    def grow(self):
        """Returns when each client has recorded more."""
        before, deadline = list(self.recorded), time.monotonic() + 60
        while any(now <= then for now, then in zip(self.recorded, before)):
            assert not self.faults and time.monotonic() < deadline, self.faults
            time.sleep(0.01)

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        assert not self.faults, self.faults


def read_tiles(folder, vkey):
    """Entries and size of a folder of tiles, by its signed root; nothing of ours is asked."""
    folder = pathlib.Path(folder)
    _, size, root = open_note((folder / "checkpoint").read_bytes(), vkey)
    entries = []
    for first in range(0, size, 256):
        number, width = first // 256, min(256, size - first)
        path = folder / "tile/entries" / (f"{number:03d}" + (f".p/{width}" if width < 256 else ""))
        data, at = path.read_bytes(), 0
        for _ in range(width):
            length = struct.unpack_from(">H", data, at)[0]
            entries.append(data[at + 2:at + 2 + length])
            at += 2 + length
        assert at == len(data), f"{path} has bytes left"
    leaves = [leaf(entry) for entry in entries]
    assert root_of(leaves) == root, "the entries do not give the signed root"
    hashes = b"".join((folder / "tile/0" / (f"{first // 256:03d}" + (f".p/{size - first}" if size - first < 256 else ""))).read_bytes() for first in range(0, size, 256))
    assert hashes == b"".join(leaves), "the tiles of level 0 do not hold the leaves"
    return entries


def made_under_load(place, backups, tiles):
    """Two backups and two exports while clients record, and some that are killed."""
    load = Load(place.serve())
    load.grow()
    ran(place, *READER, "subscriptions", "create", "early")
    ran(place, *READER, "subscriptions", "ack", "early", "1")
    left = [pathlib.Path(folder, f"verify-{NO_PROCESS}") for folder in (place.data, backups)]
    for folder in left:
        (folder / "ledger").mkdir(parents=True)      # of checks that were killed
    first = json.loads(ran(place, "--json", "backup", "create", backups))
    assert first["subscriptions"] == 1 and not any(folder.exists() for folder in left), left
    exported = json.loads(ran(place, "--json", "ledger", "export-tiles", tiles))
    load.grow()
    second = json.loads(ran(place, "--json", "backup", "create", backups))
    assert second["size"] > first["size"] and second["files_copied"] < second["files"] + first["files"], second
    again = json.loads(ran(place, "--json", "ledger", "export-tiles", tiles))
    assert again["size"] > exported["size"], again
    for kill in range(KILLS):
        load.grow()
        creating = subprocess.Popen([place.acta, "--data", place.data, "backup", "create", backups], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.01 * kill)
        creating.send_signal(signal.SIGKILL)
        creating.wait()
    ran(place, *READER, "subscriptions", "create", "late")
    ran(place, *READER, "subscriptions", "ack", "late", str(first["size"]))
    load.stop()
    assert sum(load.recorded) > 0
    ran(place, "verify")          # of the server that still runs
    place.stop()
    return first, second


def whole_backups(place, backups):
    listed = json.loads(ran(place, "--json", "backup", "list", backups))
    assert [one["number"] for one in listed] == list(range(1, len(listed) + 1)) and len(listed) >= 2, listed
    for one in listed:
        report = json.loads(ran(place, "--json", "backup", "verify", backups, "--number", str(one["number"])))
        assert report["verdict"] == "sound" and report["size"] == one["size"], report
    assert [name for name in os.listdir(backups) if name.startswith("verify-")] == [], "links were left behind"


def restored(place, backups, first, vkey):
    """The older backup, in a new folder, under the newest head file: locked, then accepted, then visible."""
    data, head = os.path.join(place.scratch, "restored"), os.path.join(place.scratch, "restored.head")
    folders = ("--keys", place.data + ".keys", "--kek", place.data + ".kek", "--head", head)
    for suffix in ("", ".trail"):
        shutil.copy(place.data + ".head" + suffix, head + suffix)
    assert "is not empty" in ran(place, "backup", "restore", backups, place.data, "--number", "1", exit=4)
    told = ran(place, "backup", "restore", backups, data, "--number", "1", folders=folders)
    assert "LOCKED" in told, told
    assert os.listdir(os.path.join(data, "subscriptions")) == ["early"], "named subscriptions did not come back"
    shutil.copy(os.path.join(place.data, "subscriptions", "late"), os.path.join(data, "subscriptions"))   # put back by hand
    shutil.copytree(os.path.join(place.data, "views"), os.path.join(data, "views"))
    newest = json.loads(ran(place, "--json", "recover", data=data, folders=folders, exit=3))
    assert newest["found"]["size"] == first["size"] and newest["state"] == "locked", newest
    assert "missing" in ran(place, "cases", data=data, folders=folders, exit=3)
    assert "missing" in ran(place, "serve", "--listen", "127.0.0.1:0", data=data, folders=folders, exit=3)
    accept = ["recover", "--accept-rollback", "--found", str(first["size"]), "--why", "disk lost", "--as", "first", "--role", "programme_manager"]
    ran(place, *accept, "--signed", str(newest["signed"]["size"] + 1), data=data, folders=folders, exit=4)
    told = ran(place, *accept, "--signed", str(newest["signed"]["size"]), data=data, folders=folders)
    assert "forgotten: late." in told and os.listdir(os.path.join(data, "subscriptions")) == ["early"], told
    assert not os.path.exists(os.path.join(data, "views")), "views of lost entries are left"
    ran(place, "cases", data=data, folders=folders)
    report = json.loads(ran(place, "--json", "verify", data=data, folders=folders))
    assert report["size"] == first["size"] + 2 and any(remark.startswith("a rollback was accepted") and "disk lost" in remark for remark in report["remarks"]), report
    tiles = os.path.join(place.scratch, "restored-tiles")
    ran(place, "ledger", "export-tiles", tiles, data=data, folders=folders)
    return read_tiles(tiles, vkey)


def keys_apart(place, backups, first):
    """Keys backed up while serving, verified against the ledger backup they serve, put back elsewhere; nobody else may read them."""
    kept = os.path.join(place.scratch, "kept")
    place.serve()
    made = json.loads(ran(place, "--json", "backup", "keys", "create", kept, "--ledger", backups))
    assert made["serves"]["size"] > first["size"] and made["expired"] == [], made
    checked = json.loads(ran(place, "--json", "backup", "keys", "verify", kept, "--ledger", backups))
    assert checked["verdict"] == "sound" and checked["keys"] > 0, checked
    place.stop()
    open_to_others = [path for path in pathlib.Path(kept).rglob("*") if path.stat().st_mode & 0o077]
    assert not open_to_others, open_to_others
    assert "apart" in ran(place, "backup", "keys", "create", backups, "--ledger", backups, exit=4)
    elsewhere = ("--keys", os.path.join(place.scratch, "new.keys"), "--kek", os.path.join(place.scratch, "new.kek"))
    ran(place, "backup", "keys", "restore", kept, exit=4)
    ran(place, "backup", "keys", "restore", kept, folders=elsewhere)
    ran(place, "cases", folders=elsewhere)
    expired(place, kept)


def expired(place, kept):
    """As if it had been made 31 days ago: not put back, and destroyed by the next."""
    listed = pathlib.Path(kept, "keys-000001", "list")
    made = next(line for line in listed.read_text().splitlines() if line.startswith("made "))
    listed.write_text(listed.read_text().replace(made, f"made {int(made.split()[1]) - 31 * 24 * 3600 * 1_000_000}"))
    lost = ("--keys", os.path.join(place.scratch, "lost.keys"), "--kek", os.path.join(place.scratch, "lost.kek"))
    assert "expired" in ran(place, "backup", "keys", "restore", kept, folders=lost, exit=1)
    made = json.loads(ran(place, "--json", "backup", "keys", "create", kept, "--ledger", os.path.join(place.scratch, "backups")))
    assert made["expired"] == [1] and os.listdir(kept) == ["keys-000002"], made


def altered(place, backups):
    """A flipped byte in the largest file is named by that file."""
    largest = max(pathlib.Path(backups, "files").iterdir(), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    told = [ran(place, "backup", "verify", backups, "--number", number, exit=code) for number, code in holding(backups, largest.name)]
    assert told and all("files/" + largest.name in one for one in told), told


def holding(backups, digest):
    return [(str(int(path.stem)), 3) for path in sorted(pathlib.Path(backups, "backups").glob("*.list")) if digest in path.read_text()]


def main(acta):
    place = Installation(pathlib.Path(acta).resolve())
    backups, tiles = os.path.join(place.scratch, "backups"), os.path.join(place.scratch, "tiles")
    try:
        first, _ = made_under_load(place, backups, tiles)
        vkey = place.verify()["key"]
        ran(place, "ledger", "export-tiles", tiles)
        ran(place, "ledger", "verify-tiles", tiles, "--key", vkey)
        ours = read_tiles(tiles, vkey)
        whole_backups(place, backups)
        keys_apart(place, backups, first)
        theirs = restored(place, backups, first, vkey)
        assert theirs[:first["size"]] == ours[:first["size"]], "what was restored is not what was backed up"
        altered(place, backups)
        print(f"backup: {len(ours)} entries, first backup at {first['size']}")
    finally:
        place.remove()


if __name__ == "__main__":
    main(sys.argv[1])
