"""What every keeper of begun work must do: see `application.ports.Attempts`."""

from __future__ import annotations

from switchboard.application.ports import Attempts
from tests.contract import samples as s


class AttemptsContract:
    """Subclasses give a fixture `attempts`."""

    def test_attempts_that_never_ended_are_counted(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        assert [attempts.begin(work, n, s.later(n)) for n in (2, 3, 4)] == [0, 1, 2]
        assert attempts.begin(s.fresh("w"), 5, s.later(5)) == 0

    def test_the_same_attempt_told_twice_is_one(self, attempts: Attempts) -> None:
        """A request whose answer was lost is sent again."""
        work = s.fresh("w")
        assert [attempts.begin(work, 2, s.T0), attempts.begin(work, 2, s.T0)] == [0, 0]
        assert attempts.begin(work, 3, s.later(60)) == 1

    def test_what_ended_begins_anew(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        attempts.begin(work, 2, s.T0)
        attempts.begin(work, 3, s.T0)
        attempts.end(work)
        assert attempts.begin(work, 4, s.T0) == 0

    def test_the_end_of_what_never_began_is_nothing(self, attempts: Attempts) -> None:
        attempts.end(s.fresh("w"))

    def test_the_dead_are_forgotten_a_day_after_the_first(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        attempts.begin(work, 2, s.T0)
        assert attempts.begin(work, 3, s.later(86_000)) == 1
        assert attempts.begin(work, 4, s.later(86_402)) == 0

    def test_attempts_at_once_all_count(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        found = s.each_at_once(lambda n: attempts.begin(work, n, s.T0), list(range(8)))
        assert sorted(f for f in found if isinstance(f, int)) == list(range(8))
