#!/usr/bin/env python3
"""systemd: the shipped unit starts, answers, reloads, is restarted when it hangs, and stops, under a real systemd.

unit_test.py ACTA    needs root, systemd-nspawn and an overlay; where one of them is missing it says so and skips (77)

The container sees this machine's files through an overlay in memory: nothing that happens in it stays.
"""
import os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
UNIT = os.path.join(HERE, "../../tools/systemd/acta.service")
SKIPPED = 77

IN_NAMESPACE = r"""
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs up
mkdir up/changes up/work up/root
mount -t overlay overlay -o lowerdir=/,upperdir=$PWD/up/changes,workdir=$PWD/up/work up/root
root=$PWD/up/root
mkdir $root/acta-try $root/usr/local/bin -p
cp "$ACTA" $root/usr/local/bin/acta
cp "$HERE/inside.sh" $root/acta-try/
rm -rf $root/etc/systemd/system; mkdir -p $root/etc/systemd/system/acta.service.d $root/etc/acta $root/var/lib/private
cp "$UNIT" $root/etc/systemd/system/acta.service
# A hang is noticed sooner than in earnest, and the start is tried again at once.
printf '[Service]\nWatchdogSec=3\nTimeoutAbortSec=3\nRestartSec=0\n' > $root/etc/systemd/system/acta.service.d/soon.conf
printf '[Unit]\nDefaultDependencies=no\nAfter=acta.service\n[Service]\nType=exec\nExecStart=/bin/bash /acta-try/inside.sh\n' > $root/etc/systemd/system/acta-try.service
printf '[Unit]\nDefaultDependencies=no\nWants=acta.service acta-try.service systemd-journald.service dbus.socket\n' > $root/etc/systemd/system/acta-try.target
for unit in systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-sysusers systemd-udevd systemd-udev-trigger systemd-update-utmp systemd-random-seed systemd-journal-flush systemd-binfmt systemd-sysctl; do ln -s /dev/null $root/etc/systemd/system/$unit.service; done
: > $root/etc/fstab
echo 'log-level = "info"' > $root/etc/acta/acta.toml
mkdir -m 0700 $root/var/lib/private/acta
(cd /; "$ACTA" --data $root/var/lib/private/acta/ledger init --origin acta.example/unit --facility 'Unit facility' --founder ada:administrator --founder ben:administrator > /dev/null)
timeout -k 5 120 systemd-nspawn --quiet --register=no --keep-unit --private-network --directory=$root --machine=acta-try --boot --console=pipe systemd.unit=acta-try.target > console 2>&1 < /dev/null || true
cat $root/acta-try/facts > facts 2>/dev/null || true
cat $root/acta-try/journal > journal 2>/dev/null || true
"""


def skip(why):
    print(f"not tried: {why}")
    sys.exit(SKIPPED)


def check_possible():
    if os.geteuid() != 0:
        skip("a container needs root")
    if shutil.which("systemd-nspawn") is None or not os.path.exists("/lib/systemd/systemd"):
        skip("there is no systemd-nspawn or no systemd here")
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "bash", "-c", "mount -t tmpfs t /mnt && cd /mnt && mkdir u w m && mount -t overlay o -o lowerdir=/,upperdir=$PWD/u,workdir=$PWD/w m"], capture_output=True, text=True)
    if tried.returncode != 0:
        skip("no namespaces or no overlay here: " + tried.stderr.strip())


def boot(acta, folder):
    os.mkdir(os.path.join(folder, "up"))
    environment = dict(os.environ, ACTA=os.path.abspath(acta), HERE=HERE, UNIT=UNIT)
    done = subprocess.run(["unshare", "--mount", "bash", "-c", IN_NAMESPACE], cwd=folder, env=environment, capture_output=True, text=True, timeout=200)
    said = {name: open(os.path.join(folder, name), errors="replace").read() if os.path.exists(os.path.join(folder, name)) else "" for name in ("facts", "journal", "console")}
    if not said["facts"]:
        skip("systemd does not boot in a container here: " + (said["console"] or done.stderr).strip()[-500:])
    return said


def main():
    check_possible()
    with tempfile.TemporaryDirectory() as folder:
        said = boot(sys.argv[1], folder)
    facts = said["facts"].splitlines()
    print(said["facts"])
    expected = ["active active", "livez 200", "cases 200", "reloaded active", "livez after reload 200", "restarted 1 active", "livez after restart 200", "stopped success 0", "done"]
    missing = [line for line in expected if line not in facts]
    serving = [line for line in facts if line.startswith("status Serving http://127.0.0.1:7171")]
    if missing or not serving or "user 0" in facts:
        sys.exit(f"missing: {missing}, status: {serving}\n{said['journal']}\n{said['console'][-4000:]}")


main()
