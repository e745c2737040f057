"""Agent-based simulation of a children's services authority and the programme theory of Signs of Safety."""
