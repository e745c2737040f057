"""Who is offered the programme: posts and families drawn by lot, and what meets those that are not."""

from __future__ import annotations

from sos_sim.agents import Family, SocialWorker
from sos_sim.agents.decisions import Decision
from sos_sim.core.compiling import rule
from sos_sim.core.luck import mix, uniform, word
from sos_sim.model.paths import Path
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
def reach_on(world: World, family: Family, path: Path, month: int) -> float:
    """The same on one path: nothing where the path is closed."""
    return reach_to(world, family, month) if world.paths[path] else 0.0


@rule
def is_alike(world: World, month: int) -> bool:
    """Whether practice is the same with every family and on every path."""
    open_paths = world.paths[Path.FAMILIES] and world.paths[Path.NETWORK_AND_PLAN] and world.paths[Path.PERCEPTION]
    return bool(open_paths and world.levers[month].offered_families >= 1.0)


@rule
def worker_of(world: World, family: Family, path: Path, month: int) -> SocialWorker:
    """The family's worker, with ``delivered``, ``warm`` and ``purposeful`` as this family meets them on a path."""
    worker = world.workers[family.worker]
    if not is_alike(world, month):
        reach = reach_on(world, family, path, month)
        practise_with(worker, reach, world.parameters.practice, world.parameters.structure)
    return worker


@rule
def usual_worker_of(world: World, family: Family) -> SocialWorker:
    """The family's worker with the practice that is usual, as the family's shadow meets it."""
    worker = world.workers[family.worker]
    practise_with(worker, 0.0, world.parameters.practice, world.parameters.structure)
    return worker


@rule
def practise_in_full(world: World, month: int) -> None:
    """Every worker's practice as it is with families who are offered it, whichever family was met last."""
    if not is_alike(world, month):
        for worker in world.workers:
            practise_with(worker, 1.0, world.parameters.practice, world.parameters.structure)
