#!/bin/bash
# Makes the pocket model's WebLLM form, public/models/pocket/webllm/, from .pocket/model.pt in one go.
# Usage: [PYTHON=python3] publish_webllm.sh [--library]
# With --library the model library is compiled again too (Emscripten, a few minutes); without it the
# one in place is kept, or compiled where there is none. Packages: library/requirements.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}
out=$root/public/models/pocket/webllm
runtime=$root/.pocket/library/runtime
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$out"

if [ "${1:-}" = --library ] || [ ! -f "$out/pocket-webgpu.wasm" ]; then
  [ -f "$runtime/wasm_runtime.o" ] || PYTHON=$python "$here/library/build_runtime.sh" "$runtime"
  "$python" "$here/library/build.py" --runtime "$runtime" --out "$out/pocket-webgpu.wasm" --opt=-Oz
fi
"$python" "$here/export_webllm.py" --out "$out/resolve/main"

# The library contains TVM's runtime: its notices and licence go with it.
site=$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
{
  cat "$here/library/NOTICE.head.txt"
  cat "$site/tvm/NOTICE"
  echo
  cat "$site"/apache_tvm_ffi-*.dist-info/licenses/NOTICE
  echo
  sed '/^-----/,$d' "$site/tvm/LICENSE"
} >"$out/LICENSE-TVM.txt"

(cd "$out" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
