from tests.devtools.conftest import demo

__all__ = ["demo"]
