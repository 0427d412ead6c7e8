"""The request against its invariants: a state machine over the real database, and races in real threads."""
