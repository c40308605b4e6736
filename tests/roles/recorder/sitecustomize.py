"""Python runs this at the start of every process that has the folder on its path; in functions it writes down their AWS calls.

One file a process, one line a kind of call: `action resource`. Nothing of what is sent is kept."""

import os
from pathlib import Path

if {"AWS_LAMBDA_FUNCTION_NAME", "RECORDED_CALLS"} <= os.environ.keys():
    import aws_calls

    _file = (Path(os.environ["RECORDED_CALLS"]) / f"{os.environ['AWS_LAMBDA_FUNCTION_NAME']}.{os.getpid()}").open("a")
    _seen = set()

    def _write(service, operation, params, endpoint):  # type: ignore[no-untyped-def]
        for use in aws_calls.uses(service, operation, params, endpoint):
            if use not in _seen:
                _seen.add(use)
                _file.write(" ".join(use) + "\n")
                _file.flush()

    aws_calls.listen(_write)
