"""A day on which assignment is a job over an inbox, as in products without a router: it takes the inbox's unassigned conversations,
oldest first, and stops at the first that nobody has room for. An agent freed by a conversation of another inbox does not start it."""

from __future__ import annotations

from switchboard.domain.simulation.play import LOOKS, Desk, Outcome, Play, Task

EVERY = 1800.0  # seconds between the runs over all inboxes
AT_MOST = 100  # conversations in one run


class InboxJobs(Play):
    """An inbox is a kind, its members those with the skill; a strategy says who of those with room is given a conversation. The job
    runs when one arrives in the inbox, when one of the inbox ends, and for all inboxes periodically."""

    def run(self) -> Outcome:
        if self.centre.arrivals:
            self._at(self.centre.arrivals[0].at + EVERY, LOOKS, self._run_all)
        return super().run()

    def _arrives(self, task: Task, now: float) -> None:
        self._wait(task)
        self._job(task.kind, now)

    def _freed(self, desk: Desk, task: Task, now: float) -> None:  # noqa: ARG002 - whoever has room will do
        self._job(task.kind, now)

    def _run_all(self, now: float) -> None:
        for kind in self._kinds:
            self._job(kind, now)
        if now < self.centre.arrivals[-1].at or any(self._lines.values()):
            self._at(now + EVERY, LOOKS, self._run_all)

    def _job(self, kind: str, now: float) -> None:
        for _ in range(AT_MOST):
            task = min(self._heads_of(kind, now), key=lambda t: t.since, default=None)
            if task is None or not self._offer(task, now):
                return
            self._no_longer_waits(task)
