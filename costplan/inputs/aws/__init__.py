"""What everything that talks to AWS has in common: how long to go on trying, and failures in words."""
