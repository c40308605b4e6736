"""What every census promises (`application.retention.Census`)."""

from __future__ import annotations

from datetime import timedelta

from switchboard.application.ports import Store
from switchboard.application.retention import Census
from switchboard.domain import events as ev
from tests.contract import samples as s


class CensusContract:
    """Fixtures `store` and `census` of one stack."""

    def all(self, census: Census, before: float, erased_since: float = 0, limit: int = 2) -> set[str]:
        found, after = set[str](), ""
        for _ in range(1_000):
            page, after = census.silent(s.later(before), s.later(erased_since), after, limit)
            assert not found & {*page}
            found |= {*page}
            if not after:
                return found
        raise AssertionError("it never ends")

    def test_it_names_whoever_was_silent_since_then_once(self, store: Store, census: Census) -> None:
        old = {s.open_conversation(store, s.received(at=s.later(-9_000)), at=s.later(-9_000)).contact for _ in range(5)}
        young = s.open_conversation(store, s.received(at=s.later(-10)), at=s.later(-10)).contact
        found = self.all(census, -1_000)
        assert old <= found
        assert young not in found
        assert young in self.all(census, 0)

    def test_who_was_erased_before_is_left_out_and_who_was_since_is_not(self, store: Store, census: Census) -> None:
        c = s.open_conversation(store, s.received(at=s.later(-9_000)), at=s.later(-9_000))
        s.resolved(store, c, s.later(-9_000))
        store.erase_contact(store.contact(c.contact), "r1", ev.SYSTEM, s.later(-100))  # type: ignore[attr-defined]
        assert c.contact in self.all(census, -1_000, -200)
        assert c.contact not in self.all(census, -1_000, -50)

    def test_an_empty_company_has_nobody(self, store: Store, census: Census) -> None:
        assert census.silent(s.T0 - timedelta(days=36_500), s.T0, "", 10)[0] == []
