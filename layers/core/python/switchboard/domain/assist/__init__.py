"""What helps agents with a conversation: macros, a summary, the next step, and a look at a text before it is sent."""
