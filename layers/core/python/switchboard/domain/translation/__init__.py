"""Each in their own language: what must survive a translation, the company's terms and texts, and what came of it."""
