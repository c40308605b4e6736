"""The staffing programme: which flow of work should go to whom, at the present load; its duals are the prices the router uses.

A linear programme. x[i,k] is the flow (conversations a second) of class k to agent i, u[i] the share of agent i's slots it uses.
Minimise the sum over agents of slots * congestion(u) plus a high price for work nobody takes, so that each class's flow is placed.
Congestion is convex and piecewise linear: the busier an agent, the dearer the next slot-second. HiGHS solves it (by scipy).

What is held back from an agent is no variable of it: hands name the classes they are planned for, and work that only held-back
hands could take counts as placed nowhere, so its value says how long it may wait for anybody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from statistics import fmean

from scipy.optimize import linprog
from scipy.sparse import coo_array

from switchboard.domain.strategies.base import Class
from switchboard.domain.strategies.learning import Hands, Prices

# (share of the slots up to which the slope holds, price of a slot-second): about the slope of u / (1 - u), cut at 14
CONGESTION = ((0.3, 1.0), (0.5, 1.3), (0.6, 1.7), (0.7, 2.3), (0.8, 3.4), (0.88, 5.5), (0.95, 9.0), (1.0, 14.0))
LOWEST = CONGESTION[0][1]
UNPLACED = 20.0  # price of a slot-second of work that nobody has room for
UNPLACED_SECONDS = 600.0  # what work takes that nobody is planned for
NO_DEMAND = 1e-7  # conversations a second of a class nobody asks for now, so that it has a value too: what one would cost


def solve(hands: Sequence[Hands], demand: Mapping[Class, float]) -> Prices:
    """Prices at a demand in conversations a second by class. Raises ValueError if HiGHS finds no solution, which can only be its fault
    or that of a number that is not finite: every demand can be left unplaced."""
    classes = sorted({c for h in hands for c in h.seconds} | set(demand))
    if not classes:
        return Prices({h.agent: LOWEST for h in hands}, {})
    row = {c: n for n, c in enumerate(classes)}
    # A column is a variable: (cost, upper bound). Rows: first each class's flow is placed, then each agent's work fits their segments.
    columns: list[tuple[float, float]] = []
    entries: list[tuple[float, int, int]] = []  # value, row, column
    for i, h in enumerate(hands, start=len(classes)):
        for c, seconds in h.seconds.items():
            entries += [(1.0, row[c], len(columns)), (seconds, i, len(columns))]
            columns.append((0.0, inf))
        below = 0.0
        for share, price in CONGESTION:
            entries.append((-1.0, i, len(columns)))
            columns.append((price, (share - below) * h.slots))
            below = share
    for c in classes:
        mean = fmean([h.seconds[c] for h in hands if c in h.seconds] or [UNPLACED_SECONDS])
        entries.append((1.0, row[c], len(columns)))
        columns.append((UNPLACED * mean, inf))
    values, rows, places = zip(*entries, strict=True)
    matrix = coo_array((values, (rows, places)), shape=(len(classes) + len(hands), len(columns))).tocsr()
    wanted = [max(demand.get(c, 0.0), NO_DEMAND) for c in classes] + [0.0] * len(hands)
    bounds = [(0.0, upper) for _, upper in columns]
    found = linprog([cost for cost, _ in columns], A_eq=matrix, b_eq=wanted, bounds=bounds, method="highs")
    if not found.success:
        raise ValueError(f"the staffing programme has no solution: {found.message}")
    duals = [float(each) for each in found.eqlin.marginals]
    agents = {h.agent: max(LOWEST, -duals[i]) for i, h in enumerate(hands, start=len(classes))}
    return Prices(agents, {c: max(0.0, duals[n]) for c, n in row.items()})
