"""Write the checkpoint as GGUF: llama architecture, Unigram vocabulary (t5), float16, norms in float32."""

import json
import os

import gguf
import numpy as np

import sources
import vocabulary
from model import load

OUT = sources.ROOT / "public" / "models" / "pocket" / "gguf" / "pocket-f16.gguf"
NAMES = dict(
    wq="attn_q",
    wk="attn_k",
    wv="attn_v",
    wo="attn_output",
    gate="ffn_gate",
    up="ffn_up",
    down="ffn_down",
    attn_norm="attn_norm",
    ffn_norm="ffn_norm",
)
# only the user's words are kept: the agents send whole prompts as plain text
CHAT = "{% for m in messages %}Q: {{ m['content'] }}\nA:{% endfor %}"


def main():
    model, _ = load()
    c, state = model.config, model.state_dict()
    pieces = json.loads(vocabulary.PATH.read_text(encoding="utf-8"))["model"]["vocab"]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    part = OUT.with_suffix(".part")
    w = gguf.GGUFWriter(part, "llama")
    w.add_name("Equipoise pocket")
    w.add_license("MIT")
    w.add_context_length(c["ctx"])
    w.add_embedding_length(c["d"])
    w.add_block_count(c["L"])
    w.add_feed_forward_length(c["ff"])
    w.add_head_count(c["h"])
    w.add_head_count_kv(c["h"])
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_freq_base(c["theta"])
    w.add_rope_dimension_count(c["d"] // c["h"])
    w.add_vocab_size(c["V"])
    w.add_file_type(1)
    w.add_tokenizer_model("t5")
    w.add_tokenizer_pre("default")
    w.add_token_list([p for p, _ in pieces])
    w.add_token_scores([float(s) for _, s in pieces])
    w.add_token_types([2, 3, 3] + [1] * (len(pieces) - 3))
    w.add_bos_token_id(1)
    w.add_eos_token_id(2)
    w.add_unk_token_id(0)
    w.add_pad_token_id(2)
    w.add_add_bos_token(False)
    w.add_add_eos_token(False)
    w.add_add_space_prefix(False)
    w.add_remove_extra_whitespaces(False)
    w.add_chat_template(CHAT)

    def add(name, tensor):
        kind = np.float32 if tensor.ndim == 1 else np.float16
        w.add_tensor(name, np.ascontiguousarray(tensor.float().numpy().astype(kind)))

    add("token_embd.weight", state["emb.weight"])  # tied: no output.weight
    add("output_norm.weight", state["norm.weight"])
    for i in range(c["L"]):
        for ours, theirs in NAMES.items():
            add(f"blk.{i}.{theirs}.weight", state[f"blocks.{i}.{ours}.weight"])
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    os.replace(part, OUT)
    print(OUT.relative_to(sources.ROOT), OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
