#!/bin/sh
# Installs all packages of the lock file, those that build included. Needs the npm registry, or its cache.
# usage: install.sh, in the repository root
set -eu
npm ci --no-progress --prefer-offline
