"""Personal data in what people write: found by one detector, masked, taken out and put back."""
