"""The eight phases of a month: loops over agents that draw by address and call the rules."""
