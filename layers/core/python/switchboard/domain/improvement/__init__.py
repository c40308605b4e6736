"""How the bot gets better: what it was corrected in, what it could not answer, and how it did where it was let."""
