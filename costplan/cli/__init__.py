"""The command line: one file for each command, which calls a workflow and hands the result to a report."""
