"""camcore: drawings of sheet parts to nested, posted and proven laser and mill programs.

Seven verbs are the whole product; each makes the noun that the next one takes::

    drawing  = camcore.read("bracket.dxf")                       # what the file holds
    parts    = camcore.find(drawing).parts                       # what is to be made
    nest     = camcore.nest(demands, stocks, rules)              # where it lies
    plans    = camcore.plan(nest, setup)                         # how it is cut
    program  = camcore.build(plans[0], machine)                  # what the machine does
    text     = camcore.write(program, machine)                   # what it is told
    verified = camcore.verify(text, machine, task).save(path)    # proven, and only then saved

Nothing heavy is imported before a verb is used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_VERBS = {
    "read": "camcore.drawing",
    "find": "camcore.part",
    "nest": "camcore.nesting",
    "plan": "camcore.toolpath",
    "build": "camcore.program",
    "write": "postprocessors",
    "verify": "camcore.verify",
}

__all__ = ["__version__", "build", "find", "nest", "plan", "read", "verify", "write"]  # pyright: ignore


def __getattr__(name: str) -> Any:
    if name in _VERBS:
        return getattr(import_module(_VERBS[name]), name)
    raise AttributeError(f"module 'camcore' has no attribute {name!r}")
