"""Understanding customers' messages by the letters they are made of, for when memory is short (numpy, nothing else)."""
