"""Plain blocks of motion are read at once: to the same moves and findings as word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from posted import POSTED, posted
from proof_cases import PROOFS
from test_verify_mutants import mutants

from camcore.machine import Machine
from camcore.verify.interpreter import Interpreter
from camcore.verify.lane import Lane
from camcore.verify.reader import Reading, read

CASES = {
    **{f"posted-{dialect}-{process}": posted(dialect, process) for dialect, process in POSTED},
    **PROOFS,
}


def word_by_word(text: str, machine: Machine) -> Reading:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lane, "_run", lambda *_: False)
        return read(text, machine)


@pytest.mark.parametrize("name", CASES)
def test_programs_and_their_mutants_read_the_same_both_ways(name):
    proof = CASES[name]
    for text in [proof.text, *(text for _, text in mutants(proof, 44))]:
        assert read(text, proof.machine) == word_by_word(text, proof.machine)


def test_most_blocks_of_a_program_take_the_lane():
    proof, taken = CASES["posted-linuxcnc-mill"], []
    with pytest.MonkeyPatch.context() as patch:
        slow = Interpreter._read_words
        patch.setattr(Interpreter, "_read_words", lambda self, text, line: (taken.append(line), slow(self, text, line)))
        moves = read(proof.text, proof.machine).moves
    assert len(taken) < len(moves) / 2


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["G0", "G1", "G01", "G2", "G03", "G81", "G20", "G91", "M5", "N1", *"XYZIJRF"]),
        st.sampled_from(["", "5", "-3.5", "+1.25", "0", "0.0001", ".5", "1.0001", "12345678", "5.", "1e3"]),
        st.sampled_from(["", " "]),
    ),
    max_size=6,
)
HEAD = {
    "linuxcnc": "G21 G17 G90 G94 G91.1 G64 P0.005\nT1 M6\nG43 H1\nM3 S9000\nG0 Z5\nG1 X1 Y1 F100\n",
    "fanuc": "G21 G17 G90 G94\nT1 M6\nG43 H1\nM3 S9000\nG0 Z5.\nG1 X1. Y1. F100.\n",
    "siemens": "G710 G17 G90 G94\nT1\nM6\nD1\nM3 S9000\nG0 Z5\nG1 X1 Y1 F100\n",
    "grbl": "G21 G17 G90 G94\nM3 S9000\nG0 Z5\nG1 X1 Y1 F100\n",
}


@given(st.sampled_from(sorted(HEAD)), st.lists(WORDS, max_size=4))
def test_any_blocks_read_the_same_both_ways(dialect, blocks):
    machine = posted(dialect, "mill").machine
    lines = ["".join(f"{letter}{number if len(letter) == 1 else ''}{gap}" for letter, number, gap in b) for b in blocks]
    text = HEAD[dialect] + "\n".join(lines) + "\nX3. Y2.\nM30\n"
    assert read(text, machine) == word_by_word(text, machine)
