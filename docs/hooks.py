"""Links out of the documentation, to sources and samples of the repository, become the names of those files."""

import re

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+((?!figures/)[^)#]+)(?:#[^)]*)?\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """The page with the words of such links, and the file's place in the repository behind them."""
    return _OUTSIDE.sub(lambda match: _named(match[1], match[2]), markdown)


def _named(words: str, place: str) -> str:
    return words if words.strip("`").endswith(place.rsplit("/", 1)[-1]) else f"{words} (`{place}`)"
