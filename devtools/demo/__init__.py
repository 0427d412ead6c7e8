"""The demo's data: the same cast in documentation, screenshots and tests."""
