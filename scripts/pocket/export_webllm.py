"""Writes the pocket model's folder for WebLLM: weights, tokenizer and chat configuration.

Usage: export_webllm.py [--checkpoint .pocket/model.pt] [--tokenizer .pocket/tokenizer.json]
                        [--out public/models/pocket/webllm/resolve/main]

The checkpoint holds torch tensors under the trainer's names; the library wants matrices as (in, out),
norms folded into the matrix that follows, rotary embedding in halves rather than adjacent pairs, and
the tied embedding a second time, transposed, as the head.
"""

import argparse
import glob
import json
import os
import shutil
import sys

import numpy as np
import torch
from tokenizers import Tokenizer
from tvm.contrib import tvmjs

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "library"))

from pocket_llama import PocketConfig  # noqa: E402

END = "</s>"


def check_shape(config: dict, cfg: PocketConfig):
    """Stop unless the checkpoint has the shape that the library is compiled for."""
    want = {
        "V": cfg.vocab_size,
        "d": cfg.hidden_size,
        "L": cfg.num_hidden_layers,
        "h": cfg.num_attention_heads,
        "ff": cfg.intermediate_size,
        "ctx": cfg.context_window_size,
        "theta": cfg.rope_theta,
    }
    for key, value in want.items():
        if config[key] != value:
            raise SystemExit(f"checkpoint has {key} = {config[key]}, the library {value}")


def halves(w: np.ndarray, heads: int):
    """Rows of each head from adjacent pairs (0, 1), (2, 3), … to halves: first members, then second."""
    w = w.reshape(heads, -1, w.shape[-1])
    return np.concatenate([w[:, 0::2], w[:, 1::2]], 1).reshape(-1, w.shape[-1])


def convert(state: dict, cfg: PocketConfig):
    """The trainer's tensors -> the library's, name -> float32 array."""
    s = {k: v.detach().double().numpy() for k, v in state.items()}
    h, out = cfg.num_attention_heads, {"embed_tokens.weight": s["emb.weight"]}
    for i in range(cfg.num_hidden_layers):
        b, o = f"blocks.{i}.", f"layers.{i}."
        qkv = [halves(s[b + "wq.weight"], h), halves(s[b + "wk.weight"], h), s[b + "wv.weight"]]
        gate_up = [s[b + "gate.weight"], s[b + "up.weight"]]
        out[o + "qkv"] = (np.concatenate(qkv) * s[b + "attn_norm.weight"]).T
        out[o + "out"] = s[b + "wo.weight"].T
        out[o + "gate_up"] = (np.concatenate(gate_up) * s[b + "ffn_norm.weight"]).T
        out[o + "down"] = s[b + "down.weight"].T
    out["head"] = (s["emb.weight"] * s["norm.weight"]).T
    return {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in out.items()}


def chat_config(cfg: PocketConfig):
    """mlc-chat-config.json; a chat turn is written as the agents' prompts are, a question and "A:"."""
    return {
        "version": "0.1.0",
        "model_type": "llama",
        "quantization": "q0f32",
        "vocab_size": cfg.vocab_size,
        "context_window_size": cfg.context_window_size,
        "sliding_window_size": -1,
        "attention_sink_size": -1,
        "prefill_chunk_size": cfg.prefill_chunk_size,
        "temperature": 1.0,
        "top_p": 1.0,
        "presence_penalty": 0.0,
        "frequency_penalty": 0.0,
        "repetition_penalty": 1.0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "tokenizer_files": ["tokenizer.json"],
        "tokenizer_info": {
            "token_postproc_method": "byte_fallback",
            "prepend_space_in_encode": False,
            "strip_space_in_decode": False,
        },
        "conv_template": {
            "name": "pocket",
            "system_template": "{system_message}",
            "system_message": "",
            "system_prefix_token_ids": None,
            "add_role_after_system_message": True,
            "roles": {"user": "Q", "assistant": "A"},
            "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}"},
            "messages": [],
            "seps": ["\n"],
            "role_content_sep": ": ",
            "role_empty_sep": ":",
            "stop_str": [],
            "stop_token_ids": [2],
            "function_string": "",
            "use_function_calling": False,
        },
    }


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--checkpoint", default=os.path.join(ROOT, ".pocket", "model.pt"))
    ap.add_argument("--tokenizer", default=os.path.join(ROOT, ".pocket", "tokenizer.json"))
    folder = os.path.join(ROOT, "public", "models", "pocket", "webllm", "resolve", "main")
    ap.add_argument("--out", default=folder)
    args = ap.parse_args()
    cfg = PocketConfig()
    checkpoint = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
    check_shape(checkpoint["config"], cfg)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    if tokenizer.get_vocab_size() != cfg.vocab_size or tokenizer.token_to_id(END) != 2:
        raise SystemExit("the tokenizer does not fit the model")

    os.makedirs(args.out, exist_ok=True)
    for old in glob.glob(os.path.join(args.out, "params_shard_*.bin")):
        os.remove(old)
    weights = convert(checkpoint["state"], cfg)
    tvmjs.dump_tensor_cache(
        weights,
        args.out,
        encode_format="raw",
        meta_data={"ParamSize": len(weights)},
        show_progress=False,
    )
    shutil.copyfile(args.tokenizer, os.path.join(args.out, "tokenizer.json"))
    with open(os.path.join(args.out, "mlc-chat-config.json"), "w") as f:
        json.dump(chat_config(cfg), f, indent=1)
        f.write("\n")
    for name in sorted(os.listdir(args.out)):
        print(os.path.getsize(os.path.join(args.out, name)), name)


if __name__ == "__main__":
    main()
