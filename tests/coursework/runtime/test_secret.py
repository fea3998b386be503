import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from coursework.runtime.secret import kept_secret


def test_the_same_secret_at_every_start(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret"
    assert kept_secret(path) == kept_secret(path)


def test_it_is_long_and_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert len(kept_secret(path)) >= 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_all_who_start_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(kept_secret, [tmp_path / "secret"] * 32))
    assert len(secrets) == 1
