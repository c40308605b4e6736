"""Scripted customers that play against the bot and judge how each conversation ended.

`scripts` and `shop` read `tests/data/dialogue`; `customer` says what the script says; `judgement` decides how it ended, with
`wording` and `words` for what a customer can read in the bot's texts; `report` counts. The bot is reached through the two
protocols in `ports`.
"""
