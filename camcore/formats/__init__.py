"""The files of the contract as models: what they hold, their text, their JSON Schema."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pydantic import BaseModel

SCHEMAS: dict[str, tuple[str, str]] = {
    "job": ("camcore.job", "Job"),
    "machine": ("camcore.machine", "Machine"),
    "read": ("camcore.formats.read", "ReadFile"),
    "dfm": ("camcore.formats.dfm", "DfmFile"),
    "article": ("camcore.formats.article", "ArticleFile"),
    "compare": ("camcore.formats.compare", "CompareFile"),
    "estimate": ("camcore.formats.estimate", "EstimateFile"),
    "quote": ("camcore.formats.quote", "QuoteFile"),
    "nest": ("camcore.formats.nest", "NestFile"),
    "cut": ("camcore.formats.cut", "CutFile"),
    "verify": ("camcore.formats.verify", "VerifyFile"),
    "findings": ("camcore.formats.common", "FindingsFile"),
    "papers": ("camcore.formats.papers", "PapersFile"),
    "history": ("camcore.formats.history", "HistoryFile"),
    "manifest": ("camcore.formats.manifest", "ManifestFile"),
    "stock": ("camcore.formats.stock", "StockFile"),
}
"""Name for `camcore schema` → module and model."""


def schema(name: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of the format `name` of SCHEMAS. Raises KeyError for another name."""
    module, model = SCHEMAS[name]
    kind: type[BaseModel] = getattr(import_module(module), model)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **kind.model_json_schema(by_alias=True)}
