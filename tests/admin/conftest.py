from tests.devtools.demo.conftest import demo

__all__ = ["demo"]
