"""A hook of mkdocs: pages that stand elsewhere in the repository, and other files that are linked to, come along.

Pages are written so that their links work in the repository. On the site, README, CHANGELOG and their like stand
beside the pages of ``docs/``, and every other file that a page links to is copied into a folder of its own.
"""

from __future__ import annotations

import logging
import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

ROOT_PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "benchmarks/README.md": "speed.md",
}
"""Pages of the repository outside ``docs/``, and their names on the site."""
COPIES = "repository"
"""Folder of the site with the other files that pages link to."""
_FETCHED = re.compile(r'<(?:script|img|iframe)\b[^>]*\bsrc="(https?:[^"]+)|<link\b[^>]*\bhref="(?:https?:[^"]+)')
_RELATIVE_LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that stand elsewhere, and every other file outside ``docs/`` that a page links to."""
    from mkdocs.structure.files import File

    root = Path(config.docs_dir).parent
    for source, page in ROOT_PAGES.items():
        files.append(File.generated(config, page, abs_src_path=str(root / source)))
    for room in rooms(root):
        files.append(File.generated(config, f"modules/{room}.md", content=f"# {room}\n\n::: sos_sim.{room}\n"))
    for page_file in list(files.documentation_pages()):
        for link in _RELATIVE_LINK.findall(page_file.content_string):
            target = target_on_site(page_file.src_uri, link)
            if target.startswith(COPIES) and files.get_file_from_path(target) is None:
                files.append(File.generated(config, target, abs_src_path=str(root / target.partition("/")[2])))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Write each relative link as it is on the site."""
    here = page.file.src_uri

    def moved(link: re.Match[str]) -> str:
        return f"]({posixpath.relpath(target_on_site(here, link[1]), posixpath.dirname(here) or '.')}"

    return _RELATIVE_LINK.sub(moved, markdown)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Warn (so, in strict mode, refuse) where a page would fetch anything from another address."""
    for fetched in _FETCHED.findall(output):
        logging.getLogger("mkdocs.hooks").warning("%s would fetch %s", page.file.src_uri, fetched)
    return output


def rooms(root: Path) -> list[str]:
    """Rooms of the source, each of which has a page of its modules."""
    return sorted(package.parent.name for package in (root / "src" / "sos_sim").glob("*/__init__.py"))


def target_on_site(page: str, link: str) -> str:
    """Path on the site of what a page (by its path there) links to as in the repository."""
    source = {there: name for name, there in ROOT_PAGES.items()}.get(page, f"docs/{page}")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
    if target.startswith("docs/"):
        return target.removeprefix("docs/")
    return ROOT_PAGES.get(target, f"{COPIES}/{target}")
