"""Every entity of a drawing's model space, block contents included, with its place and what its layer says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from camcore.drawing.plane import Plane, ocs_matrix
from camcore.findings import CamError, Finding
from camcore.geometry.arrays import Floats
from camcore.geometry.pose import exact_cos_sin

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document
    from ezdxf.entities.dxfentity import DXFEntity
    from ezdxf.entities.insert import Insert
    from ezdxf.layouts.blocklayout import BlockLayout

MAX_ENTITIES = 200_000
"""More entities, block contents included, are refused: a small file can call for any number by nested arrays."""
MAX_DEPTH = 24
"""Blocks nested deeper are refused: a block that holds itself."""

_BYLAYER, _BYBLOCK = 256, 0


@dataclass(frozen=True, slots=True)
class Look:
    """Layer, colour and linetype as they are in force, and why the entity is not seen ("" when it is).

    block: names of the blocks around it, outermost first, parted by "/"
    """

    layer: str
    colour: int
    linetype: str
    hidden: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One entity; `plane` carries its world coordinates to the sheet.

    trouble: why the contents of an INSERT cannot be had, else ""
    """

    entity: DXFEntity
    kind: str
    plane: Plane
    look: Look
    trouble: str = ""


class Walk:
    """Walks through a document's model space; looks of layers are worked out once."""

    def __init__(self, document: Document, name: str) -> None:
        self._document = document
        self._name = name
        self._layers: dict[str, Look] = {}
        self._count = 0

    def items(self, scale: float) -> Iterator[Item]:
        """All entities in drawing order; `scale` is mm per drawing unit.

        Raises CamError E105 when there are more than MAX_ENTITIES.
        """
        top = Look("0", 7, "CONTINUOUS")
        yield from self._within(self._document.modelspace(), Plane.scaled(scale), top, 0)

    def _within(self, entities: Any, plane: Plane, outer: Look, depth: int) -> Iterator[Item]:
        for entity in entities:
            self._count_up(1)
            kind = entity.dxftype()
            item = Item(entity, kind, plane, self._look(entity, outer, depth))
            if kind == "INSERT":
                yield from self._inserted(item, depth)
            else:
                yield item

    def _count_up(self, more: int) -> None:
        self._count += more
        if self._count > MAX_ENTITIES:
            advice = "split the drawing; if it is small, look for block arrays that run wild"
            raise CamError(Finding("E105", f"it holds more than {MAX_ENTITIES} entities", advice, self._name))

    def _inserted(self, item: Item, depth: int) -> Iterator[Item]:
        insert: Insert = item.entity  # type: ignore[assignment]
        block = self._document.blocks.get(insert.dxf.get("name", ""))
        trouble = _trouble(insert, block, depth)
        if block is None or trouble:
            yield replace(item, trouble=trouble)
            return
        self._count_up(_copies(insert)[0] * _copies(insert)[1] - 1)
        empty = True
        within = replace(item.look, block=f"{item.look.block}/{block.name}".lstrip("/"))
        for matrix in _placings(insert, np.array(block.base_point)):
            for inner in self._within(block, item.plane.within(matrix), within, depth + 1):
                empty = False
                yield inner
        for attribute in insert.attribs:
            empty = False
            yield Item(attribute, attribute.dxftype(), item.plane, self._look(attribute, within, depth))
        if empty:
            yield item

    def _look(self, entity: DXFEntity, outer: Look, depth: int) -> Look:
        """Layer "0" and BYBLOCK in a block take what the INSERT has; a hidden INSERT hides all that it holds."""
        name = attribute(entity, "layer", "0")
        base = outer if depth and name == "0" else self._layer(name)
        colour, linetype = attribute(entity, "color", _BYLAYER), attribute(entity, "linetype", "BYLAYER").upper()
        hidden = outer.hidden or base.hidden or ("it is invisible" if attribute(entity, "invisible", 0) else "")
        return Look(
            base.layer,
            base.colour if colour == _BYLAYER else outer.colour if colour == _BYBLOCK else colour,
            base.linetype if linetype == "BYLAYER" else outer.linetype if linetype == "BYBLOCK" else linetype,
            hidden,
            outer.block,
        )

    def _layer(self, name: str) -> Look:
        if name not in self._layers:
            self._layers[name] = self._read_layer(name)
        return self._layers[name]

    def _read_layer(self, name: str) -> Look:
        if not self._document.layers.has_entry(name):
            return Look(name, 7, "CONTINUOUS")
        layer = self._document.layers.get(name)
        hidden = "its layer is frozen" if layer.is_frozen() else "its layer is switched off" if layer.is_off() else ""
        return Look(name, abs(layer.dxf.get("color", 7)), layer.dxf.get("linetype", "CONTINUOUS").upper(), hidden)


def attribute(entity: DXFEntity, name: str, default: Any) -> Any:
    """DXF attribute of the entity as the file has it; `default` also where ezdxf knows nothing of its kind."""
    return vars(entity.dxf).get(name, default)


def _copies(insert: Insert) -> tuple[int, int]:
    """Rows and columns of an INSERT that is an array."""
    return max(1, insert.dxf.get("row_count", 1)), max(1, insert.dxf.get("column_count", 1))


def _trouble(insert: Insert, block: BlockLayout | None, depth: int) -> str:
    name = insert.dxf.get("name", "")
    if block is None:
        return f"the block {name!r} is not in the file"
    if block.block is not None and block.block.is_xref:
        return f"the block {name!r} lies in another file (external reference)"
    if depth >= MAX_DEPTH:
        return f"the block {name!r} is nested more than {MAX_DEPTH} deep: it holds itself"
    return ""


def _placings(insert: Insert, base: Floats) -> Iterator[Floats]:
    """Matrix (4, 4) of each copy of the block that an INSERT, or an array of them, makes; a scale of 0 counts as 1."""
    dxf = insert.dxf
    scale = np.diag([dxf.get("xscale", 1.0) or 1.0, dxf.get("yscale", 1.0) or 1.0, dxf.get("zscale", 1.0) or 1.0, 1.0])
    c, s = exact_cos_sin(dxf.get("rotation", 0.0))
    turn = np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    outer = ocs_matrix(insert) @ _moved(dxf.get("insert", (0, 0, 0))) @ turn
    inner = scale @ _moved(-base)
    rows, columns = _copies(insert)
    for row in range(rows):
        for column in range(columns):
            step = (column * dxf.get("column_spacing", 0.0), row * dxf.get("row_spacing", 0.0), 0.0)
            yield outer @ _moved(step) @ inner


def _moved(by: Any) -> Floats:
    matrix = np.eye(4)
    matrix[:3, 3] = tuple(by)
    return matrix
