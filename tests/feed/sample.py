"""A server on the sample, shared by the tests of the feed."""
import os, pathlib, resource, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "crash"))
from server import Client, Installation  # noqa: F401
from exchange import note_connection  # noqa: F401


class Sample(Installation):
    def __init__(self, acta):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.acta, self.process = str(acta), None
        self.scratch = tempfile.mkdtemp(prefix="acta-feed-")
        self.data = os.path.join(self.scratch, "data")
        self.run("demo", "--no-serve")

    def status(self, name):
        """A number of /proc/PID/status."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
        raise AssertionError(f"no {name} in the status of the server")
