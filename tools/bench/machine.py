"""What it was measured on, the floor of its disk, and the table of medians."""
import os, pathlib, platform, statistics, subprocess, time

RECORD_BYTES, SYNCS = 600, 300
SHOWN = ("per_second", "p50_ms", "p99_ms", "rate_kept", "append_p50_ms", "append_p99_ms", "delivery_p50_ms", "delivery_p99_ms", "view_p99_ms", "generator_cpu", "megabytes_per_second", "seconds", "bytes_per_entry")


def first_line(*words):
    try:
        done = subprocess.run(words, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip().split("\n")[0]
    except OSError:
        return "not there"


def cpu_model():
    lines = pathlib.Path("/proc/cpuinfo").read_text().split("\n")
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def describe(folder):
    versions = {"nginx": first_line("nginx", "-v"), "redis": first_line("redis-server", "--version"), "wrk": first_line("wrk", "-v"),
                "postgres": first_line("/usr/lib/postgresql/15/bin/postgres", "--version"), "gcc": first_line("g++", "--version")}
    return {"cpu": cpu_model(), "cores": os.cpu_count(), "kernel": platform.release(), "load_before": os.getloadavg()[0],
            "filesystem": first_line("stat", "-f", "-c", "%T", str(folder)), "versions": versions}


def fsync_floor(folder):
    """The least an acknowledged append can take here: one record written and fdatasync, nothing else going on."""
    took = []
    file = os.open(folder / "floor", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for _ in range(SYNCS):
        start = time.perf_counter()
        os.write(file, b"x" * RECORD_BYTES)
        os.fdatasync(file)
        took.append((time.perf_counter() - start) * 1_000)
    os.close(file)
    return {"p50_ms": round(statistics.median(took), 3), "p99_ms": round(sorted(took)[int(SYNCS * 0.99)], 3)}


def medians(rounds):
    return {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}


def ratio_lines(found):
    """What the aims speak of."""
    def value(part, name):
        return next((numbers[name] for key, numbers in found.items() if key.startswith(part)), None)

    wanted = [("case / own constant, requests a second (aim: at least 0.5)", ("reply: acta case", "reply: acta constant", "per_second")),
              ("case / beast, requests a second", ("reply: acta case", "reply: beast", "per_second")),
              ("case / httplib, requests a second", ("reply: acta case", "reply: httplib", "per_second")),
              ("case / nginx, requests a second", ("reply: acta case", "reply: nginx", "per_second")),
              ("delivery p50 to 100, acta / redis (aim: at most 0.5)", ("delivery: acta, 100", "delivery: redis, 100", "delivery_p50_ms")),
              ("delivery p99 to 100, acta / redis (aim: at most 0.7)", ("delivery: acta, 100", "delivery: redis, 100", "delivery_p99_ms")),
              ("delivery p50 to 1, acta / redis", ("delivery: acta, 1 ", "delivery: redis, 1 ", "delivery_p50_ms")),
              ("delivery p50 to 100, acta / postgres", ("delivery: acta, 100", "delivery: postgres, 100", "delivery_p50_ms"))]
    for title, (ours, theirs, name) in wanted:
        a, b = value(ours, name), value(theirs, name)
        if a is not None and b:
            yield f"  {a / b:6.2f}  {title}"


def table(report, ratios=ratio_lines):
    found = {name: medians(rounds) for name, rounds in report["raw"].items() if rounds}
    lines = [f"Medians of {report['rounds']} rounds of {report['seconds']} s; {report['machine']['cpu']}, {report['machine']['cores']} cores, {report['machine']['filesystem']}"]
    for name, numbers in found.items():
        lines.append(f"{name:44s} " + "  ".join(f"{key} {numbers[key]:,.3g}" if numbers[key] < 1_000 else f"{key} {numbers[key]:,.0f}" for key in SHOWN if key in numbers))
    lines.append(f"one record and fdatasync: p50 {report['fsync_floor']['p50_ms']} ms, p99 {report['fsync_floor']['p99_ms']} ms")
    return "\n".join(lines + list(ratios(found)))
