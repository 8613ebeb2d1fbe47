"""Makes a virtual environment and installs the packages of a lock file into it.

    python3 deploy/set_up.py FOLDER LOCK

Every package is checked against its hash in the lock. Runs on any Python 3, to be able to say that it is too
old.
"""

import os
import re
import subprocess
import sys
import time

OLDEST = (3, 11)


def stop(message):
    sys.exit("\n" + message)


def make_environment(folder, python):
    if (
        os.path.exists(python)
        and subprocess.call([python, "-c", "import pip"], stderr=subprocess.DEVNULL) == 0
    ):
        return
    print("Making the virtual environment %s ..." % folder, flush=True)
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        stop(
            "This Python (%s) lacks the venv module. On Debian and Ubuntu: apt-get install python3-venv"
            % sys.executable
        )
    venv.create(folder, with_pip=True, clear=True)


def install(python, lock):
    """Run pip, and show one line that moves instead of the many that it prints.

    The lock is complete, so pip need not look for what each package needs. What it leaves uncompiled is compiled
    afterwards on all cores: a start without compiled packages takes three seconds longer.
    """
    with open(lock, encoding="utf-8") as lines:
        total = len(re.findall(r"(?m)^[A-Za-z0-9]", lines.read()))
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    command += ["--no-deps", "--no-compile", "--progress-bar", "off", "-r", lock]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    )
    begun = time.monotonic()
    said = []
    seen = 0
    for line in process.stdout:
        said.append(line)
        if line.startswith(("Collecting ", "Processing ", "Requirement already satisfied")):
            seen += 1
            show("Fetching packages: %d of at most %d" % (seen, total))
        elif line.startswith("Installing collected packages"):
            show("Unpacking %d packages ..." % seen)
    if process.wait() != 0:
        stop(
            "".join(said[-25:])
            + "\nThe packages of %s could not be installed; pip's last lines stand above." % lock
        )
    show("Compiling %d packages ..." % seen)
    packages = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    folder = subprocess.check_output([python, "-c", packages], universal_newlines=True).strip()
    # Some packages bring files for other Pythons, which do not compile and are never used.
    subprocess.call([python, "-m", "compileall", "-q", "-q", "-j", "0", folder], stdout=subprocess.DEVNULL)
    show("%d packages are installed (%d s).\n" % (seen, time.monotonic() - begun))


def show(text):
    if sys.stdout.isatty():
        sys.stdout.write("\r" + text.ljust(60))
    elif text.endswith("\n"):
        sys.stdout.write(text)
    sys.stdout.flush()


def main():
    if sys.version_info < OLDEST:
        stop(
            "The portal needs Python %d.%d or newer; this is %s (%s).\n"
            "Name another one, for example: make demo PYTHON=python3.12"
            % (OLDEST + (sys.version.split()[0], sys.executable))
        )
    if len(sys.argv) != 3:
        stop(__doc__)
    folder, lock = sys.argv[1:]
    python = os.path.join(folder, "bin", "python")
    make_environment(folder, python)
    install(python, lock)


if __name__ == "__main__":
    main()
