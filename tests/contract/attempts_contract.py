"""What every keeper of begun work must do: see `application.ports.Attempts`."""

from __future__ import annotations

from switchboard.application.ports import Attempts
from tests.contract import samples as s


class AttemptsContract:
    """Subclasses give a fixture `attempts`."""

    def test_what_began_and_never_ended_is_known(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        assert attempts.begin(work, s.T0)
        assert not attempts.begin(work, s.later(60))
        assert attempts.begin(s.fresh("w"), s.later(60))

    def test_what_ended_may_begin_again(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        for _ in range(2):
            assert attempts.begin(work, s.T0)
            attempts.end(work)

    def test_the_end_of_what_never_began_is_nothing(self, attempts: Attempts) -> None:
        attempts.end(s.fresh("w"))

    def test_the_dead_are_forgotten_after_a_day(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        attempts.begin(work, s.T0)
        assert not attempts.begin(work, s.later(86_000))
        assert attempts.begin(work, s.later(86_402))

    def test_of_many_who_begin_at_once_one_does(self, attempts: Attempts) -> None:
        work = s.fresh("w")
        assert s.at_once([lambda: attempts.begin(work, s.T0)] * 16).count(True) == 1
