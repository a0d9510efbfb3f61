#!/bin/sh
# Adds to the installed packages what runs networks and language models on NVIDIA cards, which `npm ci` leaves out: the CUDA files
# of onnxruntime-node (CUDA 12, cuDNN 9) and of node-llama-cpp (CUDA 13). Needs api.nuget.org and the npm registry.
# usage: cuda.sh, in a repository root that was installed
set -eu
onnx=node_modules/onnxruntime-node
if ! ONNXRUNTIME_NODE_INSTALL=cuda12 node "$onnx/script/install.js"; then
  echo "cuda.sh: the CUDA files of onnxruntime-node $(node -p "require('./$onnx/package.json').version") could not be fetched." >&2
  echo "They come from api.nuget.org (package Microsoft.ML.OnnxRuntime.Gpu.Linux): let this build reach it, or set GLOBAL_AGENT_HTTPS_PROXY." >&2
  exit 1
fi
test -e "$onnx/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so"

# The overrides of package.json keep it away from everybody without a card, so that the lock file does not know its hash.
name=@node-llama-cpp/linux-x64-cuda
version=3.21.1
integrity=sha512-idsE55VoD/FbvLhnBC9krUJaUoC0XnebseAAnCpm/brKf61HEbu+idgbb5eN6mxkjLSrHtILprJ0nDcUJjVrFg==
installed=$(node -p "require('./node_modules/node-llama-cpp/package.json').version")
if [ "$installed" != "$version" ]; then
  echo "cuda.sh: node-llama-cpp is $installed, and the CUDA library here is of $version: set version and integrity (npm view $name@$installed dist.integrity)." >&2
  exit 1
fi
folder=$(mktemp -d)
npm pack --silent --pack-destination "$folder" "$name@$version" > /dev/null
actual=sha512-$(node -p "crypto.createHash('sha512').update(fs.readFileSync(process.argv[1])).digest('base64')" "$folder"/*.tgz)
if [ "$actual" != "$integrity" ]; then
  echo "cuda.sh: $name@$version has the hash $actual; $integrity is expected." >&2
  exit 1
fi
mkdir -p "node_modules/$name"
tar xzf "$folder"/*.tgz --strip-components 1 -C "node_modules/$name"
rm -r "$folder"
