"""Nothing can be done to the audit's files that the offline verifier does not find: `make prove-audit`.

A ledger of 100,000 events and 200 roots, made by the real archive and notary; then each tampering is tried, one at a time, on the
copy an auditor would have, and the path it touched is verified again: the file where its bytes are other, the span between two
roots where files came, went or changed places. A trial counts as found if the verifier names the place. Exits 1 if a figure is
short."""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.figures import Figures
from switchboard.domain.audit import archive, root
from switchboard.domain.audit.commit import dumps
from switchboard_verify import records, roots
from switchboard_verify.records import Contents, Fault
from switchboard_verify.roots import Root
from switchboard_verify.verify import Check, Known, Span, verify
from tests.fakes.audit import LocalSigner
from tests.fakes.audited import Audited

EVENTS, ROOTS, FLIPS = 100_000, 200, 10_000
INNER = 2_000  # flips within records of files packed again
BATCH = 50  # commits of a file
SPEED = 50_000  # events a second, all processors at work
LOOKS = 3  # at the speed: the best counts, for others may work on the machine
OPEN = 4  # roots at the end whose files may be too young to be missed by any


def made() -> Audited:
    company = Audited(customers=2_000, seed=5)
    for number in range(1, ROOTS + 1):
        while company.events < EVENTS * number // ROOTS:
            company.batch(BATCH)
        company.root()
    return company


