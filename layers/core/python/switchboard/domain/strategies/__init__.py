"""How waiting work and free agents find each other. The router and the simulation use the same strategies."""
