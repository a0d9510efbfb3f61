#!/bin/sh
# Compiles the API, the workers and the command line, with the types checked.
# usage: compile.sh, in the repository root
set -eu
exec node_modules/.bin/tsc -b apps/api apps/workers apps/cli
