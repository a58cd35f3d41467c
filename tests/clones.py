"""Throw-away clones for tests of the set-up scripts: their folder and nothing else."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")


@dataclass(frozen=True)
class Clone:
    """A folder with the scripts in it, in which they may be run."""

    path: Path

    def run(self, words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a piece of bash in the clone, without this session's own servers."""
        own = {
            name: value
            for name, value in os.environ.items()
            if name not in SETTINGS and not name.startswith("WASTEHUB_PRIVATE")
        }
        return subprocess.run(
            ["bash", "-c", words],
            cwd=self.path,
            env={**own, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def answer(self, words: str, **environment: str) -> str:
        """The last line that a piece of bash prints, which must succeed."""
        done = self.run(words, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip().rpartition("\n")[2]


@contextmanager
def clone_in(path: Path) -> Iterator[Clone]:
    """A clone for as long as the test lasts, its servers and root's state included."""
    shutil.copytree(ROOT / ".dev", path / ".dev")
    clone = Clone(path)
    try:
        yield clone
    finally:
        clone.run(
            'source .dev/services.sh && stop_services; rm -rf "$SOCKETS" "$STATE"'
        )


def without(folder: Path, *hidden: str) -> str:
    """A search path with every program of this machine but the hidden ones."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        if not os.access(place, os.R_OK | os.X_OK):
            continue
        for program in sorted(Path(place).glob("*")):
            link = folder / program.name
            if program.name not in hidden and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)


def script(path: Path, words: str) -> None:
    """Put a program of our own where a real one would be found."""
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/bash\n{words}\n")
    path.chmod(0o755)
