"""Conversations that the bot leads: flows that ask, look up, confirm and have things done. `events` is what happened, `state` their
fold, `flow` and `reading` the documents, `kinds` and `texts` the two directions of language, `engine` what follows from what was
heard. Pure: same flows, same history, same events."""
