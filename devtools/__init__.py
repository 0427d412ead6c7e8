"""What developers, tests and the demo need, and production does not."""
