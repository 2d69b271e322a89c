"""Compiles the pocket model's library (WebAssembly with its shaders) from the apache-tvm wheel and Emscripten.

Usage: build.py [--runtime FOLDER] [--out FILE] [--opt=-Oz] [--shaders FILE]
The runtime objects come from build_runtime.sh. For development link with --opt=-O1 (seconds, but large).
"""

import argparse
import json
import os
import subprocess
import time

import tvm
from tvm import relax
from tvm.s_tir import dlight as dl

import sampling
from pocket_llama import PocketConfig, PocketLlama

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))

TARGET = {
    "kind": "webgpu",
    "max_num_threads": 256,
    "host": {"kind": "llvm", "mtriple": "wasm32-unknown-unknown-wasm"},
}


def metadata(cfg: PocketConfig, params):
    """What WebLLM reads back through the library's _metadata function."""
    return {
        "model_type": "llama",
        "quantization": "q0f32",
        "context_window_size": cfg.context_window_size,
        "prefill_chunk_size": cfg.prefill_chunk_size,
        "sliding_window_size": -1,
        "attention_sink_size": -1,
        "tensor_parallel_shards": 1,
        "kv_state_kind": "kv_cache",
        "params": [
            {"name": n, "shape": [int(d) for d in p.shape], "dtype": str(p.dtype), "preprocs": []}
            for n, p in params
        ],
        "memory_usage": {},
    }


def add_string_function(mod: tvm.IRModule, name: str, text: str):
    """Add a function without arguments that returns a text."""
    bb = relax.BlockBuilder()
    with bb.function(name, params=[]):
        bb.emit_func_output(tvm.ir.StringImm(text))
    mod[name] = bb.finalize()[name]


def lower(cfg: PocketConfig, target):
    """The passes from nn's Relax functions to what the VM code generator takes."""
    t = relax.transform
    bounds = {"seq_len": cfg.prefill_chunk_size, "batch_size": 1, "num_samples": 1}

    @tvm.transform.module_pass(opt_level=0)
    def bound_symbols(mod, _ctx):
        for gv, f in mod.functions_items():
            if isinstance(f, relax.Function):
                mod[gv] = f.with_attr("tir_var_upper_bound", bounds)
        return mod

    return tvm.transform.Sequential(
        [
            bound_symbols,
            tvm.tirx.transform.BindTarget(target),
            t.LegalizeOps(),
            t.AnnotateTIROpPattern(),
            t.FoldConstant(),
            t.FuseOps(),
            t.FuseTIR(),
            t.DeadCodeElimination(),
            dl.ApplyDefaultSchedule(
                dl.gpu.Reduction(), dl.gpu.GeneralReduction(), dl.gpu.Fallback()
            ),
            tvm.tirx.transform.ForceNarrowIndexToInt32(),
            t.RewriteDataflowReshape(),
            t.ToNonDataflow(),
            t.RemovePurityChecking(),
            t.CallTIRRewrite(),
            t.StaticPlanBlockMemory(),
            t.LowerAllocTensor(),
            t.KillAfterLastUse(),
            t.LowerRuntimeBuiltin(),
            t.ComputePrimValue(),
            t.VMShapeLower(),
            t.AttachGlobalSymbol(),
        ]
    )


def link_wasm(runtime: str, opt: str):
    """export_library's last step: link the model's wasm objects with the runtime objects."""

    def link(output, objects, **_):
        objects = [objects] if isinstance(objects, str) else list(objects)
        names = ("wasm_runtime.o", "web_glue.o", "webgpu_runtime.o")
        cmd = ["emcc", *opt.split(), "-std=c++17", "--no-entry", "-o", output]
        cmd += ["-Wl,--wrap=__cxa_throw", "-Wl,--wrap=__cxa_allocate_exception"]
        for setting in (
            "WASM_BIGINT=1",
            "STANDALONE_WASM=1",
            "ERROR_ON_UNDEFINED_SYMBOLS=0",
            "ALLOW_MEMORY_GROWTH=1",
            "TOTAL_MEMORY=64MB",
        ):
            cmd += ["-s", setting]
        # plain object files, no archive: static initializers (function registration) all stay
        cmd += [os.path.join(runtime, n) for n in names] + objects
        subprocess.run(cmd, check=True)

    link.object_format = "o"
    return link


def model_module(cfg: PocketConfig, target):
    """(module, parameters): the model's Relax functions and the kernels that WebLLM calls directly."""
    with target:
        model = PocketLlama(cfg)
        mod, params, _ = model.export_tvm(spec=model.export_spec(), allow_extern=True)
    for name, func in sampling.inplace_kernels(cfg.vocab_size).items():
        mod[name] = func
    return mod, params


def main():
    work = os.path.join(ROOT, ".pocket", "library")
    ap = argparse.ArgumentParser()
    ap.add_argument("--runtime", default=os.path.join(work, "runtime"))
    ap.add_argument("--out", default=os.path.join(work, "pocket-webgpu.wasm"))
    ap.add_argument("--opt", default="-Oz")
    args = ap.parse_args()
    os.makedirs(os.path.dirname(os.path.abspath(args.out)), exist_ok=True)
    cfg = PocketConfig()
    target = tvm.target.Target(TARGET)

    start = time.time()
    mod, params = model_module(cfg, target)
    add_string_function(mod, "_metadata", json.dumps(metadata(cfg, params)))
    # common subexpressions are left alone, as mlc-llm does (a regression of TVM's pass)
    with tvm.transform.PassContext(config={"tirx.disable_cse_tir": True}):
        ex = relax.build(mod, target=target, relax_pipeline=lower(cfg, target), system_lib=True)
    compiled = time.time()
    ex.export_library(args.out, fcompile=link_wasm(args.runtime, args.opt))
    size = os.path.getsize(args.out)
    print(f"compile {compiled - start:.1f} s, link {time.time() - compiled:.1f} s, {size} bytes")


if __name__ == "__main__":
    main()
