"""`python -m auditor` is `connect-audit`."""

from auditor.cli.app import main

main()
