"""`python -m tools.register`: the register of processing (GDPR Art. 30) from the data catalogue; `--check` says whether the file is
what the catalogue says."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from tools.catalogue import ROOT, Catalogue, Record, read

FILE = ROOT / "docs" / "compliance" / "register-of-processing.md"
HEAD = """# Register of processing (GDPR Art. 30)

Made by `python -m tools.register` from `docs/compliance/data-catalogue.yaml`, which `tests/unit/test_catalogue.py` compares with
the code; do not edit it. **Yours to add**: your name and representative, your data protection officer, joint controllers, the
contracts with those who get data, and where they are (Art. 30(1)(a), (e)). One region holds all that is stored: where you deploy.

Measures (Art. 30(1)(g), 32): personal and special fields are sealed one by one under a key a person, which is wrapped by a branch key
that KMS wraps; every change and every read of customers' data is on a hash-chained ledger whose roots are signed (controls.md).
"""


def render(catalogue: Catalogue) -> str:
    parts = [HEAD, _activities(catalogue), _places(catalogue), _classes(catalogue), *_fields(catalogue)]
    return "\n".join(parts)


def _activities(c: Catalogue) -> str:
    rows = []
    for name, a in c.activities.items():
        records = [r for r in c.records if r.activity == name]
        kinds = sorted({its for r in records for its in r.fields.values()} - {"none"})
        keep = sorted({c.retention[c.places[r.place]["keep"]] for r in records})
        rows.append((name, a["purpose"], ", ".join(a["people"]), ", ".join(kinds), c.bases[a["basis"]], a["to"], "; ".join(keep)))
    heads = ("activity", "purpose", "whose data", "classes", "legal basis", "given to", "kept")
    return "## Activities\n\n" + _table(heads, rows)


def _places(c: Catalogue) -> str:
    return "## Places\n\n" + _table(
        ("place", "where", "kept"), [(name, p["where"], c.retention[p["keep"]]) for name, p in c.places.items()]
    )


def _classes(c: Catalogue) -> str:
    counts = {its: sum(len(r.of(its)) for r in c.records) for its in c.classes}
    return "## Classes\n\n" + _table(("class", "meaning", "fields"), [(k, v, str(counts[k])) for k, v in c.classes.items()])


def _fields(c: Catalogue) -> Iterable[str]:
    yield "## Fields\n"
    for activity in c.activities:
        rows = [_row(c, r) for r in sorted(c.records, key=lambda r: (r.place, r.name)) if r.activity == activity]
        yield f"### {activity}\n\n" + _table(("record", "where", *c.classes), rows)


def _row(c: Catalogue, r: Record) -> Sequence[str]:
    return (f"`{r.name}`", r.place, *(", ".join(f"`{f}`" for f, its in r.fields.items() if its == cls) for cls in c.classes))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    wanted = render(read())
    if "--check" in (sys.argv[1:] if arguments is None else arguments):
        same = FILE.is_file() and FILE.read_text("utf-8") == wanted
        print("the register is what the catalogue says" if same else "the register is stale: run python -m tools.register")
        return 0 if same else 1
    FILE.write_text(wanted, "utf-8")
    print(f"wrote {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
