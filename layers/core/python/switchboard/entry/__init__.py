"""Wire models, and the table that maps domain errors to each edge."""
