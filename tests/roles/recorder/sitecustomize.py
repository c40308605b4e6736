"""Python runs this at the start of every process that has the folder on its path. In functions it writes down, one file a process
and one line each, their AWS calls (`action ARN`) and the settings they read (`setting NAME`). Nothing of what is sent is kept."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

SETTINGS = "switchboard.settings"
Tell = Callable[[str, str], None]


class _WatchingLoader(Loader):
    """Loads a module as `loader` does, and has its settings tell which of their fields are read."""

    def __init__(self, loader: Loader, tell: Tell) -> None:
        self._loader = loader
        self._tell = tell

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        kind, tell = module.Settings, self._tell
        fields = frozenset(kind.model_fields)

        def telling(self: object, name: str) -> Any:
            if name in fields:
                tell("setting", name)
            return object.__getattribute__(self, name)

        kind.__getattribute__ = telling


class _SettingsFinder(MetaPathFinder):
    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname == SETTINGS else None
        if spec is not None and spec.loader is not None:
            spec.loader = _WatchingLoader(spec.loader, self._tell)
        return spec


def _record(file: Path) -> None:
    import aws_calls  # type: ignore[import-not-found,unused-ignore]  # beside this file, which is on the function's path

    lines = file.open("a")
    seen: set[tuple[str, str]] = set()

    def tell(first: str, second: str) -> None:
        if (first, second) not in seen:
            seen.add((first, second))
            lines.write(f"{first} {second}\n")
            lines.flush()

    def call(service: str, operation: str, params: Mapping[str, Any], endpoint: str) -> None:
        for action, resource in aws_calls.uses(service, operation, params, endpoint):
            tell(action, resource)

    aws_calls.listen(call)
    sys.meta_path.insert(0, _SettingsFinder(tell))


if {"AWS_LAMBDA_FUNCTION_NAME", "RECORDED_CALLS"} <= os.environ.keys():
    _record(Path(os.environ["RECORDED_CALLS"]) / f"{os.environ['AWS_LAMBDA_FUNCTION_NAME']}.{os.getpid()}")
