"""Many models, safely: scenario files, designs of runs, the results store and the runner."""
