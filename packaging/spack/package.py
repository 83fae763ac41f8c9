# A recipe for Spack: put it into packages/sheaf/package.py of a repository of yours.
# The source is the single file of a release, which needs no Node and no Python.

import os

from spack.package import *


class Sheaf(Package):
    """Experiment manager for deep learning on Slurm clusters: templates to jobs to comparable results."""

    # Spack looks for the file in the folder in which you type `spack install`.
    url = f"file://{os.getcwd()}/sheaf-linux-x64"
    manual_download = True

    # SHA256SUMS of the release has the checksum: sha256="…". Without one, Spack asks for --no-checksum.
    version("0.1.0", expand=False)

    conflicts("target=aarch64:", msg="the single file is built for x86-64: install the wheel instead")

    def install(self, spec, prefix):
        mkdirp(prefix.bin)
        install("sheaf-linux-x64", prefix.bin.sheaf)
        set_executable(prefix.bin.sheaf)
