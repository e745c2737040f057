"""Pages in a real browser: what it makes of them, how they print, what a checker of accessibility finds."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=5000",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--hide-scrollbars",
)
BROWSERS_OWN = re.compile(r"https?://([a-z0-9-]+\.)*(google|googleapis|gvt1|gstatic)\.com/")
"""Addresses that Chromium itself asks for, whatever page is open; the flags keep it from reaching them."""
NARROW = 500
"""Width in pixels of the narrowest window that Chromium gives."""

browser = next(filter(None, map(shutil.which, BROWSERS)), None)


class Visit(NamedTuple):
    """What a browser made of a page: its elements as text, what it complained of, what it asked the network for."""

    dom: str
    complaints: list[str]
    asked: set[str]


def visit(page: Path, folder: Path, width: int = 1280) -> Visit:
    """Open a page in a new, empty browser profile."""
    record = folder / "network.json"
    flags = (f"--user-data-dir={folder / 'profile'}", f"--log-net-log={record}", f"--window-size={width},900")
    opened = subprocess.run(
        [str(browser), *FLAGS, *flags, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    complaints = [line for line in opened.stderr.splitlines() if "CONSOLE" in line]
    events = json.loads(record.read_text())["events"]
    asked = {str(event["params"]["url"]) for event in events if "url" in event.get("params", {})}
    return Visit(
        opened.stdout,
        complaints,
        {url for url in asked if url.startswith(("http:", "https:", "ws:", "wss:")) and not BROWSERS_OWN.match(url)},
    )


def width_needed(page: Path, folder: Path) -> int:
    """Pixels that a page takes in a narrow window, read by a script put into a copy of it."""
    script = "<script>document.write('<p id=width>' + document.documentElement.scrollWidth + '</p>')</script>"
    text = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", page.read_text())
    (copy := folder / "copy.html").write_text(text + script)
    found = re.search(r'<p id="width">(\d+)</p>', visit(copy, folder, NARROW).dom)
    assert found is not None
    return int(found[1])


def printed(page: Path, folder: Path) -> bytes:
    """A page as the browser prints it to PDF."""
    made = folder / "printed.pdf"
    flags = (f"--user-data-dir={folder / 'profile'}", "--no-pdf-header-footer", f"--print-to-pdf={made}")
    subprocess.run([str(browser), *FLAGS, *flags, page.as_uri()], capture_output=True, timeout=300, check=True)
    return made.read_bytes()


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of every page of a PDF, in whole points."""
    held = re.findall(rb"/Type /Page\b(?!s).*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf, re.DOTALL)
    return [(round(float(wide)), round(float(high))) for wide, high in held]


def axe_script() -> Path | None:
    """Where axe-core lies: ``npm install --no-save axe-core`` puts it into the repository, ``-g`` beside npm."""
    roots = [Path(__file__).resolve().parents[2] / "node_modules"]
    if npm := shutil.which("npm"):
        asked = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=False)
        roots.append(Path(asked.stdout.strip() or "nowhere"))
    return next((found for root in roots if (found := root / "axe-core" / "axe.min.js").is_file()), None)


def found_by_axe(page: Path, folder: Path, width: int = 1280) -> list[str]:
    """What axe-core finds wrong in a page all of whose parts are opened: rule and markup, one a line."""
    script = axe_script()
    assert script is not None
    text = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", page.read_text(encoding="utf-8"))
    run = (
        "document.querySelectorAll('details').forEach(one => one.open = true);"
        "axe.run().then(found => { const told = document.createElement('pre'); told.id = 'axe';"
        "told.textContent = JSON.stringify(found.violations.flatMap("
        "rule => rule.nodes.map(node => rule.id + ': ' + node.html.slice(0, 120)))); document.body.append(told); });"
    )
    axe = script.read_text(encoding="utf-8").replace("</script", "<\\/script")
    (copy := folder / "checked.html").write_text(
        f"{text}<script>{axe}</script><script>{run}</script>", encoding="utf-8"
    )
    told = re.search(r'<pre id="axe">(.*?)</pre>', visit(copy, folder, width).dom, re.DOTALL)
    assert told is not None, "axe-core did not finish"
    found: Any = json.loads(unescape(told[1]))
    return [str(line) for line in found]
