"""Time in routing: when a desk is open, who is on shift, and how long business time has run.

All instants are aware datetimes, handed out in UTC; nothing here reads a clock. The one thing read from outside is the zone data
that the standard library's `zoneinfo` looks up."""
