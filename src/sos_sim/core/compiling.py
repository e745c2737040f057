"""The one door to Numba: rules stay plain Python and compile when compiled code calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba.extending import register_jitable

Function = TypeVar("Function", bound=Callable[..., Any])


def rule(function: Function) -> Function:
    """Mark a plain function as callable from compiled code.

    The function itself is returned: called from Python with Mesa agents it is ordinary Python;
    called from the compiled engine with records, Numba compiles the same source.
    """
    return cast(Function, register_jitable(function))
