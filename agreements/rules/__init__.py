"""The rules of a running agreement, in plain Python: a value, verbs on it, and the facts of what happens.

A deed loads the value, calls a verb and stores what it returns; a page calls the same verb and turns the days.
"""
