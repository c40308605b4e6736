"""YAML as people write it, from strangers too: no tags, no aliases (a small text can grow without bounds by them), bounded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from switchboard.domain.errors import Malformed

LONGEST = 200_000  # characters
DEEPEST = 20
_DEEP = re.compile(rf"(?:[\[{{]\s*){{{DEEPEST}}}|(?:- ){{{DEEPEST}}}")  # the parser itself takes minutes over such
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads ten times as fast; not every build of the package has it


def _check(text: str) -> None:
    """Before anything is built of it: readers of what lies deep can end the process."""
    if _DEEP.search(text):
        raise Malformed(f"the document is nested more than {DEEPEST} levels deep")
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise Malformed("aliases (*name) are not read; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Malformed(f"the document is nested more than {DEEPEST} levels deep")


def read_yaml(text: str) -> Mapping[str, Any]:
    """The mapping that a document is. Raises Malformed, which says where it is wrong."""
    if len(text) > LONGEST:
        raise Malformed(f"a YAML document has at most {LONGEST} characters")
    try:
        _check(text)
        found = yaml.load(text, Loader=_LOADER)  # noqa: S506  # both loaders are safe ones
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise Malformed(f"this is not YAML{where}: {getattr(error, 'problem', '') or 'it cannot be read'}") from None
    except (ValueError, RecursionError) as error:  # such as a date that does not exist
        raise Malformed(f"this YAML cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise Malformed("the document is not a mapping of names to values")
    return found
