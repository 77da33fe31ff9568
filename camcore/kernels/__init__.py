"""Compiled inner loops: typed, unit-free, and the only place that imports Numba.

Every kernel has a slow, obvious twin in ``tests/naive.py``. Compiled code is kept in a folder whose name is a digest of
all kernel sources: Numba notices a change of the file a kernel stands in, but not of a kernel that it calls from
another file. What other versions left beside it goes when it has not been used for `KEPT`.
"""

import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import njit

from camcore.kernels.kept import Kept

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])
config: Any = numba.config

KEPT = 7 * 86400.0
"""Compiled code of other versions that was used within this time, s, stays: several may be in use side by side."""
_NAME = re.compile("kernels-[0-9a-f]{16}")


def _digest() -> str:
    """Short digest of the kernel sources and the compiler's version."""
    digest = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return os.access(folder, os.W_OK)
    except OSError:
        return False


def _cache_folder() -> Path:
    """NUMBA_CACHE_DIR where the user names one; else beside the sources, in the user's cache, or a temporary folder."""
    user = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    named = [Path(config.CACHE_DIR)] if config.CACHE_DIR else []
    stamp = f"kernels-{_digest()}"
    places = [*named, Path(__file__).parent / "__pycache__", user / "camcore"]
    return next((place / stamp for place in places if _writable(place / stamp)), _temporary() / stamp)


def _temporary() -> Path:
    """A folder in the temporary one, which others may write to as well: this user's alone, as code is run from it.

    A new one where somebody else has taken its name.
    """
    shared = Path(tempfile.gettempdir())
    if not hasattr(os, "getuid"):
        return shared / "camcore"
    folder = shared / f"camcore-{os.getuid()}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    told = folder.lstat()
    own = stat.S_ISDIR(told.st_mode) and told.st_uid == os.getuid() and not told.st_mode & 0o022
    return folder if own else Path(tempfile.mkdtemp(prefix="camcore-"))


def _unused(folder: Path) -> Iterator[Path]:
    """Folders of compiled code beside `folder` that no program has used for so long; links are none."""
    for path in folder.parent.iterdir():
        old = path != folder and _NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
        if old and time.time() - path.stat().st_mtime > KEPT:
            yield path


def _in_use(folder: Path) -> Path:
    """`folder`, marked as used now; its neighbours of other versions are removed if they are unused, and can be.

    A program that still runs with one of them makes it anew when it compiles again.
    """
    with suppress(OSError):
        os.utime(folder)
        for path in list(_unused(folder)):
            shutil.rmtree(path, ignore_errors=True)
    return folder


_FOLDER = _in_use(_cache_folder())


def kernel(function: FunctionT) -> FunctionT:
    """Compile `function` on first use, cached, without the GIL; division by zero gives inf as in numpy."""
    compiled: Any = njit(nogil=True, error_model="numpy")(function)
    before, config.CACHE_DIR = config.CACHE_DIR, str(_FOLDER)
    try:
        compiled._cache = Kept(function)
    finally:
        config.CACHE_DIR = before
    return cast(FunctionT, compiled)


def inlined(function: FunctionT) -> FunctionT:
    """A kernel that is copied into its callers: for small ones in innermost loops, whose call would cost more."""
    return cast(FunctionT, njit(nogil=True, error_model="numpy", forceinline=True)(function))
