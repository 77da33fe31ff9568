"""The rules, in the order in which they are told; a new one is a function and a line here."""

from __future__ import annotations

from camcore.dfm import corners, holes, making, same, size, stock, webs, words
from camcore.dfm.model import Rule

RULES: tuple[Rule, ...] = (
    Rule(("E801",), "part against usual sheets less their margins", part=size.larger_than_the_sheet,
         source="material library: sheets, margin"),
    Rule(("W803",), "sides of the narrowest rectangle around the part", part=size.smaller_than_the_process_likes,
         limits=("part-short", "part-long")),
    Rule(("W804",), "length over width of that rectangle", part=size.long_and_narrow, limits=("aspect",)),
    Rule(("W805",), "distance from the nearest usual thickness", whole=stock.unusual_thickness,
         limits=("thickness-off",), source="tables of thickness; material library"),
    Rule(("W806",), "words on grain, for grades that have one", whole=stock.grain_not_stated,
         source="material library: grain"),
    Rule(("I807",), "area over the smallest rectangle around the part", part=size.wastes_its_rectangle,
         limits=("yield",)),
    Rule(("I808",), "congruence with other parts, turned or mirrored", whole=same.same_shape, source="geometry"),
    Rule(("E810", "W811"), "what the tool leaves in inside radii and corners", part=corners.inside_corner,
         source="tool's radius; 0.1 mm may stay"),
    Rule(("E812",), "narrowest place of slots, bays and holes", part=webs.narrow_slot, limits=("slot",)),
    Rule(("E820", "W814", "W813"), "diameter of round holes, alone and against the thickness", part=holes.small_hole,
         limits=("hole", "hole-depth", "hole-thickness")),
    Rule(("I815",), "diameter against number, letter, fraction and metric drills", part=holes.no_standard_drill,
         limits=("drill-largest", "drill-off")),
    Rule(("E817", "W816"), "narrowest material between and within contours", part=webs.thin_web,
         limits=("web", "web-lost")),
    Rule(("W818",), "angle of outside corners and blunted points", part=webs.thin_point, limits=("point",)),
    Rule(("W819",), "length over width of tongues held at one end", part=webs.tongue, limits=("cantilever",)),
    Rule(("E821",), "material and thickness against the process", whole=making.must_not_be_cut,
         source="material library: policy, max_thickness"),
    Rule(("W822",), "material against the laser", whole=making.is_marred, source="material library: policy"),
    Rule(("I823",), "look of the laser's edge", whole=making.edge_look, source="material library: why"),
    Rule(("W824",), "count of contours", part=making.many_pierces, limits=("pierces",)),
    Rule(("I825",), "area and width against vacuum", part=making.vacuum_does_not_hold,
         limits=("vacuum-area", "vacuum-side")),
    Rule(("W826",), "longest straight or gentle edge", part=making.no_room_for_tabs, limits=("tab-straight",)),
    Rule(("W830",), "± in words against the process", whole=words.closer_than_the_process, limits=("tolerance",)),
    Rule(("W831",), "± of the thickness in words against the sheet's", whole=words.closer_than_the_stock,
         source="tables of thickness"),
    Rule(("W832",), "± in words and distance of holes, where moisture counts", whole=words.moves_with_moisture,
         limits=("moist-tolerance", "moist-distance")),
    Rule(("W833",), "words for threads, countersinks, bends", whole=words.beyond_flat_cutting, source="words.flat"),
    Rule(("W834",), "words of export-control legends", whole=words.export_controlled, source="words.export"),
)  # fmt: skip
