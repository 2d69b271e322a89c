#!/bin/bash
# Compiles TVM's web runtime, from the sources inside the apache-tvm and apache-tvm-ffi wheels,
# to three wasm objects with Emscripten. About two and a half minutes, once.
# Usage: [PYTHON=python3] build_runtime.sh [OUTPUT_FOLDER]     (default: .pocket/library/runtime)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
out=$(realpath -m "${1:-$here/../../../.pocket/library/runtime}")
site=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
[ -d "$site/tvm/web/emcc" ] || { echo "no TVM web sources in $site: pip install apache-tvm" >&2; exit 1; }

# One source root, copied: the sources use "../../.." includes, which a symbolic link would break.
tree=$out/tree
rm -rf "$tree"
mkdir -p "$tree/3rdparty" "$tree/src" "$tree/web"
cp -r "$site/tvm/src/runtime" "$tree/src/"
cp -r "$site/tvm/include" "$tree/"
cp -r "$site/tvm/web/emcc" "$tree/web/"
ln -sfn "$site/tvm_ffi" "$tree/3rdparty/tvm-ffi"

# Our stand-ins for the headers that the wheel leaves out.
cp -r "$here/compat/3rdparty/compiler-rt" "$tree/3rdparty/"
cp -r "$here/compat/src/support" "$tree/src/"
cp -r "$here/compat/tvm/support" "$tree/include/tvm/"

# Left out: RPC (WebLLM never uses it, and it needs still more missing headers), recurrent state,
# sorting on the CPU, and TVM's own tests.
sed -i -e '/src\/runtime\/rpc\//d' -e '/vm\/rnn_state.cc/d' -e '/contrib\/sort\/sort.cc/d' \
  -e '/testing\/testing.cc/d' "$tree/web/emcc/wasm_runtime.cc"
cp "$here/web_glue.cc" "$tree/web/emcc/"

# With relative paths: error messages and lambdas are named after them in the object files, and the
# folders of the machine that compiled them are nobody's business.
cd "$out"
for unit in webgpu_runtime web_glue wasm_runtime; do
  emcc -Oz -std=c++17 -Wno-ignored-attributes \
    -Itree -Itree/include -Itree/3rdparty/tvm-ffi/include \
    -Itree/3rdparty/tvm-ffi/3rdparty/dlpack/include \
    -c -o "$unit.o" "tree/web/emcc/$unit.cc"
done
rm -rf "$tree"
ls -l "$out"
