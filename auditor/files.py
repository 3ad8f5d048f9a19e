"""Files that appear whole or not at all: written beside their place, then renamed into it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Waits until nobody else has this folder locked, and has it until the block ends.

    It leaves nothing behind. Where the system or the disk knows no such locks, nobody waits for anybody.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Unwritable(Exception):
    """A file cannot be written. The sentence names it and says why."""


class Pending:
    """A new file, readable by its owner only, that takes its place when it is complete.

    It is opened at once, so that a folder that cannot be written shows before any work is done. `what` is what
    the sentences call it.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        self._what = what
        try:
            if path.is_dir():
                raise Unwritable(f"{path}: this is a folder, not the name of a {what}.")
            if path.exists() and not path.is_file():
                # To put a file in the place of /dev/null would break the machine.
                raise Unwritable(
                    f"{path}: this is a device or a pipe, which no {what} can take the place of."
                )
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        except OSError as error:
            raise Unwritable(f"{path}: the {what} cannot be written there: {error.strerror}.") from error
        os.close(handle)
        self._temporary = Path(name)

    @contextlib.contextmanager
    def writing(self) -> Iterator[BinaryIO]:
        """The file to write to; when the block ends, everything written is on the disk."""
        with self._said(), self._temporary.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())

    def place(self) -> None:
        """Puts the file where it belongs."""
        with self._said():
            self._temporary.replace(self.path)

    def discard(self) -> None:
        """Removes the file, unless it has been put in its place."""
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unwritable(
                f"{self.path}: the {self._what} cannot be written: {error.strerror or error}."
            ) from error
