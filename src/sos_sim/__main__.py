"""``python -m sos_sim`` is ``sos-sim``."""

from sos_sim.cli import main

if __name__ == "__main__":
    main()
