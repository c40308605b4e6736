"""Who serves whom: what waits, the policy that decides, and the receipt of each decision."""
