"""`python -m auditor.sandbox`: the sandbox alone, without the auditor's command line."""

from __future__ import annotations

import argparse

from . import DEFAULT_RATE, serve


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m auditor.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=4599, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--rate", type=float, default=DEFAULT_RATE, help="calls per second; 0 for no throttling"
    )
    parser.add_argument("--burst", type=int, default=5, help="calls that may come at once")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to each call")
    parser.add_argument("--deny", nargs="*", default=[], metavar="ACTION", help="IAM actions to refuse")
    parser.add_argument("--log", help="file that gets one JSON line per call")
    given = parser.parse_args(argv)
    serve(given.port, given.rate or None, given.burst, given.latency, given.deny, given.log)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
