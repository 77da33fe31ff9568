import re

import pytest

from camcore.codes import CODES
from camcore.findings import CamError, Finding, Severity, errors

ERROR = Finding("E301", "cannot read it", "check the path", "a.toml", {"line": 3, "x": 1.23456789})
WARNING = Finding("W322", "taken as mm")


def test_codes_are_well_formed():
    assert all(re.fullmatch(r"[EWI][1-9]\d\d", code) and title for code, title in CODES.items())


def test_severity_is_the_first_letter():
    assert ERROR.severity is Severity.ERROR
    assert WARNING.severity is Severity.WARNING
    assert errors([WARNING, ERROR]) == [ERROR]


def test_an_unknown_code_is_refused():
    with pytest.raises(ValueError, match="E999"):
        Finding("E999", "made up")


def test_text_names_file_place_and_advice():
    assert str(ERROR) == "E301 a.toml: line 3, x 1.235: cannot read it → check the path"
    assert str(WARNING) == "W322 taken as mm"


def test_plain_form_is_the_contract():
    assert ERROR.as_dict() == {
        "code": "E301",
        "severity": "error",
        "file": "a.toml",
        "where": {"line": 3, "x": 1.23456789},
        "message": "cannot read it",
        "advice": "check the path",
    }


def test_an_error_carries_its_findings():
    assert CamError(ERROR).findings == (ERROR,)
    assert CamError([ERROR, WARNING]).findings == (ERROR, WARNING)
