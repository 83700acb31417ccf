"""Downloads that appear whole or not at all: checksum, mirrors, and going on where one broke off."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest
from http.client import HTTPException
from importlib import import_module
from io import BufferedRandom
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TIMEOUT = 30.0
ATTEMPTS = 3


def download(urls: Sequence[str], target: Path, *, sha256: str, limit: int) -> None:
    """Fetch a file from the first of the addresses that gives the right one.

    It grows beside the target under the name with `.part`, and is moved there when its checksum is right.
    What an interrupted download left is gone on with. Processes that want the same file wait for one another.

    Args:
        urls: addresses of the same file, tried in order; one that breaks off is asked again for the rest.
        target: where the file goes; its folder is made.
        sha256: the checksum of the file.
        limit: at most so many bytes are taken.

    Raises:
        OSError: if no address gives it; the message says why for each. What came so far is kept.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.part")
    failures: list[str] = []
    with _alone(draft) as file:
        if target.is_file() and _digest(target) == sha256:  # another process was here
            file.close()
            draft.unlink(missing_ok=True)
            return
        if _finished(file, draft, target, sha256):
            return
        for url in urls:
            for _ in range(ATTEMPTS):
                before = file.seek(0, os.SEEK_END)
                try:
                    _fetch(url, file, limit)
                except (OSError, HTTPException) as error:
                    failures.append(f"{url}: {type(error).__name__}: {error}")
                    if file.seek(0, os.SEEK_END) == before:
                        break  # nothing came: to the next address
                    continue
                if _finished(file, draft, target, sha256):
                    return
                failures.append(f"{url}: another SHA-256 than {sha256}")
                file.truncate(0)
                if not before:
                    break  # the whole file is another one, not only the part that was there
    raise OSError(f"{target.name} could not be downloaded:\n  " + "\n  ".join(failures))


def _finished(file: BufferedRandom, draft: Path, target: Path, sha256: str) -> bool:
    """Whether the draft is the file that is wanted; then it is moved to its place."""
    file.flush()
    if _digest(draft) != sha256:
        return False
    os.fsync(file.fileno())
    if sys.platform == "win32":
        file.close()  # an open file cannot be moved there
    os.replace(draft, target)
    return True


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _fetch(url: str, file: BufferedRandom, limit: int) -> None:
    """Append what is missing; a server that does not give parts gives it all, from the start."""
    have = file.seek(0, os.SEEK_END)
    headers = {"User-Agent": "autograd-core"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        response = urlopen(Request(url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416:  # the part is longer than the file there
            file.truncate(0)
        raise
    with response:
        part = response.status == 206 and response.headers.get("Content-Range", "").startswith(
            f"bytes {have}-"
        )
        if have and not part:
            have = 0
            file.truncate(0)
        length = response.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else None
        if total is not None and total > limit:
            raise OSError(f"the file has {total:,} bytes, expected at most {limit:,}")
        with _progress(Path(url).name, have, total) as advance:
            while piece := response.read(1 << 16):
                have += len(piece)
                if have > limit:
                    file.truncate(0)
                    raise OSError(f"more than the {limit:,} bytes that were expected")
                file.write(piece)
                advance(len(piece))
    file.flush()
    if total is not None and have < total:
        raise OSError(f"broke off after {have:,} of {total:,} bytes")


@contextmanager
def _alone(draft: Path) -> Iterator[BufferedRandom]:
    """The draft, open and locked against other processes.

    The lock belongs to the open file: it ends with the process, however that ends.
    """
    while True:
        with open(draft, "a+b") as file:
            if sys.platform != "win32":
                fcntl = import_module("fcntl")
                fcntl.flock(file, fcntl.LOCK_EX)
                # the file that was waited for may have been moved to its place meanwhile
                try:
                    if not os.path.samestat(os.fstat(file.fileno()), draft.stat()):
                        continue
                except FileNotFoundError:
                    continue
            yield file
            return


@contextmanager
def _progress(name: str, have: int, total: int | None) -> Iterator[Any]:
    """A bar on stderr if tqdm is installed, else one line."""
    try:
        tqdm: Any = import_module("tqdm")
    except ImportError:
        size = "" if total is None else f", {total / 1e6:.1f} MB"
        print(f"downloading {name}{size}", file=sys.stderr)
        yield lambda count: None
        return
    with tqdm.tqdm(desc=name, initial=have, total=total, unit="B", unit_scale=True, leave=False) as bar:
        yield bar.update
