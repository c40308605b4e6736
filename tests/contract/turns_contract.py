"""What every `Store` must do with turns (who is at a shard), and with changes written together."""

from __future__ import annotations

from switchboard.application.ports import TURN_LASTS, Store, Turn
from switchboard.domain import events as ev
from switchboard.domain.conversation import Status
from tests.contract import samples as s

AFTER = TURN_LASTS.total_seconds() + 1


def asked(turn: Turn) -> list[str]:
    """What is wanted, without the wishes' marks."""
    return sorted(wish.rpartition(" ")[0] for wish in turn.wants)


def begun(store: Store, shard: str, *wanted: str, at: float = 0) -> Turn:
    turn = store.begin_turn(shard, wanted, s.later(at))
    assert turn is not None
    return turn


class TurnsContract:
    def test_of_many_who_come_at_once_one_has_the_turn_and_everybodys_wishes(self, store: Store) -> None:
        shard, names = s.fresh("s"), [f"agent#a{n:02}" for n in range(16)]
        turns = s.each_at_once(lambda name: store.begin_turn(shard, [name], s.T0), names)
        [mine] = [t for t in turns if isinstance(t, Turn)]
        longer = store.end_turn(mine, s.T0)
        assert asked(longer or mine) == names
        assert store.end_turn(longer or mine, s.T0) is None

    def test_shards_have_turns_of_their_own(self, store: Store) -> None:
        begun(store, s.fresh("s"), "agent#ada")
        begun(store, s.fresh("s"), "agent#ada")

    def test_what_is_asked_for_meanwhile_keeps_the_turn_going(self, store: Store) -> None:
        shard = s.fresh("s")
        turn = begun(store, shard, "agent#ada")
        assert store.begin_turn(shard, ["c1"], s.T0) is None
        longer = store.end_turn(turn, s.later(1))
        assert longer is not None
        assert asked(longer) == ["agent#ada", "c1"]
        assert store.end_turn(longer, s.later(2)) is None
        assert asked(begun(store, shard, "c2", at=3)) == ["c2"]

    def test_the_same_wish_again_is_another_wish(self, store: Store) -> None:
        """The agent came free once more, after whoever has the turn looked."""
        shard = s.fresh("s")
        turn = begun(store, shard, "agent#ada")
        assert store.begin_turn(shard, ["agent#ada"], s.T0) is None
        longer = store.end_turn(turn, s.T0)
        assert longer is not None
        assert len(longer.wants) == 2

    def test_a_turn_nobody_gave_back_ends_by_itself_and_its_wishes_are_the_next_ones(self, store: Store) -> None:
        shard = s.fresh("s")
        begun(store, shard, "agent#ada")
        assert store.begin_turn(shard, ["c1"], s.later(1)) is None
        assert asked(begun(store, shard, "c2", at=AFTER)) == ["agent#ada", "c1", "c2"]

    def test_a_turn_that_goes_on_lasts_longer(self, store: Store) -> None:
        shard = s.fresh("s")
        turn = begun(store, shard, "agent#ada")
        assert store.begin_turn(shard, ["c1"], s.later(1)) is None
        assert store.end_turn(turn, s.later(AFTER - 2)) is not None
        assert store.begin_turn(shard, ["c2"], s.later(AFTER)) is None

    def test_who_comes_back_too_late_does_not_end_the_turn_of_the_next(self, store: Store) -> None:
        shard = s.fresh("s")
        late = begun(store, shard, "agent#ada")
        mine = begun(store, shard, "c1", at=AFTER)
        assert store.end_turn(late, s.later(AFTER)) is None
        store.leave_turn(late, late.wants)
        assert store.begin_turn(shard, ["c2"], s.later(AFTER)) is None
        longer = store.end_turn(mine, s.later(AFTER))
        assert longer is not None
        assert asked(longer) == ["agent#ada", "c1", "c2"]

    def test_wishes_of_which_several_died_are_dropped(self, store: Store) -> None:
        """Else what kills a process would kill all that come after it."""
        shard = s.fresh("s")
        asked_for = [asked(begun(store, shard, f"c{n}", at=n * AFTER)) for n in range(5)]
        assert asked_for == [["c0"], ["c0", "c1"], ["c0", "c1", "c2"], ["c0", "c1", "c2", "c3"], ["c4"]]

    def test_what_was_not_done_is_left_for_the_next(self, store: Store) -> None:
        shard = s.fresh("s")
        turn = begun(store, shard, "agent#ada", "agent#bob")
        store.leave_turn(turn, {wish for wish in turn.wants if wish.startswith("agent#ada ")})
        next_one = begun(store, shard, "c1", at=1)
        assert asked(next_one) == ["agent#bob", "c1"]
        store.leave_turn(next_one, [])
        assert asked(begun(store, shard, "c2", at=2)) == ["agent#bob", "c1", "c2"]


