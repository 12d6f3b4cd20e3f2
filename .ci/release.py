"""What a release is made of: `python .ci/release.py version|notes|sbom TAG`.

The version, the addresses of the project, the release notes and the list of components come from
the tag, the workflow's environment, CHANGELOG.md and the lock.
"""

import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
TAG = re.compile(r"v(\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)")


def write_version(version: str) -> str:
    """Write the version into the package, and where it is released from into the metadata."""
    module, project = ROOT / "reconciler" / "__init__.py", ROOT / "pyproject.toml"
    text = re.sub(r'(?m)^__version__ = ".*"$', f'__version__ = "{version}"', module.read_text())
    module.write_text(text)
    repository = os.environ.get("GITHUB_REPOSITORY")
    if repository:
        url = f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{repository}"
        urls = (
            f'[project.urls]\nSource = "{url}"\nIssues = "{url}/issues"\n'
            f'Changelog = "{url}/blob/v{version}/CHANGELOG.md"\n\n[project.scripts]'
        )
        project.write_text(project.read_text().replace("[project.scripts]", urls, 1))
        # An index shows the README, and has none of the files beside it.
        readme, files = ROOT / "README.md", f"]({url}/raw/v{version}/.github/"
        readme.write_text(readme.read_text().replace("](.github/", files))
    return version


def notes(version: str) -> str:
    """Return the changelog's section of a version; a prerelease has what is not released yet."""
    sections = re.split(r"(?m)^## ", (ROOT / "CHANGELOG.md").read_text())[1:]
    held = {section.split("]")[0].lstrip("["): section.partition("\n")[2] for section in sections}
    is_prerelease = not re.fullmatch(r"[\d.]+", version)
    if version not in held and not is_prerelease:
        sys.exit(f"CHANGELOG.md has no section [{version}]: rename [Unreleased] and tag again.")
    return held.get(version, held["Unreleased"]).strip()


def sbom(version: str) -> str:
    """Return what the lock pins, as CycloneDX 1.6, with the hashes of every file of each."""
    lock = (ROOT / ".ci" / "requirements.txt").read_text().replace("\\\n", "")
    components = []
    for line in filter(None, lock.splitlines()):
        name, pinned = re.match(r"([\w.-]+)==([\w.+!-]+)", line).groups()
        purl = f"pkg:pypi/{name}@{pinned}"
        hashes = [
            {"alg": "SHA-256", "content": value}
            for value in re.findall("--hash=sha256:([0-9a-f]{64})", line)
        ]
        components.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": pinned,
                "purl": purl,
                "hashes": hashes,
            }
        )
    purl = f"pkg:pypi/aep-reconciler@{version}"
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": purl,
                "name": "aep-reconciler",
                "version": version,
                "purl": purl,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": purl, "dependsOn": [part["bom-ref"] for part in components]}],
    }
    return json.dumps(document, indent=2)


def main() -> None:
    """Print or write what was asked for."""
    what, tag = sys.argv[1:]
    found = TAG.fullmatch(tag)
    if found is None:
        sys.exit(f"{tag} is not a version's tag, such as v1.2.3 or v1.2.3rc1.")
    made = {"version": write_version, "notes": notes, "sbom": sbom}[what](found[1])
    sys.stdout.write(made + "\n")


if __name__ == "__main__":
    main()
