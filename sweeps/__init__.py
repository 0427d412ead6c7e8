"""What the clock does to many rows: bounded runs, each row in a transaction of its own, none that fails in the way."""
