"""Forges, where pull requests are: GitHub and GitLab, over their HTTP APIs.  Nothing else of costplan talks to them."""
