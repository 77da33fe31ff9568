"""`READERS` lists the controls that can be read, by the dialect that a machine file names."""

from __future__ import annotations

from camcore.verify.control import Control
from camcore.verify.controls.europe import FAGOR, HEIDENHAIN, SIEMENS
from camcore.verify.controls.fanuc import CENTROID, FANUC, HAAS, MAZAK, OKUMA
from camcore.verify.controls.grbl import FLUIDNC, GRBL, GRBLHAL
from camcore.verify.controls.linuxcnc import LINUXCNC
from camcore.verify.controls.mach import MACH3, MACH4, MASSO
from camcore.verify.controls.printers import MARLIN, SMOOTHIEWARE

READERS: dict[str, Control] = {
    "grbl": GRBL,
    "grblhal": GRBLHAL,
    "fluidnc": FLUIDNC,
    "linuxcnc": LINUXCNC,
    "mach3": MACH3,
    "mach4": MACH4,
    "masso": MASSO,
    "marlin": MARLIN,
    "smoothieware": SMOOTHIEWARE,
    "fanuc": FANUC,
    "haas": HAAS,
    "mazak": MAZAK,
    "centroid": CENTROID,
    "okuma": OKUMA,
    "siemens": SIEMENS,
    "fagor": FAGOR,
    "heidenhain": HEIDENHAIN,
}
"""Reader of each dialect that a machine file may name: adding one is one file and one line here."""
