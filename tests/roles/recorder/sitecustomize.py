"""Python runs this at the start of every process that has the folder on its path. In functions it writes down, one file a process
and one line each, their AWS calls (`action ARN`) and the settings they read (`setting NAME`). Nothing of what is sent is kept."""

import os
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path

SETTINGS = "switchboard.settings"


class _SettingsWatch(MetaPathFinder):
    """Has the settings' class tell which of its fields are read."""

    def __init__(self, tell):  # type: ignore[no-untyped-def]
        self._tell = tell

    def find_spec(self, fullname, path, target=None):  # type: ignore[no-untyped-def]
        if fullname != SETTINGS or (spec := PathFinder.find_spec(fullname, path)) is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_watch(module):  # type: ignore[no-untyped-def]
            execute(module)
            kind, tell, read = module.Settings, self._tell, object.__getattribute__
            fields = frozenset(kind.model_fields)

            def telling(self, name):  # type: ignore[no-untyped-def]
                if name in fields:
                    tell("setting", name)
                return read(self, name)

            kind.__getattribute__ = telling

        spec.loader.exec_module = execute_and_watch
        return spec


if {"AWS_LAMBDA_FUNCTION_NAME", "RECORDED_CALLS"} <= os.environ.keys():
    import aws_calls

    _file = (Path(os.environ["RECORDED_CALLS"]) / f"{os.environ['AWS_LAMBDA_FUNCTION_NAME']}.{os.getpid()}").open("a")
    _seen = set()

    def _write(*line):  # type: ignore[no-untyped-def]
        if line not in _seen:
            _seen.add(line)
            _file.write(" ".join(line) + "\n")
            _file.flush()

    def _call(service, operation, params, endpoint):  # type: ignore[no-untyped-def]
        for use in aws_calls.uses(service, operation, params, endpoint):
            _write(*use)

    aws_calls.listen(_call)
    sys.meta_path.insert(0, _SettingsWatch(_write))
