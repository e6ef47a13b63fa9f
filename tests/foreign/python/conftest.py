import faulthandler

import pytest
from browser import program


@pytest.fixture
def kinde():
    # A client that hangs says where, and ends the run.
    faulthandler.dump_traceback_later(60, exit=True)
    with program() as kinde:
        yield kinde
    faulthandler.cancel_dump_traceback_later()
