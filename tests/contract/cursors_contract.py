"""What every keeper of the outbox's cursors must do: see `application.ports.Outbox`."""

from __future__ import annotations

from typing import Protocol

from tests.contract import samples as s


class Cursors(Protocol):
    """The part of `Outbox` that remembers."""

    def cursor(self, ledger: str) -> int: ...

    def advance(self, ledger: str, commit: int) -> None: ...


class CursorsContract:
    """Subclasses give a fixture `cursors`."""

    def test_nothing_was_handed_on_of_a_new_ledger(self, cursors: Cursors) -> None:
        assert cursors.cursor(f"cnv#{s.fresh('c')}-000001") == 0

    def test_a_cursor_rises_and_never_falls(self, cursors: Cursors) -> None:
        ledger = s.fresh("cnv#c")
        for commit, expected in ((3, 3), (2, 3), (3, 3), (7, 7), (1, 7)):
            cursors.advance(ledger, commit)
            assert cursors.cursor(ledger) == expected

    def test_ledgers_are_apart(self, cursors: Cursors) -> None:
        one, other = s.fresh("cnv#c"), s.fresh("cnv#c")
        cursors.advance(one, 5)
        assert cursors.cursor(other) == 0

    def test_of_many_who_advance_at_once_the_highest_stands(self, cursors: Cursors) -> None:
        ledger = s.fresh("cnv#c")
        commits = [7, 16, 1, 12, 3, 9, 2, 14, 5, 11, 4, 15, 6, 13, 8, 10]
        answers = s.each_at_once(lambda n: cursors.advance(ledger, n), commits)
        assert answers == [None] * len(commits)
        assert cursors.cursor(ledger) == 16
