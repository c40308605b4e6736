"""The knowledge base's index: vectors and words of all published passages, searched in numpy."""
