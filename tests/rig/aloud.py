"""Run the tests of a file.  What was left out fails no run, and shows in it:
the exit code is then 77, which ctest calls skipped."""
import sys
import unittest


def main():
    ran = unittest.main(verbosity=2, exit=False)
    if not ran.result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if ran.result.skipped else 0)
