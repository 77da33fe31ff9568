"""The search for cycles of objects: off while a proof runs, and afterwards as it was."""

import gc

import pytest
from proof_cases import PROOFS

from camcore.verify import inspect
from camcore.verify.pause import uncollected


@pytest.fixture(autouse=True)
def searching():
    gc.enable()
    yield
    gc.enable()


def test_the_search_is_off_only_meanwhile():
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_has_it_off_keeps_it_off():
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_an_error_leaves_it_on():
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()


@pytest.mark.parametrize("name", ["grbl-laser", "linuxcnc-mill"])
@pytest.mark.parametrize("lost", [False, True], ids=["right", "wrong"])
def test_a_proof_leaves_no_cycles(name, lost):
    """Else what it lets go would stay for as long as nobody searches."""
    proof = PROOFS[name]
    text = proof.text.replace("X", "X1", 3) if lost else proof.text
    assert inspect(text, proof.machine, proof.task).proven is not lost
    gc.collect()
    gc.disable()
    inspect(text, proof.machine, proof.task)
    assert gc.collect() == 0
