"""The mutation check: does some test fail when one operator of the selector and copy code is flipped?

``make mutate`` runs it; it is no part of the tests.  ``equivalents.txt`` explains the mutants that no test can kill.
"""
