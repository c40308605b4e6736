"""Does routing hold under two thousand conversations at once: `python -m tests.bench.big_crowd`.

Starts LocalStack (or uses the one `AWS_ENDPOINT_URL` names), lets `crowd_life` happen on it, judges by the ledgers, the stored items
and a watcher's samples, prints figures and exits 1 if one is short."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "layers/core/python"))

from local.emulators.aws import clients
from local.emulators.localstack import LocalStack
from local.figures import Figures
from switchboard.adapters.dynamo import TableNames
from switchboard.application.intake import vendor_key
from tests.bench import crowd, crowd_books, crowd_lines
from tests.bench.crowd_life import Hang, Life, Size, big_company
from tests.bench.transactions import Transactions, Try, met
from tests.contract.dynamo_tables import raw_items

EVIDENCE = 3  # of each kind that is printed
CONFLICTS = 5.0  # percent


@dataclass
class Samples:
    """What the watcher saw of the agents' items, each read consistently."""

    taken: int = 0
    above: list[str] = field(default_factory=list)
    fullest: Counter[str] = field(default_factory=Counter)


@contextmanager
def watcher(dynamodb: Any, names: TableNames) -> Iterator[Samples]:
    """Reads all agents' items over and over, in a thread of its own, until the end."""
    items = raw_items(dynamodb, names.state)
    keys = [{"pk": i["pk"], "sk": i["sk"]} for i in items if i["pk"]["S"].startswith("AGENTS#")]
    seen, over = Samples(), threading.Event()

    def look() -> None:
        while not over.wait(0.1):
            for start in range(0, len(keys), 100):
                request = {names.state: {"Keys": keys[start : start + 100], "ConsistentRead": True}}
                for item in dynamodb.batch_get_item(RequestItems=request)["Responses"][names.state]:
                    load, capacity = float(item["load"]["N"]), float(item["capacity"]["N"])
                    seen.fullest["full" if load >= capacity else "with room"] += 1
                    if not 0 <= load <= capacity:
                        seen.above.append(f"{item['sk']['S']} held {load:g} of {capacity:g} at {time.time():.3f}")
            seen.taken += 1

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join(30)


@dataclass
class Verdict:
    """`zeros` by name; `notes` and `evidence` for people."""

    zeros: dict[str, int] = field(default_factory=dict)
    conflict_share: float = 0.0  # percent of the transactions attempted
    notes: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)

    def wrong(self, name: str, found: Any) -> None:
        """What should not be: counted, and some of it shown."""
        listed = list(found.items()) if isinstance(found, Mapping) else list(found)
        self.zeros[name] = len(listed)
        self.evidence += [f"{name}: {one}" for one in listed[:EVIDENCE]]


def judge(endpoint: str, size: Size) -> Verdict:
    """Let it happen, and look. The process's environment must be `crowd.environment(endpoint)`. Raises Hang."""
    dynamodb, verdict, seen = clients(endpoint)("dynamodb"), Verdict(), Transactions()
    with big_company(endpoint, size.accept_seconds) as (company, names):
        life = Life(company, seen, size)
        begun = time.time()
        with seen.watched():
            life.open_shop()
            opened, before, setting_up = time.time(), Counter(seen.calls), len(seen.tries)
            try:
                with watcher(dynamodb, names) as samples:
                    life.run(lambda: verdict.wrong("drift_at_half", crowd_books.drift(crowd_books.agents(dynamodb, names))))
            except Hang as hang:
                _attempts(verdict, seen, setting_up)
                hang.add_note("\n".join([*verdict.notes, *samples.above[:EVIDENCE]]))
                raise
        ended = time.time()
        took, calls = ended - opened, seen.calls - before
        verdict.notes.append(
            f"{took:.0f} s for {size.conversations} customers with {size.agents} agents on {size.threads} threads, after"
            f" {opened - begun:.0f} s of set-up; {calls.total()} DynamoDB calls, {calls.total() / took:.0f} a second:"
            f" {dict(calls.most_common())}"
        )
        _attempts(verdict, seen, setting_up)
        _books(verdict, dynamodb, names, life, samples, seen)
        _line(verdict, dynamodb, names, seen, ended)
    verdict.zeros["waits_rescued_by_the_sweeper"] = life.rescued
    verdict.notes.append(
        f"begun anew {company.gave_up} times, reminded {life.reminded} times; not allowed at that moment:"
        f" {dict(sorted(life.refused.items()))}"
    )
    return verdict


def _attempts(verdict: Verdict, seen: Transactions, setting_up: int) -> None:
    """Of all TransactWriteItems requests since the doors opened, each try counted, those that lost a race (`Try.conflict`)."""
    tries = seen.tries[setting_up:]
    conflicts = [t for t in tries if t.conflict]
    verdict.conflict_share = 100 * len(conflicts) / len(tries)
    over = Counter("a conversation" if any(i.kind == "conversation" for i, _ in t.refused) else "an agent alone" for t in conflicts)
    offers = [t for t in tries if "assigned" in what(t)]
    verdict.notes.append(
        f"{len(tries)} transactions attempted, {len(conflicts)} lost a race, {sum(t.lost for t in tries)} without an answer;"
        f" lost over: {dict(over.most_common())}; assignments tried {len(offers)}, lost {sum(t.conflict for t in offers)};"
        f" tries by use case: {dict(Counter(t.task.name for t in tries).most_common())}"
    )
    windows = seen.windows()
    lost_to = Counter(f"{what(t)} of {t.task.name} to {_winner(t, windows)}" for t in conflicts)
    verdict.notes.append(f"races lost: {dict(lost_to.most_common(15))}; {met(tries)} tries met another in flight at an item")


