import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from coursework.runtime import supervisor
from coursework.runtime.supervisor import GaveUp, Program, Supervisor


def program(name: str, script: str, **options: object) -> Program:
    return Program(name, [sys.executable, "-c", script], **options)  # type: ignore[arg-type]


def stop_now() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def wait_until(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


FOREVER = "import time\nwhile True: time.sleep(60)"


def test_lines_carry_the_name_of_who_said_them(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    done = tmp_path / "done"
    script = f"print('one\\ntwo', flush=True); open({str(done)!r}, 'w'); {FOREVER}"
    talker = program("talker", script, ready=done.exists)
    Supervisor([talker], when_ready=stop_now).run()
    assert capfd.readouterr().out.splitlines() == ["talker  | one", "talker  | two"]


def test_the_next_starts_when_the_one_before_is_ready(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    programs = [
        program("first", f"import time; time.sleep(0.3); open({str(first)!r}, 'w'); {FOREVER}", ready=first.exists),
        program(
            "second",
            f"import os; open({str(second)!r}, 'w').write(str(os.path.exists({str(first)!r}))); {FOREVER}",
            ready=lambda: second.exists() and second.read_text() != "",
        ),
    ]
    Supervisor(programs, when_ready=stop_now).run()
    assert second.read_text() == "True"


def test_one_that_dies_is_started_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    runs = tmp_path / "runs"
    script = (
        f"open({str(runs)!r}, 'a').write('x')\nif len(open({str(runs)!r}).read()) < 2: raise SystemExit(3)\n{FOREVER}"
    )
    twice = program("twice", script, ready=lambda: runs.exists() and len(runs.read_text()) == 2)
    Supervisor([twice], when_ready=stop_now).run()
    assert "twice ended with exit code 3; starting it again in 0.5 s." in capfd.readouterr().out


def test_one_that_keeps_dying_ends_them_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supervisor, "_QUICK_DEATHS", 2)
    pid = tmp_path / "pid"
    steady = program("steady", f"import os; open({str(pid)!r}, 'w').write(str(os.getpid())); {FOREVER}")
    poison = program("poison", "raise SystemExit(1)")
    with pytest.raises(GaveUp, match="poison ended with exit code 1, 2 times in a row: giving up"):
        Supervisor([steady, poison], when_ready=lambda: None).run()
    assert not alive(int(pid.read_text()))


def test_one_that_is_never_ready_ends_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_SECONDS_TO_BE_READY", 0.2)
    with pytest.raises(GaveUp, match=r"slow was not ready within 0\.2 s"):
        Supervisor([program("slow", FOREVER, ready=lambda: False)], when_ready=lambda: None).run()


def test_one_that_will_not_stop_is_killed_with_all_it_has_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = (
        "import os, signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"below = subprocess.Popen([sys.executable, '-c', {FOREVER!r}])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{below.pid}} .')\n" + FOREVER
    )
    ready = lambda: pids.exists() and pids.read_text().endswith(".")  # noqa: E731
    Supervisor([program("deaf", script, ready=ready, seconds_to_stop=0.3)], when_ready=stop_now).run()
    for pid in pids.read_text().split()[:2]:
        wait_until(lambda pid=pid: not alive(int(pid)))  # type: ignore[misc]


def test_what_others_need_ends_after_them(tmp_path: Path) -> None:
    ends, started = tmp_path / "ends", [tmp_path / "needed", tmp_path / "slow"]
    script = (
        "import signal, sys, time\n"
        "def end(*_): time.sleep({pause}); open({ends!r}, 'a').write('{name} '); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); open({started!r}, 'w')\n" + FOREVER
    )
    programs = [
        program(
            path.name,
            script.format(pause=pause, ends=str(ends), name=path.name, started=str(path)),
            ready=path.exists,
            needed_by_others=path.name == "needed",
        )
        for path, pause in zip(started, (0, 0.5), strict=True)
    ]
    Supervisor(programs, when_ready=stop_now).run()
    assert ends.read_text() == "slow needed "


def test_told_twice_it_waits_for_nobody() -> None:
    def stop_twice() -> None:
        stop_now()
        stop_now()

    deaf = program(
        "deaf", f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{FOREVER}", seconds_to_stop=60
    )
    started = time.monotonic()
    Supervisor([deaf], when_ready=stop_twice).run()
    assert time.monotonic() - started < 5


def test_a_line_without_an_end_is_written_all_the_same(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    done = tmp_path / "done"
    script = f"import sys; sys.stdout.write('x' * 200_000); sys.stdout.flush(); open({str(done)!r}, 'w'); {FOREVER}"
    Supervisor([program("long", script, ready=done.exists)], when_ready=stop_now).run()
    assert capfd.readouterr().out.count("x") == 200_000


def test_handlers_of_signals_are_as_they_were_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    Supervisor([program("any", FOREVER)], when_ready=stop_now).run()
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_no_program_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    child = f"import os; open({str(pid)!r}, 'w').write(f'{{os.getpid()}} .'); {FOREVER}"
    script = (
        "from coursework.runtime.supervisor import Program, Supervisor; import sys\n"
        f"Supervisor([Program('child', [sys.executable, '-c', {child!r}])], when_ready=lambda: None).run()"
    )
    above = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", script])
    wait_until(lambda: pid.exists() and pid.read_text().endswith("."))
    os.kill(above, signal.SIGKILL)
    os.waitpid(above, 0)
    wait_until(lambda: not alive(int(pid.read_text().split()[0])))
