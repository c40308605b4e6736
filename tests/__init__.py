"""All tests. A package, because the wheel of ciw brings a top-level `tests` of its own, which would be found instead."""
