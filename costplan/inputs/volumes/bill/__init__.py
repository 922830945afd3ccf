"""Event volumes from what AWS billed: Cost and Usage Reports, FOCUS files, and Cost Explorer.

CloudTrail's own lines are exact totals.  Requests to S3 bound the data events that object logging would record.
"""
