"""Picture of the README: `python docs/figures/sheets.py` draws it anew."""

from pathlib import Path

from camcore import toolpath
from camcore.nesting import nest
from camcore.ready import Budget, prepare
from camcore.report import JobRecord, SheetRecord, sheet_svg

HERE = Path(__file__).resolve().parent


def sheet(sample: str) -> str:
    """The first sheet of a sample as a picture."""
    ready = prepare(HERE.parents[1] / "samples" / sample / "job.toml", Budget())
    found = nest(ready.intake.demands, ready.intake.stocks, ready.rules, job=sample)
    plan = toolpath.plan(found, ready.setup)[0]
    record = SheetRecord(plan.sheet, plan)
    return sheet_svg(record, JobRecord(found, ready.machine, ready.setup, ready.material.title, (record,)))


if __name__ == "__main__":
    (HERE / "fr4-kit.svg").write_text(sheet("fr4-kit"), "utf-8")
