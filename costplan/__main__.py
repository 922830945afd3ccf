"""Run the command line as ``python -m costplan``."""

from costplan.cli.app import main

if __name__ == "__main__":
    main()