class TogetherContract:
    def test_several_conversations_get_their_owners_in_one_go(self, store: Store) -> None:
        queue, kim, lee = s.fresh("q"), s.agent(store, capacity=2).id, s.agent(store).id
        works = [s.open_conversation(store, s.queued(queue)) for _ in range(3)]
        after = store.commit_each([s.assigned(works[0], kim), s.assigned(works[1], lee), s.assigned(works[2], kim)])
        assert [(c.id, c.owner) for c in after] == [(works[0].id, kim), (works[1].id, lee), (works[2].id, kim)]
        assert [store.conversation(c.id) for c in works] == after
        assert (store.agent(kim).load, store.agent(lee).load, store.waiting(queue, 9)) == (2, 1, [])
        assert [len(store.events(c.ledger)) for c in works] == [c.last_event for c in after]

    def test_whoever_comes_too_late_is_left_out_and_the_others_are_written(self, store: Store) -> None:
        queue, kim, full = s.fresh("q"), s.agent(store, capacity=2).id, s.agent(store, capacity=0).id
        moved, fine, nowhere = (s.open_conversation(store, s.queued(queue)) for _ in range(3))
        store.commit(s.change(moved, ev.NoteAdded("sue", "meanwhile", "")))
        lee = s.agent(store).id
        after = store.commit_each([s.assigned(moved, kim), s.assigned(nowhere, full), s.assigned(fine, lee)])
        assert [c.id for c in after] == [fine.id]
        assert [store.conversation(c.id).status for c in (moved, nowhere, fine)] == [Status.QUEUED, Status.QUEUED, Status.ASSIGNED]
        assert (store.agent(kim).load, store.agent(full).load, store.agent(lee).load) == (0, 0, 1)
        assert {w.conversation for w in store.waiting(queue, 9)} == {moved.id, nowhere.id}

    def test_an_agent_without_room_for_all_is_not_overfilled(self, store: Store) -> None:
        kim = s.agent(store, capacity=1).id
        works = [s.open_conversation(store, s.queued(s.fresh("q"))) for _ in range(2)]
        assert store.commit_each([s.assigned(c, kim) for c in works]) == []
        assert store.agent(kim).load == len(store.owned_by(kim)) == 0

    def test_what_was_decided_after_something_refused_is_refused_too(self, store: Store) -> None:
        """The agent's later work was weighed with the earlier on their desk."""
        kim = s.agent(store, capacity=3).id
        first, moved, last = (s.open_conversation(store, s.queued(s.fresh("q"))) for _ in range(3))
        store.commit(s.change(moved, ev.NoteAdded("sue", "meanwhile", "")))
        after = store.commit_each([s.assigned(c, kim) for c in (first, moved, last)])
        assert [c.id for c in after] == [first.id]
        assert store.agent(kim).load == 1

    def test_agents_are_read_together_and_strangers_left_out(self, store: Store) -> None:
        kim, lee = s.agent(store), s.agent(store)
        assert {a.id: a for a in store.agents_of([kim.id, s.fresh("a"), lee.id])} == {kim.id: kim, lee.id: lee}
        assert store.agents_of([]) == []
