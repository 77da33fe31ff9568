"""Compiled code on disk: a file for each function and signature, whole, that says itself what it is the code of.

Numba's own files number the signatures of a function, and an index says which number is whose. Two processes that
compile a function for different arguments at the same time can take the same number; one of them then runs the code of
the other, on numbers it was not made for, and no word is said.
"""

import hashlib
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from numba.core import serialize
from numba.core.caching import FunctionCache

from camcore.files import write_whole

Key = tuple[Any, ...]
dumps: Callable[[object], bytes] = serialize.dumps
DIGEST = hashlib.sha256().digest_size


class Kept(FunctionCache):
    """What a dispatcher of Numba asks for the code of one function, in the folder that `config.CACHE_DIR` names."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file: Any = Files(Path(self._cache_path), self._impl.filename_base, stamp)


class Files:
    """The files of one function's code; `stamp` tells states of its source apart."""

    def __init__(self, folder: Path, stem: str, stamp: object) -> None:
        self.folder, self.stem, self.stamp = folder, stem, stamp

    def path(self, key: Key) -> Path:
        """The file for a key: signature, processor, digests of the function."""
        return self.folder / f"{self.stem}.{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.nbc"

    def save(self, key: Key, data: object) -> None:
        """Keep code. Where the disk does not take it, it is compiled again next time."""
        raw = dumps((self.stamp, key, data))
        with suppress(OSError):
            write_whole(self.path(key), hashlib.sha256(raw).digest() + raw)

    def load(self, key: Key) -> Any:
        """The code for that key; None where there is none, or its file is damaged, or is that of another key."""
        try:
            whole = self.path(key).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(whole[DIGEST:]).digest() != whole[:DIGEST]:
            return None
        stamp, its_key, data = pickle.loads(whole[DIGEST:])
        return data if (stamp, its_key) == (self.stamp, key) else None

    def flush(self) -> None:
        """Forget all code of the function."""
        for path in self.folder.glob(f"{self.stem}.*.nbc"):
            path.unlink(missing_ok=True)