class Remembering(Check):
    """Keeps how things stood before each root."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.roots: list[Root] = []
        self.heads: list[dict[str, tuple[int, str]]] = []

    def _one_root(self, found: tuple[Root, bool], examined: list[Contents]) -> None:
        self.heads.append(dict(self._chains.heads))
        self.roots.append(found[0])
        super()._one_root(found, examined)


class Trials:
    """`found` counts, by name, what was found of what was tried."""

    def __init__(self, company: Audited, folder: Path) -> None:
        self._company, self._folder = company, folder
        self._random = random.Random(11)
        self._keys = [roots.public_key(company.signer.public)]
        whole = Remembering(folder, self._keys, company.now, [])
        report = whole.run(1)
        assert report.whole, report.faults[:5]
        self._roots, self._heads = whole.roots, whole.heads
        self._files = [key for r in self._roots for key, _ in r.archive]
        self._promised = {key: digest for r in self._roots for key, digest in r.archive}
        self.found: dict[str, list[int]] = {}

    def count(self, name: str, found: bool) -> None:
        tally = self.found.setdefault(name, [0, 0])
        tally[0] += found
        tally[1] += 1

    def _raw(self, key: str) -> bytes:
        return self._company.files.there[key]

    # -- the bytes of one file --------------------------------------------------------------------------

    def _says(self, key: str, raw: bytes) -> bool:
        """Whether the verifier names the file when these bytes are in its place."""
        number = roots.number_in(key)
        if number is None:
            return _names(records.examine_bytes(key, raw, self._promised[key]).faults, key)
        return _names(roots.examine(number, raw, self._keys)[1], key)

    def _flipped(self, raw: bytes) -> bytes:
        changed = bytearray(raw)
        changed[self._random.randrange(len(raw))] ^= 1 << self._random.randrange(8)
        return bytes(changed)

    def flips(self) -> None:
        """Any bit, each byte of the copy as likely as another; and of the roots, which are its smaller part, once more."""
        keys = [*self._files, *(r.key for r in self._roots)]
        for key in self._random.choices(keys, [len(self._raw(k)) for k in keys], k=FLIPS):
            self.count("bit_flips", self._says(key, self._flipped(self._raw(key))))
        for r in self._random.choices(self._roots, k=FLIPS // 4):
            self.count("bit_flips_in_roots", self._says(r.key, self._flipped(self._raw(r.key))))

    def flips_within(self) -> None:
        """A bit within the records, the file packed again and named anew, and no root to speak against it: the records must."""
        for key in self._random.choices(self._files, k=INNER):
            raw = gzip.compress(self._flipped(gzip.decompress(self._raw(key))), 1, mtime=0)
            named = _fitting(key, raw)
            self.count("bit_flips_before_a_root", _names(records.examine_bytes(named, raw, "").faults, named))

    def other_keys(self) -> None:
        other = LocalSigner()
        for r in self._roots:
            said, _ = root.read(self._raw(r.key))
            self.count("roots_by_another_key", self._says(r.key, root.written(said, other.sign(said.statement))))

    # -- files that come, go and change places ------------------------------------------------------------

    def _touched(self, number: int, change: dict[str, bytes | None], *places: str, upto: int = 0) -> bool:
        """Whether each place is named when the copy is changed so (None: a file goes) and verified from this root on, up to the
        next, or to `upto`."""
        first, last = self._roots[number - 1], min(upto or number + 1, len(self._roots))
        inside = {key for r in self._roots[number - 1 : last] for key, _ in r.archive}
        before = self._roots[number - 2] if number > 1 else None
        span = Span(before, last, self._heads[number - 1], self._promised.keys() - inside, self._roots[-1].seen)
        try:
            for key, raw in change.items():
                self._put(key, raw)
            faults = Check(self._folder, self._keys, self._company.now, [], span).run(1).faults
        finally:
            for key in change:
                self._put(key, self._company.files.there.get(key))
        assert first.number == number
        return all(_names(faults, place) for place in places)

    def _put(self, key: str, raw: bytes | None) -> None:
        path = self._folder / key
        if raw is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)

    def whole_files(self) -> None:
        """Each file deleted; of each root's files, two swapped, one doubled under a later name, one overwritten."""
        for r in self._roots:
            keys = [key for key, _ in r.archive]
            for key in keys:
                self.count("deleted_files", self._touched(r.number, {key: None}, key, upto=r.number))
            one, other = self._random.sample(keys, 2)
            self.count("swapped_files", self._touched(r.number, {one: self._raw(other), other: self._raw(one)}, one, other))
            doubled = _later(one)
            if r.number <= len(self._roots) - OPEN:
                self.count("doubled_files", self._touched(r.number, {doubled: self._raw(one)}, doubled, upto=r.number))
            older = f"{one}.versions/older"
            self.count("overwritten_versions", self._touched(r.number, {older: self._raw(other)}, one, upto=r.number))
            (self._folder / older).parent.rmdir()

    def records_within(self) -> None:
        """Of each root's files, a record deleted, doubled, swapped with the next, put in from elsewhere; the file packed again, in
        the old one's place and under a name that fits."""
        for r in self._roots:
            for name, change in RECORDS.items():
                key, foreign = self._random.choice(r.archive)[0], self._random.choice(self._files)
                there, others = (json.loads(gzip.decompress(self._raw(k)))["Records"] for k in (key, foreign))
                at = self._random.randrange(len(there) - 1)
                raw = gzip.compress(dumps({"Records": change(there, at, self._random.choice(others))}), 1, mtime=0)
                self.count(name, self._says(key, raw))
                if r.number <= len(self._roots) - OPEN:
                    named = _fitting(key, raw)
                    self.count(name, self._touched(r.number, {key: None, named: raw}, key, named, upto=r.number))

    def missing_and_older_roots(self) -> None:
        """Each root deleted, replaced by one before it, and signed once more by the right key; each pair of neighbours swapped."""
        for r in self._roots:
            self.count("deleted_roots", self._linked(r.number, {r.key: None}, r.key))
            if r.number > 1:
                older = self._random.choice(self._roots[: r.number - 1])
                self.count("rolled_back_roots", self._linked(r.number, {r.key: self._raw(older.key)}, r.key))
            if r.number < len(self._roots):
                following = self._roots[r.number]
                said, _ = root.read(self._raw(r.key))
                again = root.written(said, self._company.signer.sign(said.statement))
                self.count("roots_signed_again", self._linked(r.number, {r.key: again}, following.key))
                both = {r.key: self._raw(following.key), following.key: self._raw(r.key)}
                self.count("swapped_roots", self._linked(r.number, both, r.key, following.key))

    def _linked(self, number: int, change: dict[str, bytes | None], *places: str) -> bool:
        """The same of roots alone: whether each is signed and names the one before it, from this root to the next."""
        before = self._roots[number - 2] if number > 1 else None
        span = Span(before, min(number + 1, len(self._roots)), {}, frozenset(), self._roots[-1].seen)
        try:
            for key, raw in change.items():
                self._put(key, raw)
            faults = _Parts(self._folder, self._keys, self._company.now, [], span).links()
        finally:
            for key in change:
                self._put(key, self._raw(key))
        return all(_names(faults, place) for place in places)

    def cut_tails(self) -> None:
        """Each tail cut, the longer the later: what the roots name is gone, with the roots kept; and then with the roots gone too.
        (The last root alone may be late: whoever remembers it misses it.)"""
        newest = self._roots[-1]
        for r in reversed(self._roots):
            for key, _ in r.archive:
                self._put(key, None)
            self.count("cut_tails", self._touched(r.number, {}, r.archive[0][0], upto=r.number))
        for kept, gone in zip(reversed(self._roots[:-1]), reversed(self._roots), strict=False):
            self._put(gone.key, None)
            known = [Known(newest.number, newest.digest)] if gone is newest else []
            faults = _Parts(self._folder, self._keys, self._company.now, known).end(kept)
            self.count("cut_tails_with_their_roots", _names(faults, gone.key))
        for key in [*self._files, *(r.key for r in self._roots)]:
            self._put(key, self._raw(key))


