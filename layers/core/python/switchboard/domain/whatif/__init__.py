"""What if another policy had routed it: past or made-up traffic, played under several policies and compared."""
