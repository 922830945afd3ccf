"""What a change of configuration costs and why: ``Diff`` as a table, JSON and Markdown."""
