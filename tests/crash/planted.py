#!/usr/bin/env python3
"""crash: planted bugs prove that the campaigns bite.

planted.py [NAME..]   builds a copy of the source, plants one bug after the other there, and runs the campaign that has to find it
planted.py --check    only tells whether each bug can still be planted: seconds, and no build

A bug is a file in planted/: what is wrong, `Found by: CAMPAIGN [TESTS]`, `Says: PATTERN` (of what the campaign must print, so
that it fails for the right reason), and a patch. The copy stays in build/planted, so that the next run builds little.
"""
import os, pathlib, re, shutil, subprocess, sys, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUGS = pathlib.Path(__file__).resolve().parent / "planted"
COPY = ROOT / "build" / "planted"
FOLDERS = ("api", "cmake", "data", "docs", "engine", "events", "projections", "schemas", "tests", "tools")
FILES = ("CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "CHANGELOG.md")
BUILT = COPY / "build" / "release"
LEFT_OUT = {"node_modules", "__pycache__"}
SKIPPED = 77


def script(name, **environment):
    return "acta", [sys.executable, f"tests/crash/{name}_test.py", str(BUILT / "acta")], environment


CAMPAIGNS = {
    "kill": script("kill", ACTA_ROUNDS="40"),
    "inject": script("inject", ACTA_LONG="1"),
    "durable": script("durable_before_answer"),
    "disk_full": script("disk_full"),
    "clock": script("clock"),
    "sim": ("tests_sim", [str(BUILT / "tests_sim")], {}),
}


class Bug:
    def __init__(self, path):
        self.name, self.path, text = path.stem, path, path.read_text()
        self.campaign, self.tests = re.search(r"^Found by: (\w+) ?(.*)$", text, re.M).groups()
        self.says = re.search(r"^Says: (.+)$", text, re.M).group(1)
        self.target, self.command, self.environment = CAMPAIGNS[self.campaign]
        if self.tests:
            self.command = [*self.command, f"-tc={self.tests}"]

    def patch(self, where, *options):
        done = subprocess.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "--reject-file=-", *options, "-i", str(self.path)], cwd=where, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{self.name} cannot be planted any more; bring the patch up to date:\n{done.stdout}{done.stderr}")

    def check(self):
        self.patch(ROOT, "--dry-run")

    def must_be_found(self):
        self.patch(COPY)
        try:
            build(self.target)
            done = subprocess.run(self.command, cwd=COPY, capture_output=True, text=True, env={**os.environ, **self.environment})
        finally:
            self.patch(COPY, "--reverse")
        told = done.stdout + done.stderr
        if done.returncode == SKIPPED:
            return f"not looked for: {told.strip()}"
        found = re.search(self.says, told)
        if done.returncode == 0 or not found:
            raise AssertionError(f"{self.name} was NOT found by {self.campaign} (ended with {done.returncode}, `{self.says}` {'was' if found else 'was not'} said):\n{told[-2000:]}")
        return found.group(0)


def build(*targets):
    done = subprocess.run(["ninja", "-C", str(BUILT), *targets], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError("the copy does not build:\n" + done.stdout[-3000:])


def files_in(folder):
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and not LEFT_OUT & set(path.parts)}


def bring_up_to_date():
    """Only what changed is copied, so that only that is built."""
    for name in FOLDERS:
        there = files_in(COPY / name)
        for file in files_in(ROOT / name) | there:
            source, copy = ROOT / name / file, COPY / name / file
            if not source.exists():
                copy.unlink()
            elif file not in there or source.read_bytes() != copy.read_bytes():
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, copy)
    for name in FILES:
        shutil.copy2(ROOT / name, COPY / name)
    if not (BUILT / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=COPY, check=True, stdout=subprocess.DEVNULL)


def chosen(bugs, words):
    """The bugs named, or all; nothing: there is no such word."""
    names = [word for word in words if word != "--check"]
    return None if set(names) - {bug.name for bug in bugs} else [bug for bug in bugs if not names or bug.name in names]


def faults_of(bugs, look):
    """What `look` complains about, bug by bug."""
    faults = []
    for bug in bugs:
        try:
            look(bug)
        except AssertionError as fault:
            print(fault, flush=True)
            faults.append(bug.name)
    return faults


def plant(bug):
    began = time.monotonic()
    said = bug.must_be_found()
    print(f"{bug.name}: {bug.campaign}: {said} ({time.monotonic() - began:.0f} s)", flush=True)


def main(words):
    bugs = chosen([Bug(path) for path in sorted(BUGS.glob("*.patch"))], words)
    if not bugs:
        print(__doc__ + "\nBugs: " + ", ".join(path.stem for path in sorted(BUGS.glob("*.patch"))))
        return 2
    faults = faults_of(bugs, Bug.check)
    if not faults and "--check" not in words:
        bring_up_to_date()
        faults = faults_of(bugs, plant)
    print(f"{len(bugs)} planted bugs" + (f", of which these need a look: {', '.join(faults)}" if faults else ": each can be planted" if "--check" in words else ": each found"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
