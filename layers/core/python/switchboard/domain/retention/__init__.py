"""How long what is stored is kept: the company's rules, which of them holds, and what is due by it."""
