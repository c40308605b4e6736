"""A contact centre in fast motion: the same decisions on past or made-up traffic."""
