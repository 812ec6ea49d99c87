#!/usr/bin/env python3
"""Runs the fuzz targets of the preset `fuzz` under libFuzzer, for a bounded time each.

run.py BUILD SECONDS [TARGET ..]     run.py build/fuzz 60 fuzz_bundle
What is found to lead somewhere new is kept in BUILD/corpus/TARGET and begun with the next time. An input that ends a target
is named; put it into tests/fuzz/corpus, where every build replays it.
"""
import pathlib, re, subprocess, sys

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = {"fuzz_bundle": [HERE.parent / "golden/bundle-1.tar"]}
INPUT_BYTES_MAX = 256 * 1024


def seeds_of(target, into):
    """The corpus as libFuzzer wants it: a folder of inputs, none in hex."""
    into.mkdir(parents=True, exist_ok=True)
    for file in [*sorted((HERE / "corpus" / target.removeprefix("fuzz_")).iterdir()), *GOLDEN.get(target, [])]:
        content = bytes.fromhex(file.read_text()) if file.suffix == ".hex" else file.read_bytes()
        (into / file.name).write_bytes(content)


def run(build, target, seconds):
    """Whether it came through."""
    seeds, kept, found = build / "seeds" / target, build / "corpus" / target, build / "found"
    seeds_of(target, seeds)
    for folder in (kept, found):
        folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([build / target, f"-max_total_time={seconds}", f"-max_len={INPUT_BYTES_MAX}", "-rss_limit_mb=4096", "-timeout=30", "-print_final_stats=1",
                           f"-artifact_prefix={found}/{target}-", kept, seeds], capture_output=True, text=True, errors="replace")
    runs = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
    reached = re.findall(r"cov: (\d+)", done.stderr)
    print(f"{target}: {runs[1] if runs else '?'} inputs, {reached[-1] if reached else '?'} places reached", flush=True)
    if done.returncode != 0:
        print(done.stderr[-6_000:])
    return done.returncode == 0


def main(build, seconds, *targets):
    build = pathlib.Path(build).resolve()
    targets = targets or sorted(path.name for path in build.glob("fuzz_*") if path.is_file() and path.suffix == "")
    if not targets:
        sys.exit(f"no fuzz target in {build}: tools/build --preset fuzz fuzz")
    through = [run(build, target, seconds) for target in targets]
    sys.exit(0 if all(through) else 1)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
