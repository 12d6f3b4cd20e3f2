"""The parts of a plan for one document, timed by pyperf: `python pieces.py -o FILE`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyperf
from bench import corpus
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from reconciler.desired.checks import document_schema, embedded_schemas
from reconciler.desired.parsed_file import parse_spec
from reconciler.desired.spec_file import read_spec
from reconciler.model.fingerprints import fingerprint
from reconciler.model.json_text import parse_json
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.specs import LiveSpec
from reconciler.planning.diff import differences
from reconciler.planning.three_way import is_settled
from reconciler.planning.tree import document_tree
from reconciler.schemas import read_schema
from reconciler.yamledit import fast_parse
from reconciler.yamledit.fast_parse import plain_json
from reconciler.yamledit.parse import read_with_care

_DISTINCT = 200


def pieces() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    live = next(corpus.live_documents(1))
    text = corpus.spec_text(live)
    source = parse_spec(text.encode(), "spec.yaml", FLOW_SPEC)
    spec = read_spec(source, None).specs[None]
    tree = document_tree(FLOW_SPEC, live)
    answer = json.dumps(live)
    validator = Draft202012Validator(read_schema("flowSpec"))

    def ruamel(pure: bool) -> Any:
        return YAML(typ="safe", pure=pure).load(text)

    def settled() -> bool:
        return is_settled(replace(spec), LiveSpec(FLOW_SPEC, spec.id, live), None)

    return {
        "ruamel.yaml safe load, pure Python": partial(ruamel, True),
        "ruamel.yaml safe load, C parser": partial(ruamel, False),
        "read_with_care: C parser, every check": partial(read_with_care, text, "spec.yaml"),
        "plain_json": partial(plain_json, text),
        "read_spec: check, values seen before": partial(read_spec, source, None),
        "json.loads": partial(json.loads, answer),
        "parse_json: no number changes": partial(parse_json, answer),
        "jsonschema, the document": partial(validator.is_valid, spec.document),
        "is_settled: two equal documents": settled,
        "fingerprint": partial(fingerprint, FLOW_SPEC, live),
        "differences of two equal trees": partial(differences, tree, tree),
    }


def new_pieces() -> dict[str, Callable[[int], float]]:
    """Return what is timed for documents that share no value, by name; each is given loops."""
    texts = [corpus.spec_text(one) for one in corpus.live_documents(_DISTINCT)]
    sources = [parse_spec(text.encode(), "spec.yaml", FLOW_SPEC) for text in texts]

    def timed(work: Callable[[int], object], loops: int) -> float:
        _forget()
        start = pyperf.perf_counter()
        for number in range(loops):
            if number % _DISTINCT == 0:
                _forget()
            work(number % _DISTINCT)
        return pyperf.perf_counter() - start

    return {
        "plain_json, scalars not met before": partial(timed, lambda n: plain_json(texts[n])),
        "read_spec: check, values not seen before": partial(
            timed, lambda n: read_spec(sources[n], None)
        ),
    }


def _forget() -> None:
    fast_parse._plain_scalar.cache_clear()
    document_schema._field_problems.cache_clear()
    embedded_schemas._schema_problems.cache_clear()


def main() -> None:
    runner = pyperf.Runner()
    for name, work in pieces().items():
        runner.bench_func(name, work)
    for name, timed in new_pieces().items():
        runner.bench_time_func(name, timed)


if __name__ == "__main__":
    main()
