"""What a check of limits and rules comes to, for people, for pull requests and for the machines that run it."""
