"""Who exists: families, children, social workers, network members, ties, teams."""

from sos_sim.agents.child import Child
from sos_sim.agents.family import Family
from sos_sim.agents.network import NetworkMember, Tie
from sos_sim.agents.organisation import Organisation, Team
from sos_sim.agents.social_worker import SocialWorker

__all__ = ["Child", "Family", "NetworkMember", "Organisation", "SocialWorker", "Team", "Tie"]
