"""The waiting room: what a customer in a queue is told and offered.

`flow` measures how fast a queue moves, `estimate` derives a position's wait from it, `figures` rounds that as people say it,
`decisions` says what is due, `answers` reads the customer's reply, `form` takes down what a colleague needs later, `texts` has the
words. Nothing here reads a clock or sends anything."""
