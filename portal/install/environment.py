"""Makes everything that `make` needs here, or says in one line what is missing.

    python3 portal/install/environment.py run|develop|bench|fuzz|mutate

Runs on whatever Python the machine has, so this one file is written in the language that the
oldest of them can read; the work is done by Python 3.11.
"""

# ruff: noqa: PTH100, PTH118, PTH120 - the oldest Pythons have no pathlib
import os
import subprocess
import sys

WANTED = (3, 11)
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def find_python():
    """Return the path of a Python 3.11 that works, or None."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidate = os.path.join(folder, "python%d.%d" % WANTED)
        if not os.access(candidate, os.X_OK):
            continue
        question = [candidate, "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 11))"]
        # A version manager's stand-in may have nothing behind it.
        process = subprocess.Popen(  # noqa: S603 - a fixed question, no shell
            question, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        process.communicate()
        if process.returncode == 0:
            return candidate
    return None


def main():
    """Hand over to Python 3.11, or say that there is none."""
    if sys.version_info[:2] != WANTED:
        python = find_python()
        if python is None:
            sys.stderr.write(
                "This needs Python 3.11, and here is only Python %d.%d: install Python 3.11 "
                "(Debian, Ubuntu: apt-get install python3.11 python3.11-venv), "
                "or name it: make PYTHON=/path/to/python3.11\n" % tuple(sys.version_info[:2])
            )
            return 1
        os.execv(python, [python] + sys.argv)  # noqa: RUF005, S606 - for old Pythons; no shell
    sys.path[0] = PROJECT
    from portal.install import steps  # noqa: PLC0415 - only Python 3.11 can read it

    return steps.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
