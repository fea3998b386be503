"""Several programs run as one: started together, prefixed in one log, restarted when they die, stopped together."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_TIED = Path(__file__).with_name("tied.py")
_TICK = 0.1  # seconds between two looks at the children
_LONGEST_LINE = 64 * 1024  # bytes kept of a line that does not end
# A child that has run this long before it died was healthy: the count of its quick deaths starts anew.
_HEALTHY_SECONDS = 30.0
_QUICK_DEATHS = 5
_SECONDS_TO_BE_READY = 60.0


@dataclass(frozen=True)
class Program:
    """One program to keep running.

    ready: asked until it says yes before the next program is started. stop_signal: asks it to end; seconds_to_stop
    later it is killed. needed_by_others: asked to end only when the others have. files: descriptors it inherits.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    seconds_to_stop: float = 5.0
    needed_by_others: bool = False
    files: tuple[int, ...] = ()


class GaveUp(Exception):
    """A program can't be kept running; the message is one line that says which and why."""


class _Child:
    """A program's running process, and how its earlier ones ended."""

    def __init__(self, program: Program, wakeups: selectors.BaseSelector) -> None:
        self.program = program
        self._wakeups = wakeups
        self._rest = b""
        self._started = 0.0
        self._quick_deaths = 0
        self._restart_at: float | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process in a group of its own, so that a Ctrl-C in the terminal reaches only the supervisor."""
        self._restart_at = None
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_TIED), *self.program.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.program.environment, "TIED_TO": str(os.getpid())},
            pass_fds=self.program.files,
            start_new_session=True,
        )
        os.set_blocking(self._output.fileno(), False)
        self._wakeups.register(self._output, selectors.EVENT_READ, self)

    @property
    def _output(self) -> IO[bytes]:
        assert self._process is not None and self._process.stdout is not None
        return self._process.stdout

    @property
    def running(self) -> bool:
        """Whether there is a process that has not ended."""
        return self._process is not None and self._process.poll() is None

    def copy_output(self) -> bool:
        """Write out what the process has said, each line with the program's name before it; False if it was nothing."""
        try:
            said = os.read(self._output.fileno(), _LONGEST_LINE)
        except BlockingIOError:
            return False
        if not said:
            self._wakeups.unregister(self._output)
        *lines, self._rest = (self._rest + said).split(b"\n")
        if self._rest and (not said or len(self._rest) > _LONGEST_LINE):
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            say(f"{self.program.name:8}| {line.decode(errors='replace')}")
        return bool(said)

    def look_after(self) -> None:
        """Notice a death, and start the process again when its pause is over; GaveUp when it keeps dying."""
        if self._restart_at is not None:
            if time.monotonic() >= self._restart_at:
                self.start()
        elif self._process is not None and self._process.poll() is not None:
            self._note_death(self._process.returncode)

    def _note_death(self, code: int) -> None:
        self.bury()
        healthy = time.monotonic() - self._started > _HEALTHY_SECONDS
        self._quick_deaths = 1 if healthy else self._quick_deaths + 1
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        if self._quick_deaths >= _QUICK_DEATHS:
            raise GaveUp(f"{self.program.name} {how}, {_QUICK_DEATHS} times in a row: giving up.")
        pause = 0.5 * 2 ** (self._quick_deaths - 1)
        say(f"{self.program.name} {how}; starting it again in {pause:g} s.")
        self._restart_at = time.monotonic() + pause

    def ask_to_stop(self) -> None:
        """Ask the process to end."""
        if self._process is not None and self.running:
            self._process.send_signal(self.program.stop_signal)

    def may_still_run(self, asked: float) -> bool:
        """Whether the process, asked to end at this time, is still about it and may be."""
        return self.running and time.monotonic() - asked < self.program.seconds_to_stop

    def bury(self) -> None:
        """End whatever is left of the process and the processes it has started, and read its last words."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            # Its group may outlive it: a worker killed by the kernel leaves its pool behind.
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        while self._output in self._wakeups.get_map() and self.copy_output():
            pass
        if self._output in self._wakeups.get_map():  # held open by a process that left the group
            self._wakeups.unregister(self._output)
        self._output.close()
        self._process = None


class Supervisor:
    """Keeps programs running until it is told to stop. Single-threaded; call `run` in the main thread."""

    def __init__(self, programs: Sequence[Program], *, when_ready: Callable[[], None]) -> None:
        self._wakeups = selectors.DefaultSelector()
        self._children = [_Child(program, self._wakeups) for program in programs]
        self._when_ready = when_ready
        self._times_told_to_stop = 0

    def run(self) -> None:
        """Start all in order, call when_ready, and look after them until SIGINT, SIGTERM or SIGHUP.

        All have ended when this returns, and also when it raises GaveUp.
        """
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._tell_to_stop) for number in signals}
        try:
            self._start()
            if not self._told_to_stop:
                self._when_ready()
            while not self._told_to_stop:
                self._look()
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _tell_to_stop(self, _number: int, _frame: object) -> None:
        self._times_told_to_stop += 1

    @property
    def _told_to_stop(self) -> bool:
        return self._times_told_to_stop > 0

    def _start(self) -> None:
        for child in self._children:
            child.start()
            deadline = time.monotonic() + _SECONDS_TO_BE_READY
            while child.program.ready is not None and not child.program.ready():
                self._look()
                if self._told_to_stop:
                    return
                if time.monotonic() > deadline:
                    raise GaveUp(f"{child.program.name} was not ready within {_SECONDS_TO_BE_READY:g} s.")

    def _look(self) -> None:
        self._copy_output()
        for child in self._children:
            child.look_after()

    def _copy_output(self) -> None:
        for key, _events in self._wakeups.select(_TICK):
            key.data.copy_output()

    def _stop(self) -> None:
        """End all of them: those the others need to end well come last. Told to stop twice, it waits for nobody."""
        for needed in (False, True):
            children = [child for child in self._children if child.program.needed_by_others is needed]
            for child in children:
                child.ask_to_stop()
            asked = time.monotonic()
            while any(child.may_still_run(asked) for child in children) and self._times_told_to_stop < 2:
                self._copy_output()
            for child in children:
                child.bury()
        self._wakeups.close()


def say(line: str) -> None:
    """Write one line of the common log at once."""
    with suppress(BrokenPipeError):  # whoever was reading has gone; the programs stay looked after
        print(line, flush=True)
