"""Where the browser of the tests comes from: a setting, the PATH, Debian, or Playwright."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = "No Chromium could be found or installed; install one and name it in HELPLINE_CHROMIUM."


class NoChromiumError(Exception):
    """There is no browser to test with; the message says what to do."""


def find() -> Path | None:
    """The browser that is already here. Raises NoChromiumError when the setting is wrong."""
    named = os.environ.get("HELPLINE_CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise NoChromiumError(f"HELPLINE_CHROMIUM names {named}, which is not there; mend it.")
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return Path(found)
    return _of_playwright()


def ensure() -> Path:
    """The browser, installed first where there is none. Raises NoChromiumError."""
    found = find()
    if found is None:
        sys.stderr.write("Installing Chromium for the browser tests …\n")
        found = _from_debian() or _from_playwright()
    if found is None:
        raise NoChromiumError(MISSING)
    return found


def _of_playwright() -> Path | None:
    with sync_playwright() as driver:
        path = Path(driver.chromium.executable_path)
    return path if path.is_file() else None


def _from_debian() -> Path | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]
    for command in (
        ["apt-get", "update", "--quiet"],
        [*install, "chromium", "fonts-noto-cjk"],
    ):
        if subprocess.run(command, env=quiet, stdout=sys.stderr, check=False).returncode != 0:
            return None
    found = shutil.which("chromium")
    return None if found is None else Path(found)


def _from_playwright() -> Path | None:
    install = [sys.executable, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(install, stdout=sys.stderr, check=False)
    return _of_playwright() if done.returncode == 0 else None