class _Parts(Check):
    """Parts of a check, for what touches no more."""

    def links(self) -> list[Fault]:
        """Whether roots follow each other."""
        for _ in self._linked():
            pass
        return self._report.faults

    def end(self, last: Root) -> list[Fault]:
        """Whether the copy ends too early."""
        assert max(self._numbers()) == last.number
        self._last = last
        self._tail()
        return self._report.faults


def _names(faults: list[Fault], place: str) -> bool:
    return any(place in fault.place for fault in faults)


def _fitting(key: str, raw: bytes) -> str:
    """The name that a file with these bytes would have had then."""
    return f"{archive.begins(archive.time_of(key))}-{archive.digest(raw)}.json.gz"


def _later(key: str) -> str:
    stamp, rest = key.split("Z-", 1)
    return f"{stamp[:-6]}{(int(stamp[-6:]) + 1) % 1_000_000:06d}Z-{rest}"


Records = list[dict[str, Any]]
RECORDS: dict[str, Callable[[Records, int, dict[str, Any]], Records]] = {
    "deleted_records": lambda there, at, _: there[:at] + there[at + 1 :],
    "doubled_records": lambda there, at, _: [*there[: at + 1], *there[at:]],
    "swapped_records": lambda there, at, _: [*there[:at], there[at + 1], there[at], *there[at + 2 :]],
    "inserted_records": lambda there, at, foreign: [*there[:at], foreign, *there[at:]],
}


def main() -> int:
    figures, jobs = Figures("prove_audit"), os.cpu_count() or 1
    began = time.monotonic()
    company = made()
    print(f"{company.events} events in {len(company.keys('archive/'))} files, {ROOTS} roots, made in {time.monotonic() - began:.0f} s")
    with tempfile.TemporaryDirectory() as there:
        folder = company.copy(Path(there))
        speed = 0.0
        for _ in range(LOOKS):
            began = time.monotonic()
            report = verify(folder, [company.signer.public], company.now, jobs=jobs)
            speed = max(speed, report.events / (time.monotonic() - began))
            assert report.whole
            assert (report.events, report.roots, report.waiting) == (company.events, ROOTS, [])
        trials = Trials(company, folder)
        for trial in (trials.flips, trials.flips_within, trials.other_keys, trials.whole_files, trials.records_within,
                      trials.missing_and_older_roots, trials.cut_tails):  # fmt: skip
            began = time.monotonic()
            trial()
            print(f"{trial.__name__}: {time.monotonic() - began:.0f} s")
        last = Known(ROOTS, report.last.digest if report.last else "")
        assert verify(folder, [company.signer.public], company.now, jobs=jobs, known=[last]).whole, "the copy is as it was"
    for name, (found, tried) in trials.found.items():
        print(f"{name}: {found} of {tried} found")
        figures.at_least(f"{name}_found", 100 * found / tried, 100, "%")
    figures.at_least("full_pass", round(speed), SPEED, "/s")
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
