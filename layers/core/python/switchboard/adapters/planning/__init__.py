"""Plans made with a solver, away from the router."""