def what(t: Try) -> str:
    """What a try wanted to put on record."""
    return "+".join(e["type"] for c in t.commits if c.ledger.startswith(("cnv#", "agt#")) for e in c.events)


def _winner(t: Try, windows: Mapping[tuple[str, int], Try]) -> str:
    """Who was faster: whoever wrote the commit this try wanted to write. An agent who was full or away beat nobody."""
    if not any(item.kind == "conversation" for item, _ in t.refused):
        return "an agent's item alone"
    won = [windows[c.ledger, c.no] for c in t.commits if (c.ledger, c.no) in windows]
    return f"{what(won[0])} of {won[0].task.name}" if won else "nobody seen"


def _books(verdict: Verdict, dynamodb: Any, names: TableNames, life: Life, samples: Samples, seen: Transactions) -> None:
    index = life.company.services.index
    marks = {vendor_key(index, channel, "shop", vendor_id): n for (channel, vendor_id), n in life.sent.items()}
    ledgers = crowd_books.read_ledgers(dynamodb, names, seen.windows())
    items = crowd_books.agents(dynamodb, names)
    spells = crowd_books.seats(ledgers)
    held: Counter[str] = Counter()
    for s in spells:
        held[s.agent] += 0 if s.freed is not None else s.weight  # type: ignore[assignment]  # weights have halves
    missing, doubled, unaccepted = crowd_books.not_served(ledgers, marks)
    verdict.wrong("agents_above_capacity_sampled", samples.above)
    verdict.wrong("agents_above_capacity_replayed", crowd_books.overfull(spells, {n: a.capacity for n, a in items.items()}))
    verdict.wrong("conversations_with_two_owners", crowd_books.double_owners(ledgers))
    verdict.wrong("customers_neither_served_nor_closed", missing | (set(range(life.size.conversations)) - set(marks.values())))
    verdict.zeros["messages_on_record_twice"] = doubled
    verdict.zeros["left_in_line"] = crowd_books.left_in_line(dynamodb, names)
    verdict.zeros["gaps_in_ledgers"] = crowd_books.gaps(ledgers)
    verdict.wrong("drift_at_the_end", crowd_books.drift(items, held))
    talks = sum(1 for _ in crowd_books.conversations(ledgers))
    full = samples.fullest["full"] / max(1, samples.fullest.total())
    verdict.notes.append(
        f"{talks} conversations, {len(marks)} messages, {len(spells)} assignments; {unaccepted} closed by their owner without an"
        f" accept; {samples.taken} samples of all agents, {full:.0%} of the agents in them full"
    )


def _line(verdict: Verdict, dynamodb: Any, names: TableNames, seen: Transactions, ended: float) -> None:
    ledgers = crowd_books.read_ledgers(dynamodb, names, seen.windows())
    lines = crowd_lines.waits(ledgers)
    policy = json.loads(resources.files("switchboard.resources").joinpath("routing.json").read_text(encoding="utf-8"))
    channels = policy.get("channels", {})
    free = crowd_lines.free_agents(ledgers, crowd_books.seats(ledgers))
    pairs = crowd_lines.passed_over(lines, seen.tries)
    verdict.wrong("passed_over_by_a_pull", [crowd_lines.describe(p.earlier, p.later) for p in pairs if not p.contested])
    verdict.wrong("overtaken_by_an_arrival", [crowd_lines.describe(*pair) for pair in crowd_lines.overtaken(lines, free, channels)])
    verdict.wrong("forgotten_beside_a_free_agent", [
        f"{w.conversation} ({', '.join(map(str, w.kind))}) waited {seconds:.1f} s beside {agent}"
        for w, agent, seconds in crowd_lines.forgotten(lines, free, channels, ended)
    ])  # fmt: skip
    longest = Counter(w.how or "closed" for w in lines)
    waited = sorted(min(w.until, ended) - w.queued.end for w in lines)
    verdict.notes.append(
        f"{len(lines)} waits (left by: {dict(longest)}), median {waited[len(waited) // 2]:.1f} s, longest {waited[-1]:.1f} s;"
        f" {crowd_lines.together(lines)} pairs of one kind waited together, and {sum(p.contested for p in pairs)} pulls took the later"
        " one while another transaction on the earlier one was in flight"
    )


def main() -> int:
    figures, start = Figures("big_crowd"), time.monotonic()
    with LocalStack() as emulator:
        os.environ.update(crowd.environment(emulator.endpoint))
        try:
            verdict = judge(emulator.endpoint, _size())
        except Hang as hang:
            print("\n".join([f"it hangs: {hang}", *hang.__notes__]), flush=True)
            return 1
    for line in (*verdict.notes, *verdict.evidence):
        print(line)
    for name, value in verdict.zeros.items():
        figures.exactly(name, value, 0)
    figures.at_most("conflicts", round(verdict.conflict_share, 2), CONFLICTS, "%")
    kept = figures.finish()
    print(f"{time.monotonic() - start:.0f} s in all", flush=True)
    return int(not kept)


def _size() -> Size:
    """Sized down by two arguments, customers and agents, for a look."""
    given = [int(a) for a in sys.argv[1:3]]
    full = Size()
    customers, agents = (given + [full.conversations, full.agents][len(given) :])[:2]
    return Size(conversations=customers, agents=agents, disturbances=full.disturbances * customers // full.conversations)


if __name__ == "__main__":
    sys.exit(main())
