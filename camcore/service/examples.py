"""Bodies that stand in OpenAPI as examples."""

from __future__ import annotations

from typing import Any

from fastapi import Body

SOME_ID = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
A_JOB = {
    "name": "kit-4711",
    "machine": "generic-grbl-laser",
    "material": "pet",
    "thickness": 0.25,
    "parts": [{"drawing": SOME_ID, "name": "washer.dxf", "quantity": 40}],
    "sheets": [{"size": [600, 400], "cost": 12.5}],
    "nesting": {"effort": "quick"},
}
BY_ID: dict[str, dict[str, Any]] = {
    "EstimateRequest": {
        "drawing": SOME_ID,
        "material": "fr4",
        "thickness": "1.57mm",
        "quantity": [10, 100, 1000],
        "sheet": "36x48in",
    },
    "ReviewRequest": {"drawing": SOME_ID, "material": "fr4", "thickness": 1.57, "process": "mill", "tool": "1/8in"},
}
BY_ID["QuoteRequest"] = BY_ID["EstimateRequest"]
JOB_QUOTE: Any = Body(openapi_examples={"a kit": {"summary": "in sets", "value": {"job": A_JOB, "quantity": [1, 10]}}})
JOB: Any = Body(openapi_examples={"a kit": {"summary": "washers from a sheet of PET", "value": A_JOB}})
