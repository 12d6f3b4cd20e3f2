"""The changes with known answers, and the verdicts of the program."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from ruamel.yaml import YAML

from reconciler.compatibility.compare import verdict_on
from reconciler.model.json_text import Json, parse_json
from reconciler.model.pointers import parse_pointer
from reconciler.model.verdicts import CompatibilityLevel, SchemaVerdict


@dataclass(frozen=True)
class Row:
    """One direction of a case: the two schemas, and the true answer."""

    name: str
    old: Json
    new: Json
    truth: str


def rows() -> list[Row]:
    """Every case in both directions."""
    text = (Path(__file__).parent / "compatibility" / "cases.yaml").read_text(encoding="utf-8")
    cases = YAML(typ="safe", pure=True).load(text)
    return [row for case in cases for row in _both(case)]


def _both(case: dict) -> Iterator[Row]:
    if "of" in case:
        old = documented()[case["of"]]
        new = copy.deepcopy(old)
        for pointer, value in case.get("set", {}).items():
            *above, last = parse_pointer(pointer)
            _at(new, above)[last] = value
        for pointer in case.get("remove", ()):
            *above, last = parse_pointer(pointer)
            del _at(new, above)[last]
    else:
        old, new = case["old"], case["new"]
    yield Row(case["name"], old, new, case["there"])
    yield Row(f"{case['name']}, and back", new, old, case["back"])


def _at(value: Json, tokens: list[str]) -> Json:
    for token in tokens:
        value = value[token]
    return value


@cache
def documented() -> dict[str, Json]:
    """The documented schemas, as the embedded service has them."""
    seed = files("reconciler.emulator").joinpath("seed.json").read_text(encoding="utf-8")
    flow_specs, connection_specs = (
        parse_json(seed)[name] for name in ("flowSpecs", "connectionSpecs")
    )
    rest = next(spec for spec in flow_specs if spec["name"] == "RestStorageToAEP")
    generic = next(spec for spec in connection_specs if spec["name"] == "generic-rest-extension")
    return {
        "schedule": rest["scheduleSpec"]["spec"],
        "options": rest["optionSpec"]["spec"],
        "mapping": rest["transformationSpecs"][0]["spec"],
        "auth": generic["authSpec"][0]["spec"],
    }


@cache
def verdicts() -> tuple[tuple[Row, SchemaVerdict], ...]:
    """Every row with the verdict of the program."""
    return tuple((row, verdict_on((), row.old, row.new)) for row in rows())


@dataclass(frozen=True)
class Score:
    """How many verdicts agree with the true answers."""

    rows: int
    breaking: int
    found: int
    false_alarms: int
    compatible: int
    proven: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false_alarms)

    @property
    def recall(self) -> float:
        return self.found / self.breaking


def score() -> Score:
    """The score of the whole table; what is unchanged is compatible too."""
    judged = [(row.truth == "breaking", found.verdict) for row, found in verdicts()]
    proofs = (CompatibilityLevel.COMPATIBLE, CompatibilityLevel.UNCHANGED)
    return Score(
        rows=len(judged),
        breaking=sum(breaks for breaks, _ in judged),
        found=sum(breaks and said is CompatibilityLevel.BREAKING for breaks, said in judged),
        false_alarms=sum(
            not breaks and said is CompatibilityLevel.BREAKING for breaks, said in judged
        ),
        compatible=sum(not breaks for breaks, _ in judged),
        proven=sum(not breaks and said in proofs for breaks, said in judged),
    )
