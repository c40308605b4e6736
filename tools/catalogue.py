"""The data catalogue (docs/compliance/data-catalogue.yaml): what is stored, read for those who check it and report from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "compliance" / "data-catalogue.yaml"
SECTIONS = ("events", "items", "secrets", "envelope", "others", "messages")
SEALED = frozenset({"personal", "special"})


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record. `fields`: each field's class."""

    section: str
    name: str
    place: str
    activity: str
    fields: Mapping[str, str]

    def of(self, *classes: str) -> frozenset[str]:
        return frozenset(name for name, its in self.fields.items() if its in classes)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`classes`, `bases`, `activities`, `retention`, `places` are the document's own words."""

    classes: Mapping[str, str]
    bases: Mapping[str, str]
    activities: Mapping[str, Mapping[str, Any]]
    retention: Mapping[str, str]
    places: Mapping[str, Mapping[str, str]]
    records: tuple[Record, ...]

    def section(self, name: str) -> Mapping[str, Record]:
        return {r.name: r for r in self.records if r.section == name}


def read(path: Path = FILE) -> Catalogue:
    """Raises ValueError with the place of what is wrong in it."""
    found = yaml.safe_load(path.read_text("utf-8"))
    records = tuple(_records(found))
    catalogue = Catalogue(
        found["classes"], found["bases"], found["activities"], found["retention"], found["places"], records
    )  # fmt: skip
    for name, activity in catalogue.activities.items():
        if activity["basis"] not in catalogue.bases:
            raise ValueError(f"activities.{name} names no basis there is")
    for name, place in catalogue.places.items():
        if place["keep"] not in catalogue.retention:
            raise ValueError(f"places.{name} names no retention there is")
    for r in records:
        if r.place not in catalogue.places or r.activity not in catalogue.activities:
            raise ValueError(f"{r.section}.{r.name} names no place or activity there is")
    unused = {*catalogue.places} - {r.place for r in records} or {*catalogue.activities} - {r.activity for r in records}
    if unused:
        raise ValueError(f"nothing is in or for: {', '.join(sorted(unused))}")
    return catalogue


def _records(found: Mapping[str, Any]) -> Iterator[Record]:
    for section in SECTIONS:
        for name, entry in found[section].items():
            fields: dict[str, str] = {}
            for its, names in entry.items():
                if its in ("in", "for"):
                    continue
                if its not in found["classes"]:
                    raise ValueError(f"{section}.{name} names no class there is: {its}")
                for field in names:
                    if field in fields:
                        raise ValueError(f"{section}.{name}.{field} is declared twice")
                    fields[field] = its
            yield Record(section, name, entry["in"], entry["for"], fields)
