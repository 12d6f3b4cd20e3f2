"""The README's pictures: `python .github/pictures/make.py`, or `--check` whether they are current.

A plan in a terminal, and the comment on a pull request, both of one small repository whose target
is embedded. The comment is a screenshot, which differs from browser to browser; it holds a digest
of the page that it shows, and that is what is compared.
"""

import hashlib
import io
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).with_name("reconciler")
FLOW_SPEC = "specs/flowSpecs/rest-storage-to-aep.yaml"
OLD_SOURCE = "  - 2d46966e-4fcc-4015-9f9e-a67594e395a3\n"
NEW_SOURCE = """\
# yaml-language-server: $schema=../.schemas/connectionSpec.json
name: Acme CRM
providerId: 0ed90a81-07f4-4586-8190-b40eccef1c5a
version: "1.0"
type: generic-rest
x-reconciler: {key: acme-crm}
"""
PAGE = """\
<!doctype html><meta charset="utf-8"><style>
body {{ font: 14px/1.5 "DejaVu Sans", sans-serif; color: #1f2328; margin: 0; padding: 16px;
  width: 900px }}
header {{ background: #f6f8fa; border: 1px solid #d1d9e0; border-radius: 6px 6px 0 0;
  padding: 8px 16px; color: #59636e }}
main {{ border: 1px solid #d1d9e0; border-top: 0; border-radius: 0 0 6px 6px;
  padding: 1px 16px 8px }}
code, pre {{ font: 12px/1.45 "DejaVu Sans Mono", monospace; background: #eff1f3;
  border-radius: 6px; padding: 2px 4px }}
pre {{ padding: 12px; background: #f6f8fa }} pre code {{ background: none; padding: 0 }}
table {{ border-collapse: collapse }} td, th {{ border: 1px solid #d1d9e0; padding: 4px 12px }}
blockquote {{ border-left: 4px solid #cf222e; margin: 0 0 16px; padding: 0 16px }}
blockquote b.caution {{ color: #cf222e }} sub {{ color: #59636e }}
i {{ font-style: normal }} i.add {{ background: #dafbe1 }} i.del {{ background: #ffebe9 }}
</style><header><b>github-actions</b> bot commented</header><main>{}</main>
"""


def run(folder: Path, *command: str | Path, **environ: str) -> str:
    """Run a command of the small repository and return its stdout."""
    day = "2026-01-02T03:04:05Z"
    fixed = {
        "GIT_AUTHOR_DATE": day,
        "GIT_COMMITTER_DATE": day,
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{
            f"GIT_{who}_{what}": "a@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(  # noqa: S603 - commands of this file
        command,
        cwd=folder,
        env={**kept, **fixed, "COLUMNS": "100", **environ},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def small_repository(folder: Path) -> None:
    """Set up a repository, apply it, and change it on both sides."""
    from reconciler.emulator.store import Store

    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    run(folder, COMMAND, "init", "--yes", "--ci", "none")
    shutil.rmtree(folder / "specs" / ".schemas")  # whose changes would change the commit's name
    commit(folder)
    run(folder, COMMAND, "apply", "--yes", "--record")
    text = (folder / FLOW_SPEC).read_text()
    text = text.replace(OLD_SOURCE, f"{OLD_SOURCE}  - connectionSpec.acme-crm\n", 1)
    interval = "      interval:\n        type: integer\n"
    (folder / FLOW_SPEC).write_text(text.replace(interval, f"{interval}        minimum: 60\n", 1))
    (folder / "specs/connectionSpecs").mkdir()
    (folder / "specs/connectionSpecs/acme-crm.yaml").write_text(NEW_SOURCE)
    commit(folder)
    store = Store(folder / ".reconciler/local.db")
    live = store.all("flowSpecs")[0].document
    store.put("flowSpecs", live["id"], {**live, "version": "1.1"})
    store.close()


def commit(folder: Path) -> None:
    """Commit everything."""
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", "Specs")


def terminal(folder: Path) -> str:
    """Return the plan as a terminal shows it, as SVG."""
    plan = run(folder, COMMAND, "plan", FORCE_COLOR="1")
    console = Console(file=io.StringIO(), record=True, width=100, force_terminal=True)
    console.print(Text.from_ansi("$ reconciler plan\n" + plan.rstrip("\n")))
    svg = console.export_svg(title="reconciler plan", theme=MONOKAI, unique_id="plan")
    # GitHub shows no picture that fetches a font.
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL) + "\n"


def comment(folder: Path) -> str:
    """Return the comment on the pull request as a page."""
    markdown = run(folder, COMMAND, "plan", "--format", "markdown")
    options = Options.CMARK_OPT_UNSAFE
    html = cmarkgfm.github_flavored_markdown_to_html(markdown, options)
    html = html.replace("[!CAUTION]", '<b class="caution">⚠ Caution</b><br>')
    html = re.sub(r"(?m)(^|<code>)(\+ .*)$", r'\1<i class="add">\2</i>', html)
    html = re.sub(r"(?m)(^|<code>)(- .*)$", r'\1<i class="del">\2</i>', html)
    return PAGE.format(html)


def screenshot(page: str) -> bytes:
    """Return a picture of a page, with the page's digest in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        view = browser.new_page(viewport={"width": 934, "height": 850})  # its first screen
        view.set_content(page)
        picture = view.screenshot()
        browser.close()
    return with_digest(picture, page)


def with_digest(png: bytes, page: str) -> bytes:
    """Return a PNG with a text chunk behind its header."""
    end = 8 + 25  # the signature, and the header's chunk
    body = b"tEXt" + b"Source\0" + digest(page)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return png[:end] + chunk + png[end:]


def digest(page: str) -> bytes:
    """Return what tells one page from another."""
    return hashlib.sha256(page.encode()).hexdigest().encode()


def main() -> None:
    """Write the pictures, or compare them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "specs-repository"
        folder.mkdir()
        small_repository(folder)
        svg, page = terminal(folder), comment(folder)
    plan, shown = HERE / "plan.svg", HERE / "comment.png"
    if "--check" in sys.argv:
        if plan.read_text() != svg or digest(page) not in shown.read_bytes():
            sys.exit("The pictures are of an older version: python .github/pictures/make.py")
        return
    plan.write_text(svg)
    shown.write_bytes(screenshot(page))


if __name__ == "__main__":
    main()
