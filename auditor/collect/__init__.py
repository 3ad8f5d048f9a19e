"""Reads AWS into a snapshot. The only package that knows boto3."""
