-- A module file for Lmod. Copy it to modulefiles/sheaf/VERSION.lua, with the program in ROOT/VERSION/bin/sheaf.
local root = "/apps/sheaf"

local version = myModuleVersion()
local bin = pathJoin(root, version, "bin")

whatis("Name: sheaf")
whatis("Version: " .. version)
whatis("Description: Experiment manager for deep learning on Slurm clusters")
help([[
sheaf turns templates into experiments, jobs and comparable results. Begin with:

  sheaf init my-project
  sheaf --help
]])

-- One version at a time: loading another one replaces it.
prepend_path("PATH", bin)
