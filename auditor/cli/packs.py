"""Rule packs: folders of rules that installed packages bring. One is off until somebody names it."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from auditor.cli.stop import Stop

GROUP = "connect_audit.rules"
"""The entry point group: `acme = "acme_connect.rules"`, or `acme = "acme_connect:folder"`."""


def folders(names: tuple[str, ...], source: str = "--rules-pack") -> tuple[Path, ...]:
    """The folders of the named packs. `source` is who names them. Raises `Stop` for one that cannot be used."""
    return tuple(_folder(name, source) for name in dict.fromkeys(names))


def _folder(name: str, source: str) -> Path:
    installed = entry_points(group=GROUP)
    found = [one for one in installed if one.name == name]
    if not found:
        known = ", ".join(sorted({one.name for one in installed})) or "none"
        raise Stop(
            f"{source} {name}: no installed package brings such a pack (installed: {known}). "
            "Install it beside connect-audit."
        )
    if len({one.value for one in found}) > 1:
        packages = " and ".join(sorted(one.dist.name for one in found if one.dist))
        raise Stop(f"{source} {name}: {packages} both bring a pack of this name: uninstall one of them.")
    folder = _named(found[0], source) if found[0].attr else _beside(found[0], source)
    if not folder.is_dir():
        raise Stop(f"{source} {name}: {found[0].value} leads to {folder}, which is no folder.")
    return folder


def _beside(entry: EntryPoint, source: str) -> Path:
    """The folder of a package: found without running anything of it."""
    top, *below = entry.module.split(".")
    spec = find_spec(top)
    if spec is None or not spec.submodule_search_locations:
        raise Stop(
            f"{source} {entry.name}: there is no package {top}, which {entry.value} is meant to be in."
        )
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*below)


def _named(entry: EntryPoint, source: str) -> Path:
    """The folder that a function or a constant of the package gives: whoever names the pack runs that much of it."""
    try:
        given = entry.load()
        return Path(given() if callable(given) else given)
    except Exception as error:
        raise Stop(f"{source} {entry.name}: {entry.value} fails: {type(error).__name__}: {error}.") from error
