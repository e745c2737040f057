"""Who is offered the programme: posts and families drawn by lot, and what meets those that are not."""

from __future__ import annotations

from sos_sim.agents import Family, SocialWorker
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import mix, uniform, word
from sos_sim.model.world import World
from sos_sim.theory.practice import practise_with

LOT = mix(Decision.LOT, 0)


@rule
def is_drawn(luck: int, share: float) -> bool:
    """Whether a post or family of this luck is among the share that is drawn: for good, whoever else there is."""
    return share >= 1.0 or uniform(luck, word(LOT)) < share


@rule
def offer_to(world: World, worker: SocialWorker, month: int) -> float:
    """1 when this post is offered training, coaching and group supervision this month, else 0."""
    return 1.0 if is_drawn(worker.luck, world.levers[month].offered_posts) else 0.0


@rule
def reach_to(world: World, family: Family, month: int) -> float:
    """Share of its worker's practice that meets the family: all, or what spills over where it is not offered."""
    return 1.0 if is_drawn(family.luck, world.levers[month].offered_families) else world.parameters.practice.spillover


@rule
def worker_of(world: World, family: Family, month: int) -> SocialWorker:
    """The family's worker, with ``delivered``, ``warm`` and ``purposeful`` as this family meets them."""
    worker = world.workers[family.worker]
    if world.levers[month].offered_families < 1.0:
        practise_with(worker, reach_to(world, family, month), world.parameters.practice, world.parameters.structure)
    return worker


@rule
def practise_in_full(world: World, month: int) -> None:
    """Every worker's practice as it is with families who are offered it, whichever family was met last."""
    if world.levers[month].offered_families < 1.0:
        for worker in world.workers:
            practise_with(worker, 1.0, world.parameters.practice, world.parameters.structure)
