"""Which posterior a study's draws come from, in the words that all pages and the terminal have for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sos_sim.kit.words import Wording

SAYS: Final = Wording("sos_sim.kit", "draws")


def posterior_said(manifest: Mapping[str, Any]) -> list[str]:
    """Which posterior draws come from, and what it knows; nothing where they were given or there are none.

    ``manifest`` holds what ``runs.posterior_draws.posterior_note`` says.
    """
    posterior = manifest.get("posterior", "")
    own = bool(manifest.get("own_posterior"))
    return [SAYS.sentence("drawn_from", posterior=posterior, own=own)] if posterior else []
