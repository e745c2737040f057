"""Many models, safely: run tables, the results store, executors and the runner."""
