"""The mutation check: does some test fail when one operator of the code that decides is flipped?

``make mutate`` runs it over the selector and copy code, ``make mutate MUTATE="--target changes"`` (or ``check``) over
other rooms; it is no part of the tests.  ``equivalents.txt`` explains the mutants that no test can kill.
"""
