"""connect-audit: describes Amazon Connect instances, judges them with rules, and says what it could not read."""

__version__ = "0.1.0"
