"""A spec as the JSON document that Adobe reviews."""

from __future__ import annotations

from pathlib import Path

from reconciler.desired.config import load_config
from reconciler.desired.folder import selector_names
from reconciler.desired.key_order import order_of_kind
from reconciler.desired.load import load_specs
from reconciler.model.errors import ReconcilerError
from reconciler.model.json_text import pretty_json
from reconciler.model.specs import Spec
from reconciler.model.suggestions import closest
from reconciler.operations.output_files import write_output
from reconciler.yamledit.key_order import in_order


def export_spec(specs: Path, target: str | None, wanted: str) -> Path:
    """Write `{source}-connectionSpec.json` into the working directory and return its path.

    `wanted` is a spec's id, name, key or file. The document is that of the target, without
    `x-reconciler`. Raises `ReconcilerError` if no spec or several match.
    """
    config = load_config(specs)
    chosen = config.target(target).name
    loaded = load_specs(specs, target=chosen, known=config.targets).every
    spec = _find(loaded, wanted)
    source = spec.directives.key or Path(spec.file).stem
    path = Path(f"{source}-{spec.kind.name}.json")
    write_output(path, pretty_json(in_order(spec.document, order_of_kind(spec.kind))))
    return path


def _find(specs: tuple[Spec, ...], wanted: str) -> Spec:
    found = [
        spec
        for spec in specs
        if wanted in (spec.directives.key, spec.reference, spec.file)
        or wanted in selector_names(spec.name, spec.id, spec.file)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        files = ", ".join(spec.file for spec in found)
        raise ReconcilerError(f"'{wanted}' is the name of {len(found)} specs. Use a file: {files}.")
    near = closest(wanted, {spec.name for spec in specs})
    hint = f" Did you mean '{near}'?" if near else ""
    raise ReconcilerError(f"no file has a spec '{wanted}'.{hint}")
