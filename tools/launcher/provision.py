"""Set-up: Debian packages, and pinned Python packages in private environments inside the build folder."""

import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, Sequence

from launcher.report import LauncherError, run_step, say
from launcher.stamps import digest, is_stamped, locked, write_stamp

# The versions that halide's wheels are made for.
OLDEST_PYTHON, NEWEST_PYTHON = (3, 9), (3, 13)


def read_list(file: Path) -> List[str]:
    lines = (line.split("#")[0].strip() for line in file.read_text().splitlines())
    return [line for line in lines if line]


def missing_packages(packages: Sequence[str]) -> List[str]:
    """Those of `packages` that are not installed; none where there is no dpkg to ask (CMake then says what lacks)."""
    if shutil.which("dpkg-query") is None:
        return []
    listing = subprocess.run(["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *packages],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True).stdout
    installed = {line.split()[0] for line in listing.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in installed]


def can_sudo() -> bool:
    return shutil.which("sudo") is not None and subprocess.run(
        ["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def ensure_debian_packages(packages: Sequence[str], log: Path) -> None:
    """Installs by apt-get what is missing, where that needs no password; raises LauncherError where it does."""
    missing = missing_packages(packages)
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    by_hand = f"sudo apt-get update && sudo {shlex.join(install)}"
    if shutil.which("apt-get") is None or not (os.geteuid() == 0 or can_sudo()):
        raise LauncherError(f"Debian packages are missing; run this once: {by_hand}")
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    prefix += ["env", "DEBIAN_FRONTEND=noninteractive"]
    # A lock that another apt holds is waited for.
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    run_step("updating the list of Debian packages", [*prefix, "apt-get", *wait, "update"], log,
             hint=f"to do it by hand: {by_hand}")
    run_step(f"installing Debian packages: {' '.join(missing)}", [*prefix, install[0], *wait, *install[1:]], log,
             hint=f"to do it by hand: {by_hand}")


def find_python() -> str:
    """The system's Python, whose venv module the Debian packages bring; else the one that runs this."""
    for candidate in ("/usr/bin/python3", sys.executable):
        probe = "import sys, ensurepip, venv; print(sys.version_info[0], sys.version_info[1])"
        try:
            answer = subprocess.run([candidate, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        except OSError:
            continue
        version = tuple(int(number) for number in answer.stdout.split()) if answer.returncode == 0 else ()
        if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
            return candidate
    raise LauncherError("halide needs a Python from {}.{} to {}.{} with its venv module, in /usr/bin or first in PATH"
                        .format(*OLDEST_PYTHON, *NEWEST_PYTHON))


def pip_install(environment: Path, what: str, arguments: Sequence[str], log: Path) -> None:
    run_step(what, [str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input",
                    "--disable-pip-version-check", *arguments], log, hint="is the network there?")


def ensure_environment(environment: Path, what: str, requirements: Path, arguments: Sequence[str]) -> None:
    """Makes the virtual environment that holds exactly `requirements`; does nothing when it is there."""
    wanted = digest([str(environment), requirements])
    stamp = environment / ".complete"
    if is_stamped(stamp, wanted):
        return
    logs = environment.parent / "logs"
    with locked(environment.with_name(environment.name + ".lock")):
        if is_stamped(stamp, wanted):
            return
        shutil.rmtree(environment, ignore_errors=True)
        environment.parent.mkdir(parents=True, exist_ok=True)
        run_step(f"making {environment.name}, an environment for {what}",
                 [find_python(), "-m", "venv", str(environment)], logs / "venv.log")
        pip_install(environment, f"installing {what}", [*arguments, "--requirement", str(requirements)],
                    logs / "pip.log")
        write_stamp(stamp, wanted)


def ensure_tools(root: Path) -> Path:
    """Everything that a build needs; gives the environment of CMake, Ninja and Halide.

    A second call reads three small files and returns.
    """
    tools = root / "build" / ".tools"
    folder = root / "tools" / "requirements"
    packages, requirements = folder / "packages-debian.txt", folder / "build.txt"
    wanted = digest([str(root), packages, requirements])
    stamp = root / "build" / ".set-up"
    if is_stamped(stamp, wanted) and is_stamped(tools / ".complete", digest([str(tools), requirements])):
        return tools
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise LauncherError(f"Linux on x86-64 is needed, this is {platform.system()} on {platform.machine()}")
    with locked(root / "build" / ".set-up.lock"):
        ensure_debian_packages(read_list(packages), root / "build" / "logs" / "apt.log")
        ensure_environment(tools, "CMake, Ninja and Halide (100 MB)", requirements, ["--no-deps", "--require-hashes"])
        link_halide(tools)
        write_stamp(stamp, wanted)
    return tools


def link_halide(tools: Path) -> None:
    """Gives Halide a path without the Python version in it, for CMakePresets.json."""
    packages = sorted(tools.glob("lib/python3*/site-packages/halide"))
    if not packages:
        raise LauncherError(f"{tools} holds no halide package; delete it and start again")
    link = tools / "halide"
    if link.is_symlink():
        link.unlink()
    link.symlink_to(os.path.relpath(packages[0], tools))


def ensure_style_tools(root: Path) -> Path:
    environment = root / "build" / ".style"
    ensure_environment(environment, "clang-format and clang-tidy", root / "tools" / "requirements" / "style.txt",
                       ["--no-deps", "--require-hashes"])
    return environment


def ensure_report_tools(root: Path) -> Path:
    environment = root / "build" / ".report"
    ensure_environment(environment, "Plotly", root / "tools" / "requirements" / "report.txt", ["--no-deps", "--require-hashes"])
    return environment


def ensure_cuda(root: Path) -> Path:
    """An environment of what compiling for CUDA takes; nothing in it runs on a GPU."""
    environment = root / "build" / ".cuda"
    ensure_environment(environment, "CUDA's assembler and headers (45 MB)", root / "tools" / "requirements" / "cuda.txt",
                       ["--no-deps", "--require-hashes"])
    return environment


def ensure_ptxas(root: Path) -> Path:
    """CUDA's assembler."""
    environment = ensure_cuda(root)
    found = sorted(environment.glob("lib/python3*/site-packages/nvidia/cuda_nvcc/bin/ptxas"))
    if not found:
        raise LauncherError(f"{environment} holds no ptxas; delete it and start again")
    return found[0]


def ensure_cudnn_headers(root: Path) -> bool:
    """What cmake/FindCudnnHeaders.cmake looks for; false where it can't be had: the build goes on without cuDNN."""
    from launcher import wheel_headers  # which needs much of Python's library

    pins, folder = root / "tools" / "requirements" / "cuda-headers.txt", root / "build" / ".cuda" / "include"
    wanted = digest([pins])
    try:
        environment = ensure_cuda(root)
        with locked(root / "build" / ".cuda-headers.lock"):
            if is_stamped(folder / ".complete", wanted):
                return True
            say("taking cuDNN's and cuBLASLt's headers (3 MB) out of their wheels ...")
            wheel_headers.fetch(pins, folder, environment / "bin" / "python")
            write_stamp(folder / ".complete", wanted)
    except LauncherError as error:
        say(f"goes on without cuDNN: {error}")
        return False
    return True


def ensure_peers(root: Path) -> Path:
    """An environment of PyTorch and JAX, which benchmarks compare with. Compiling PyTorch needs Python's headers."""
    ensure_debian_packages(["python3-dev"], root / "build" / "logs" / "apt.log")
    environment = root / "build" / ".peers"
    ensure_environment(environment, "PyTorch and JAX (several GB)", root / "tools" / "requirements" / "peers.txt", [])
    return environment
