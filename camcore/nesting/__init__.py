"""Nest: where the parts lie on their sheets.

Shapes that contain the true parts are placed with the help of no-fit regions; docs/nesting.md explains the method.
Each nest is held against the true parts by independent code before it leaves `nest`.
"""

from collections.abc import Callable, Sequence

from camcore.nesting.model import Demand, Nest, Progress, Rules, Stock

__all__ = ["nest"]


def nest(
    demands: Sequence[Demand],
    stocks: Sequence[Stock],
    rules: Rules,
    *,
    job: str = "",
    progress: Callable[[Progress], None] | None = None,
    start: Nest | None = None,
) -> Nest:
    """The best nest that the rules' budget finds.

    Stocks are used in the order given. `progress` is called with the state of the search whenever it has news, and may
    raise KeyboardInterrupt: then, as after Ctrl-C, the best whole nest so far is returned. With the same arguments, and
    as long as `rules.seconds` does not strike, the nest is the same.

    With a `start` the search goes on from that nest's placements, as far as they hold under these demands, stocks and
    rules (findings W405 of the nest say what does not); the answer is never worse than what holds of it.

    Raises CamError: E401 no stock or nothing demanded, E402 rules or quantities out of range, E403 an outline that
    crosses itself, E404 two demands for one part id.
    """
    from camcore.nesting.solve import solve

    return solve(demands, stocks, rules, job, progress or (lambda _: None), start)
