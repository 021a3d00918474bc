"""Django offers a command that makes superusers, and there are none."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize("arguments", [(), ("--noinput", "--email", "root@example.test")])
def test_it_says_in_one_line_that_there_is_no_superuser(arguments):
    with pytest.raises(CommandError, match=r"^there is no superuser: everybody is an SRO"):
        call_command("createsuperuser", *arguments)
