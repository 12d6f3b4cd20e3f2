"""The parts of a plan for one document, timed by pyperf: `python pieces.py -o FILE`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyperf
from bench import corpus
from deepdiff import DeepDiff
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from reconciler.desired.specfile import read_spec
from reconciler.desired.yamltext import parse_yaml
from reconciler.model.fingerprints import fingerprint
from reconciler.model.jsontext import parse_json
from reconciler.model.kinds import FLOW_SPEC
from reconciler.model.specs import LiveSpec
from reconciler.planning.comparison import is_settled
from reconciler.planning.differences import differences
from reconciler.planning.tree import document_tree
from reconciler.schemas import read_schema


def main() -> None:
    live = next(corpus.live_documents(1))
    text = corpus.spec_text(live)
    spec = read_spec(text.encode(), "spec.yaml", FLOW_SPEC).spec
    assert spec is not None
    tree = document_tree(FLOW_SPEC, live)
    answer = json.dumps(live)
    validator = Draft202012Validator(read_schema("flowSpec"))
    distinct = [corpus.spec_text(d).encode() for d in corpus.live_documents(500, distinct=True)]

    def ruamel(pure: bool) -> Any:
        return YAML(typ="safe", pure=pure).load(text)

    def settled() -> bool:
        return is_settled(replace(spec), LiveSpec(FLOW_SPEC, spec.id, live), None)

    def read_distinct(loops: int) -> float:
        start = pyperf.perf_counter()
        for number in range(loops):
            read_spec(distinct[number % len(distinct)], "spec.yaml", FLOW_SPEC)
        return pyperf.perf_counter() - start

    pieces = {
        "ruamel.yaml safe load, pure Python": partial(ruamel, True),
        "ruamel.yaml safe load, C parser": partial(ruamel, False),
        "parse_yaml, its checks included": partial(parse_yaml, text, "spec.yaml"),
        "read_spec: parse and validate, values seen before": partial(
            read_spec, text.encode(), "spec.yaml", FLOW_SPEC
        ),
        "json.loads": partial(json.loads, answer),
        "parse_json: no number changes": partial(parse_json, answer),
        "jsonschema, the document": partial(validator.is_valid, spec.document),
        "is_settled: two equal documents": settled,
        "fingerprint": partial(fingerprint, FLOW_SPEC, live),
        "DeepDiff of two equal documents": partial(DeepDiff, live, json.loads(answer)),
        "differences of two equal trees": partial(differences, tree, tree),
    }
    runner = pyperf.Runner()
    for name, work in pieces.items():
        runner.bench_func(name, work)
    runner.bench_time_func("read_spec: parse and validate, values not seen before", read_distinct)


if __name__ == "__main__":
    main()
