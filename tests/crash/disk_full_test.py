#!/usr/bin/env python3
"""crash: on a disk that fills up writes are refused early, reads go on, and writes come back with the space.

disk_full_test.py ACTA    mounts a small file system of its own; ends with 77 where that is not allowed
"""
import http.client, os, subprocess, sys, tempfile

from server import Client, Installation

DISK_MIB, RESERVE_MIB = 640, 512
SKIPPED = 77
INSIDE = "ACTA_DISK_FULL_INSIDE"


def inside_a_mount_namespace():
    """Runs this file again where it may mount, and nobody else sees it."""
    words = ["unshare", "--mount", "--map-root-user"] if os.getuid() else ["unshare", "--mount"]
    if subprocess.run([*words, "true"], capture_output=True).returncode != 0:
        print("skipped: this machine lets nobody mount a file system (unshare --mount)")
        return SKIPPED
    return subprocess.run([*words, sys.executable, *sys.argv], env={**os.environ, INSIDE: "1"}).returncode


def mount_small_disk():
    disk = tempfile.mkdtemp(prefix="acta-disk-")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", disk], capture_output=True, text=True)
    if mounted.returncode != 0:
        print(f"skipped: {mounted.stderr.strip()}")
        sys.exit(SKIPPED)
    tempfile.tempdir = disk
    return disk


def fill(disk, leave_mib):
    """Somebody else takes all space but so much."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    filler = os.path.join(disk, "filler")
    with open(filler, "ab") as file:
        os.posix_fallocate(file.fileno(), file.tell(), max(1, free - leave_mib * 1024 * 1024))
    return filler


def refused(client, key):
    answer, body = client.open_case(key)
    assert answer.status == 507, f"{key}: {answer.status} {body}"
    assert "MiB" in body["detail"], body


def recorded(client, key):
    answer, body = client.open_case(key)
    assert answer.status == 201, f"{key}: {answer.status} {body}"
    return int(answer.headers["Acta-Position"])


def bites(client):
    """With room enough nothing is refused, and that is what refused() complains about."""
    try:
        refused(client, "roomy")
    except AssertionError:
        return True
    return False


def story(place, disk):
    client = Client(place.serve())
    acknowledged = [recorded(client, "roomy")]
    assert bites(client), "a write that should be refused and is not would not be noticed"
    filler = fill(disk, RESERVE_MIB - 12)
    refused(client, "below-the-reserve")
    assert list(client.events())[-1] == acknowledged[-1], "a refused write left something"
    fill(disk, 0)
    refused(client, "no-byte-left")
    assert list(client.events())[-1] == acknowledged[-1], "reads do not go on"
    os.remove(filler)
    acknowledged.append(recorded(client, "no-byte-left"))
    assert acknowledged[-1] == acknowledged[0] + 1, "a refused write took a position"

    # Killed on a full disk: it either starts and reads, or says why not; with space it starts as if nothing had been.
    fill(disk, 0)
    place.kill()
    try:
        place.serve()
        place.kill()
    except AssertionError as why:
        assert "space" in str(why), f"a start on a full disk does not say what is wrong: {why}"
    os.remove(filler)
    client = Client(place.serve())
    acknowledged.append(recorded(client, "after-the-restart"))
    events = client.events()
    assert all(position in events for position in acknowledged), "an acknowledged event is lost"
    assert acknowledged[-1] == acknowledged[1] + 1
    place.stop()
    place.verify()
    return acknowledged


def main():
    if INSIDE not in os.environ:
        return inside_a_mount_namespace()
    disk = mount_small_disk()
    place = Installation(sys.argv[1])
    try:
        acknowledged = story(place, disk)
    except (AssertionError, http.client.HTTPException) as fault:
        print(fault)
        return 1
    finally:
        place.remove()
    print(f"{len(acknowledged)} acknowledged events all there, 2 refused with 507, on a disk of {DISK_MIB} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
