"""Builds the package; all that is declared about it stands in pyproject.toml.

Scenarios, studies and schemas have their one place in top-level folders of the repository, where people look for
them. A built package holds them too, so that nobody needs a clone: they are copied in while it is built.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("scenarios", "experiments", "schemas")


class BuildWithShipped(build_py):
    """Copies the shipped folders into sos_sim/shipped; an editable install reads them where they are."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            for folder in SHIPPED:
                target = Path(self.build_lib, "sos_sim", "shipped", folder)
                target.mkdir(parents=True, exist_ok=True)
                for file in sorted(Path(folder).iterdir()):
                    self.copy_file(str(file), str(target / file.name))


setup(cmdclass={"build_py": BuildWithShipped})
