"""Starts Acta and its peers on loopback in one scratch folder, and stops them all."""
import json, os, pathlib, pwd, shutil, socket, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 30
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


# `recorded` is what an event store on PostgreSQL has: a global order, and each version of a stream once.
TABLES = ("CREATE TABLE events (position bigserial PRIMARY KEY, data jsonb NOT NULL);"
          "CREATE TABLE recorded (position bigserial PRIMARY KEY, stream text NOT NULL, version integer NOT NULL, data jsonb NOT NULL, UNIQUE (stream, version))")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, name):
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"tools/bench: {name} did not start")


class Place:
    """The scratch folder and whatever runs in it. A peer starts when it is first asked for."""

    def __init__(self, build, quick):
        self.build, self.quick = pathlib.Path(build), quick
        self.running, self.addresses, self.left_out = [], {}, {}

    def __enter__(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="acta-bench-"))
        self.scratch.chmod(0o755)
        return self

    def __exit__(self, *_):
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def has(self, name, program):
        """Whether `program` is there. If not, the report says what is left out and which package to install."""
        if shutil.which(program) or pathlib.Path(program).exists():
            return True
        if name not in self.left_out:
            self.left_out[name] = f"no {program}"
            packages = " ".join(line for line in (ROOT / "tools/bench/packages").read_text().split("\n") if line and line[0] != "#")
            print(f"Left out: {name}, for there is no {program}. All that is wanted: apt-get install --no-install-recommends {packages}", file=sys.stderr)
        return False

    def spawn(self, words, **more):
        log = open(self.scratch / "peers.log", "ab")
        process = subprocess.Popen([str(word) for word in words], stdout=more.pop("stdout", log), stderr=log, **more)
        self.running.append(process)
        return process

    def acta(self, name, *make):
        """A server on a folder of its own, made by `acta MAKE`."""
        if name in self.addresses:
            return self.addresses[name]
        acta, data = self.build / "acta", self.scratch / name
        subprocess.run([acta, "--data", data, *make], check=True, stdout=subprocess.DEVNULL)
        process = self.spawn([acta, "--data", data, "serve", "--listen", "127.0.0.1:0"])
        self.addresses[name] = self.told_address(data, process)
        return self.addresses[name]

    def told_address(self, data, process):
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return json.loads((data / "server.json").read_text())["address"]
            except (OSError, ValueError):
                time.sleep(0.05)
        sys.exit("tools/bench: acta did not start:\n" + (self.scratch / "peers.log").read_text()[-2000:])

    def sample(self):
        return self.acta("sample", "demo", "--no-serve")

    def empty_ledger(self):
        return self.acta("ledger", "init", "--origin", "acta.example/bench", "--facility", "Bench",
                         "--founder", "first:programme_manager", "--founder", "second:programme_manager")

    def floor(self, name, body):
        if name not in self.addresses:
            path = self.scratch / f"{name}.json"
            path.write_bytes(body)
            process = self.spawn([self.build / f"bench/{name}", path], stdout=subprocess.PIPE)
            self.addresses[name] = "127.0.0.1:" + process.stdout.readline().decode().strip()
        return self.addresses[name]

    def nginx(self, body):
        if "nginx" in self.addresses:
            return self.addresses["nginx"]
        port, folder = free_port(), self.scratch / "nginx"
        folder.mkdir()
        (folder / "case.json").write_bytes(body)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ worker_connections 4096; }}\n"
            f"http {{ access_log off; {temporary} keepalive_requests 1000000000; types {{ application/json json; }}\n"
            f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n")
        wait_for_port(port, self.spawn(["nginx", "-p", folder, "-c", folder / "nginx.conf"]), "nginx")
        self.addresses["nginx"] = f"127.0.0.1:{port}"
        return self.addresses["nginx"]

    def redis(self):
        if "redis" in self.addresses:
            return self.addresses["redis"]
        port, folder = free_port(), self.scratch / "redis"
        folder.mkdir()
        process = self.spawn(["redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always"])
        wait_for_port(port, process, "redis-server")
        self.addresses["redis"] = f"127.0.0.1:{port}"
        return self.addresses["redis"]

    def nats(self):
        """With a JetStream on files, which it does not sync before it acknowledges."""
        if "nats" in self.addresses:
            return self.addresses["nats"]
        port, folder = free_port(), self.scratch / "nats"
        folder.mkdir()
        wait_for_port(port, self.spawn(["nats-server", "-a", "127.0.0.1", "-p", port, "-js", "-sd", folder]), "nats-server")
        stream = json.dumps({"name": "bench", "subjects": ["bench.>"], "storage": "file"})
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            request = f"$JS.API.STREAM.CREATE.bench _INBOX.made {len(stream)}"
            line.sendall(f'CONNECT {{"verbose":false}}\r\nSUB _INBOX.made 1\r\nPUB {request}\r\n{stream}\r\n'.encode())
            told = ""
            while "MSG _INBOX.made" not in told:
                told += line.recv(65536).decode()
        self.addresses["nats"] = f"127.0.0.1:{port}"
        return self.addresses["nats"]

    def postgres(self):
        if "postgres" in self.addresses:
            return self.addresses["postgres"]
        port, folder = free_port(), self.scratch / "postgres"
        folder.mkdir()
        as_other = self.other_person(folder)
        subprocess.run([POSTGRES / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"], check=True, stdout=subprocess.DEVNULL, **as_other)
        process = self.spawn([POSTGRES / "postgres", "-D", folder / "data", "-p", port, "-k", folder, "-c", "listen_addresses=127.0.0.1",
                              "-c", "max_connections=300", "-c", "synchronous_commit=on", "-c", "fsync=on"], **as_other)
        wait_for_port(port, process, "postgres")
        deadline = time.monotonic() + START_SECONDS_MAX
        make_table = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-q", "-c", TABLES]
        while subprocess.run(make_table, stderr=subprocess.DEVNULL).returncode != 0:
            if time.monotonic() > deadline:
                sys.exit("tools/bench: postgres does not answer")
            time.sleep(0.2)
        self.addresses["postgres"] = f"127.0.0.1:{port}"
        return self.addresses["postgres"]

    @staticmethod
    def other_person(folder):
        """PostgreSQL refuses to be root."""
        if os.getuid() != 0:
            return {}
        other = pwd.getpwnam("postgres")
        os.chown(folder, other.pw_uid, other.pw_gid)
        return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": [], "cwd": folder}
