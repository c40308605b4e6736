"""Functions run as Lambda runs them, without Lambda: one interpreter a function, with its own code and layers only."""
