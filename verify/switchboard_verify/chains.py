"""The ledgers' chains, put together from what files hold: memory grows with the number of ledgers, not with what happened."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from switchboard_verify.records import Contents, Fault, Link

REMEMBERED = 200_000  # hashes of the last commits: a batch that comes again does so soon

Head = tuple[int, str]
NOTHING: Head = (0, "")


class Chains:
    """`faults` is added to. A commit that came before is compared with what it said then, at once or, by `doubts`, later."""

    def __init__(self) -> None:
        self.heads: dict[str, Head] = {}
        self.moved: dict[str, Head] = {}
        self.faults: list[Fault] = []
        self.early: dict[str, dict[int, tuple[Link, str, datetime | None]]] = {}  # their predecessors have not come
        self.gone: dict[str, dict[int, tuple[Link, str, datetime | None]]] = {}  # likewise, and no root looks at them again
        self.doubts: dict[tuple[str, int], list[tuple[str, str, int]]] = {}
        self._recent: OrderedDict[tuple[str, int], str] = OrderedDict()

    def begin(self, files: Sequence[Contents], said: Mapping[str, Head]) -> None:
        """Of chains that nothing is known of: take as their head what the first of the commits up to the root's head follows."""
        links: dict[str, dict[int, Link]] = {}
        for link in (link for contents in files for link in contents.links):
            if link.ledger in said and link.ledger not in self.heads:
                links.setdefault(link.ledger, {})[link.no] = link
        for ledger, found in links.items():
            no = said[ledger][0]
            while no - 1 in found:
                no -= 1
            if no in found and no > 1:
                self.heads[ledger] = (no - 1, found[no].prev)

    def add(self, contents: Contents, at: datetime | None) -> None:
        """A file's commits. `at`: when the root that names it was made."""
        for link in contents.links:
            commits = self.heads.get(link.ledger, NOTHING)[0]
            if link.no == commits + 1:
                self._put_on(link, contents.key)
                while (waiting := self.early.get(link.ledger)) and (
                    following := waiting.pop(self.heads.get(link.ledger, NOTHING)[0] + 1, None)
                ):
                    if not self._put_on(following[0], following[1]):
                        break
            elif link.no > commits + 1:
                self._early(link, contents.key, at)
            else:
                self._again(link, contents.key)

    def _put_on(self, link: Link, key: str) -> bool:
        if link.prev != self.heads.get(link.ledger, NOTHING)[1]:
            self._fault(link, key, f"commit {link.no} of {link.ledger} does not follow the one before it")
            return False
        self.heads[link.ledger] = self.moved[link.ledger] = (link.no, link.hash)
        self._recent[link.ledger, link.no] = link.hash
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)
        return True

    def _early(self, link: Link, key: str, at: datetime | None) -> None:
        before = self.early.setdefault(link.ledger, {}).setdefault(link.no, (link, key, at))[0]
        if before.hash != link.hash:
            self._fault(link, key, f"commit {link.no} of {link.ledger} is told otherwise elsewhere")

    def _again(self, link: Link, key: str) -> None:
        known = self._recent.get((link.ledger, link.no))
        if known is None:
            self.doubts.setdefault((link.ledger, link.no), []).append((link.hash, key, link.record))
        elif known != link.hash:
            self._fault(link, key, f"commit {link.no} of {link.ledger} is told otherwise than before")

    def settle(self, contents: Contents) -> None:
        """Compare what is in doubt with a file's commits."""
        for link in contents.links:
            for hashed, key, record in self.doubts.get((link.ledger, link.no), ()):
                if hashed != link.hash:
                    what = f"commit {link.no} of {link.ledger} is told otherwise than before"
                    self.faults.append(Fault(f"{key} record {record}", what))

    def let_go(self, held: Set[str]) -> None:
        """The root looks again at these files only: what waits in others must come again, and say the same."""
        for ledger, waiting in self.early.items():
            for no in [n for n, (_, key, _) in waiting.items() if key not in held]:
                link, key, at = waiting.pop(no)
                self.gone.setdefault(ledger, {}).setdefault(no, (link, key, at))
                self.doubts.setdefault((ledger, no), []).append((link.hash, key, link.record))

    def compare(self, root: str, said: Mapping[str, Head], certain: bool) -> None:
        """A root's heads with those found. Not `certain`: files are missing, which has been said. What is signed goes on from here."""
        if certain:
            for ledger in sorted({*said, *self.moved}):
                found, signed = self.moved.get(ledger), said.get(ledger)
                if found != signed:
                    what = f"the head of {ledger} is {_named(found)} by the archive, {_named(signed)} by the root"
                    self.faults.append(Fault(root, what))
        for ledger, head in said.items():
            self.heads[ledger] = head
            for no in [n for n in self.early.get(ledger, ()) if n <= head[0]]:
                del self.early[ledger][no]
        self.moved = {}

    def _fault(self, link: Link, key: str, what: str) -> None:
        self.faults.append(Fault(f"{key} record {link.record}", what))


def _named(head: Head | None) -> str:
    return "unmoved" if head is None else f"commit {head[0]} ({head[1][:12]})"
