"""Finding what a machine has, and saying exactly what it lacks."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clones import ROOT, Clone, clone_in, script, without

GIVEN = {"DATABASE_URL": "postgis://elsewhere/site"}


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    with clone_in(tmp_path / "clone") as clone:
        yield clone


@pytest.fixture
def no_redis(tmp_path: Path) -> dict[str, str]:
    """A machine without Redis, whose apt-get only notes what it was asked."""
    path = without(tmp_path / "programs", "redis-server", "sudo", "sleep")
    script(Path(path, "apt-get"), f'echo "$@" >>{tmp_path}/asked')
    script(Path(path, "sleep"), f"echo waited >>{tmp_path}/asked")
    return {**GIVEN, "PATH": path}


def test_the_first_python_may_be_of_no_use(clone: Clone, tmp_path: Path) -> None:
    """A broken one, one without venv, and one of another user are passed over."""
    script(tmp_path / "python3.11", "exit 1")
    script(tmp_path / "python3.12", "echo No module named ensurepip >&2; exit 1")
    script(tmp_path / "python3.13", "true")
    (tmp_path / "python3.13").chmod(0o000)
    path = f"{tmp_path}:{os.environ['PATH']}"
    found = clone.answer("source .dev/find.sh && find_python", PATH=path)
    assert Path(found).parent != tmp_path
    version = [found, "-c", "import sys; print(sys.version_info >= (3, 11))"]
    assert subprocess.check_output(version, text=True).strip() == "True"


def test_what_is_missing_is_named_with_the_command_that_helps(
    clone: Clone, no_redis: dict[str, str]
) -> None:
    done = clone.run(".dev/system.sh run", **no_redis)
    assert done.returncode == 1
    assert "This machine lacks: redis\n" in done.stdout
    assert "apt-get install -y --no-install-recommends redis-server\n" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_only_what_is_missing_is_installed(
    clone: Clone, no_redis: dict[str, str], tmp_path: Path
) -> None:
    clone.run(".dev/system.sh run", **no_redis)
    asked = (tmp_path / "asked").read_text()
    assert asked.rstrip().endswith("install redis-server")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
def test_a_held_lock_is_waited_for(
    clone: Clone, no_redis: dict[str, str], tmp_path: Path
) -> None:
    script(
        Path(no_redis["PATH"], "apt-get"),
        f'echo "${{@: -1}}" >>{tmp_path}/asked\n'
        f"grep -q waited {tmp_path}/asked && exit\n"
        "echo 'E: Could not get lock /var/lib/apt/lists/lock.' >&2; exit 100",
    )
    clone.run(".dev/system.sh run", **no_redis)
    asked = (tmp_path / "asked").read_text().split()
    assert asked == ["update", "waited", "update", "redis-server"]


def test_a_system_without_a_known_package_manager_is_told_what_to_install(
    clone: Clone, tmp_path: Path
) -> None:
    path = without(
        tmp_path / "programs", "redis-server", "apt-get", "dnf", "pacman", "zypper"
    )
    done = clone.run(".dev/system.sh run", PATH=path, **GIVEN)
    assert done.returncode == 1
    assert "Install PostgreSQL with PostGIS, Redis, GDAL, Node" in done.stderr


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / ".dev").glob("*.sh"), ROOT / ".ci/run"]),
    ids=lambda path: path.name,
)
def test_scripts_parse_and_may_be_run(path: Path) -> None:
    assert os.access(path, os.X_OK)
    subprocess.run(["bash", "-n", path], check=True)


def test_help_tells_every_target() -> None:
    told = subprocess.check_output(["make", "help"], cwd=ROOT, text=True)
    for target in ("run", "test", "stop", "bench", "fuzz", "lint", "clean"):
        assert f"make {target} " in told
