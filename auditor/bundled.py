"""Where the shipped rules, templates and schemas are: inside the wheel, or in the checkout around it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_bundled" if (_PACKAGE / "_bundled").is_dir() else _PACKAGE.parent

RULES = _ROOT / "rules"
TEMPLATES = _ROOT / "reports" / "templates"
SCHEMAS = _PACKAGE / "schemas"
