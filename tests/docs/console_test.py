#!/usr/bin/env python3
"""docs: every ```console block shows what the commands really print.

console_test.py ACTA FILE.md ..         runs them, in order, on one fresh sample ledger for each file
console_test.py ACTA --write FILE.md .. puts what they print into the file; read the difference before you commit it
"""
import difflib, os, pathlib, re, shutil, subprocess, sys, tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VARIES = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|20(?:2[5-9]|[3-9]\d)-\d\d-\d\d(?:T[\d:.]+Z)?|ACT-20(?:2[5-9]|[3-9]\d)")


class Shell:
    """A scratch folder with the sample in ./acta-data, `acta` on the path."""

    def __init__(self, acta):
        self.folder = tempfile.mkdtemp(prefix="acta-docs-")
        binaries = pathlib.Path(self.folder, "bin")
        binaries.mkdir()
        binaries.joinpath("acta").symlink_to(pathlib.Path(acta).resolve())
        pathlib.Path(self.folder, "docs").symlink_to(ROOT / "docs")
        self.environment = dict(os.environ, PATH=f"{binaries}:{os.environ['PATH']}", COLUMNS="100")
        self.run("acta demo --no-serve")

    def run(self, command):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def steps_in(block):
    """(command, shown) of a block."""
    steps = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            steps.append([line[2:].rstrip("\n"), ""])
        elif steps:
            steps[-1][1] += line
    return steps


def rendered(block, shell):
    return "".join(f"$ {command}\n{shell.run(command)}" for command, _ in steps_in(block))


def differences(path, shell):
    found = []
    for block in BLOCK.findall(path.read_text()):
        for command, shown in steps_in(block):
            # What the wall clock and chance decide may differ; all else may not.
            given = VARIES.sub("<varies>", shell.run(command))
            if given != VARIES.sub("<varies>", shown):
                found += [f"{path.name}: $ {command}", *difflib.unified_diff(shown.splitlines(), given.splitlines(), "shown", "given", lineterm="", n=1)]
    return found


def main(acta, *arguments):
    write = "--write" in arguments
    problems, blocks = [], 0
    for name in (argument for argument in arguments if argument != "--write"):
        path, shell = pathlib.Path(name), Shell(acta)
        blocks += len(BLOCK.findall(path.read_text()))
        try:
            if write:
                path.write_text(BLOCK.sub(lambda match: "```console\n" + rendered(match.group(1), shell) + "```", path.read_text()))
            else:
                problems += differences(path, shell)
        finally:
            shell.remove()
    print("\n".join(problems) or f"{blocks} console blocks print what they show")
    return 1 if problems or blocks == 0 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
