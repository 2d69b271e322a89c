"""Attention kernels in TIR for WebLLM's paged key-value cache, one sequence at a time, without barriers.

They take the arguments that TVM's cache passes (src/runtime/vm/attn_backend.h in the wheel) and leave
out what a library for one sequence with rotary embedding done beforehand never uses: several sequences,
sliding windows, in-kernel rotation. Scores are kept in base 2, as TVM does, so that partial results
merge. Each thread follows one query row of one head over all keys with a running maximum (ragged and
paged prefill), or all threads of a head share the scores and split the output (decode). Masked keys
get the weight 0 rather than a branch, so that neighbouring threads stay in step.
"""

import math

from tvm.script import tirx as T

LOG2E = math.log2(math.e)
PAGE = 16
LOWEST = -5e4


def ragged(heads: int, dim: int, threads: int = 16):
    """Causal attention of the new rows among themselves: q, k and v are (rows, heads, dim)."""

    @T.prim_func(private=True, s_tir=True)
    def func(
        var_q: T.handle,
        var_q_indptr: T.handle,
        var_k: T.handle,
        var_v: T.handle,
        var_kv_indptr: T.handle,
        var_q_pos: T.handle,
        var_k_pos: T.handle,
        var_out: T.handle,
        var_lse: T.handle,
        causal: T.int32,
        rotary_mode: T.int32,
        rope_scale: T.float32,
        rope_theta: T.float32,
        sm_scale: T.float32,
    ):
        T.func_attr({"tirx.is_scheduled": True})
        n = T.int32()
        q = T.match_buffer(var_q, (n, heads, dim), "float32")
        k = T.match_buffer(var_k, (n, heads, dim), "float32")
        v = T.match_buffer(var_v, (n, heads, dim), "float32")
        out = T.match_buffer(var_out, (n, heads, dim), "float32")
        lse = T.match_buffer(var_lse, (n, heads), "float32")
        for by in T.thread_binding(heads, thread="blockIdx.y"):
            for bx in T.thread_binding((n + threads - 1) // threads, thread="blockIdx.x"):
                for tx in T.thread_binding(threads, thread="threadIdx.x"):
                    with T.sblock("ragged"):
                        h = T.axis.spatial(heads, by)
                        b = T.axis.spatial((n + threads - 1) // threads, bx)
                        t = T.axis.spatial(threads, tx)
                        T.reads(q[0:n, h, 0:dim], k[0:n, h, 0:dim], v[0:n, h, 0:dim])
                        T.writes(out[0:n, h, 0:dim], lse[0:n, h])
                        acc = T.sblock_alloc_buffer((dim,), "float32", scope="local")
                        mine = T.sblock_alloc_buffer((dim,), "float32", scope="local")
                        # running maximum, sum of weights, score, new maximum, factor of the past, weight
                        s = T.sblock_alloc_buffer((6,), "float32", scope="local")
                        s[0] = T.float32(LOWEST)
                        s[1] = T.float32(0)
                        for d in T.unroll(dim):
                            acc[d] = T.float32(0)
                            mine[d] = q[T.min(b * threads + t, n - 1), h, d] * sm_scale * T.float32(LOG2E)
                        for j in range(T.min(n, b * threads + threads)):
                            s[2] = T.float32(0)
                            for d in T.unroll(dim):
                                s[2] += mine[d] * k[j, h, d]
                            s[2] = T.Select(j <= b * threads + t, s[2], T.float32(LOWEST))
                            s[3] = T.max(s[0], s[2])
                            s[4] = T.exp2(s[0] - s[3])
                            s[5] = T.Select(j <= b * threads + t, T.exp2(s[2] - s[3]), T.float32(0))
                            s[1] = s[1] * s[4] + s[5]
                            s[0] = s[3]
                            for d in T.unroll(dim):
                                acc[d] = acc[d] * s[4] + v[j, h, d] * s[5]
                        if b * threads + t < n:
                            for d in T.unroll(dim):
                                out[b * threads + t, h, d] = acc[d] / s[1]
                            lse[b * threads + t, h] = s[0] + T.log2(s[1])

    return func


def paged(heads: int, dim: int, threads: int = 16):
    """Attention of the new rows over all keys already in the cache (a later turn or chunk)."""

    @T.prim_func(private=True, s_tir=True)
    def func(
        var_q: T.handle,
        var_q_indptr: T.handle,
        var_pages: T.handle,
        var_indptr: T.handle,
        var_table: T.handle,
        var_length: T.handle,
        var_k_pos: T.handle,
        var_q_pos: T.handle,
        var_out: T.handle,
        var_lse: T.handle,
        causal: T.int32,
        rotary_mode: T.int32,
        rope_scale: T.float32,
        rope_theta: T.float32,
        sm_scale: T.float32,
    ):
        T.func_attr({"tirx.is_scheduled": True})
        n, pages_used, pages_all = T.int32(), T.int32(), T.int32()
        table_offset, length_offset = T.int32(), T.int32()
        q = T.match_buffer(var_q, (n, heads, dim), "float32")
        pages = T.match_buffer(var_pages, (pages_all, 2, heads, PAGE, dim), "float32")
        table = T.match_buffer(var_table, (pages_used,), "int32", elem_offset=table_offset)
        length = T.match_buffer(var_length, (1,), "int32", elem_offset=length_offset)
        out = T.match_buffer(var_out, (n, heads, dim), "float32")
        lse = T.match_buffer(var_lse, (n, heads), "float32")
        for by in T.thread_binding(heads, thread="blockIdx.y"):
            for bx in T.thread_binding((n + threads - 1) // threads, thread="blockIdx.x"):
                for tx in T.thread_binding(threads, thread="threadIdx.x"):
                    with T.sblock("paged"):
                        h = T.axis.spatial(heads, by)
                        b = T.axis.spatial((n + threads - 1) // threads, bx)
                        t = T.axis.spatial(threads, tx)
                        T.reads(q[0:n, h, 0:dim], pages[0:pages_all, 0:2, h, 0:PAGE, 0:dim])
                        T.writes(out[0:n, h, 0:dim], lse[0:n, h])
                        acc = T.sblock_alloc_buffer((dim,), "float32", scope="local")
                        mine = T.sblock_alloc_buffer((dim,), "float32", scope="local")
                        s = T.sblock_alloc_buffer((6,), "float32", scope="local")
                        s[0] = T.float32(LOWEST)
                        s[1] = T.float32(0)
                        for d in T.unroll(dim):
                            acc[d] = T.float32(0)
                            mine[d] = q[T.min(b * threads + t, n - 1), h, d] * sm_scale * T.float32(LOG2E)
                        for j in range((pages_used - 1) * PAGE + length[0]):
                            s[2] = T.float32(0)
                            for d in T.unroll(dim):
                                s[2] += mine[d] * pages[table[j // PAGE], 0, h, j % PAGE, d]
                            s[3] = T.max(s[0], s[2])
                            s[4] = T.exp2(s[0] - s[3])
                            s[5] = T.exp2(s[2] - s[3])
                            s[1] = s[1] * s[4] + s[5]
                            s[0] = s[3]
                            for d in T.unroll(dim):
                                acc[d] = acc[d] * s[4] + pages[table[j // PAGE], 1, h, j % PAGE, d] * s[5]
                        if b * threads + t < n:
                            for d in T.unroll(dim):
                                out[b * threads + t, h, d] = acc[d] / s[1]
                            lse[b * threads + t, h] = s[0] + T.log2(s[1])

    return func


def decode(heads: int, dim: int, threads: int = 8):
    """Attention of one new row, its own key already in the cache; threads of a head split the output."""
    part = dim // threads

    @T.prim_func(private=True, s_tir=True)
    def func(
        var_q: T.handle,
        var_pages: T.handle,
        var_indptr: T.handle,
        var_table: T.handle,
        var_length: T.handle,
        var_k_pos: T.handle,
        var_q_pos: T.handle,
        var_out: T.handle,
        var_lse: T.handle,
        rotary_mode: T.int32,
        rope_scale: T.float32,
        rope_theta: T.float32,
        sm_scale: T.float32,
    ):
        T.func_attr({"tirx.is_scheduled": True})
        n, pages_used, pages_all = T.int32(), T.int32(), T.int32()
        table_offset, length_offset = T.int32(), T.int32()
        q = T.match_buffer(var_q, (n, heads, dim), "float32")
        pages = T.match_buffer(var_pages, (pages_all, 2, heads, PAGE, dim), "float32")
        table = T.match_buffer(var_table, (pages_used,), "int32", elem_offset=table_offset)
        length = T.match_buffer(var_length, (1,), "int32", elem_offset=length_offset)
        out = T.match_buffer(var_out, (n, heads, dim), "float32")
        lse = T.match_buffer(var_lse, (n, heads), "float32")
        for bx in T.thread_binding(heads, thread="blockIdx.x"):
            for tx in T.thread_binding(threads, thread="threadIdx.x"):
                with T.sblock("decode"):
                    h = T.axis.spatial(heads, bx)
                    t = T.axis.spatial(threads, tx)
                    T.reads(q[0:n, h, 0:dim], pages[0:pages_all, 0:2, h, 0:PAGE, 0:dim])
                    T.writes(out[0:n, h, 0:dim], lse[0:n, h])
                    acc = T.sblock_alloc_buffer((part,), "float32", scope="local")
                    mine = T.sblock_alloc_buffer((dim,), "float32", scope="local")
                    s = T.sblock_alloc_buffer((6,), "float32", scope="local")
                    s[0] = T.float32(LOWEST)
                    s[1] = T.float32(0)
                    for d in T.unroll(dim):
                        mine[d] = q[0, h, d] * sm_scale * T.float32(LOG2E)
                    for d in T.unroll(part):
                        acc[d] = T.float32(0)
                    for j in range((pages_used - 1) * PAGE + length[0]):
                        s[2] = T.float32(0)
                        for d in T.unroll(dim):
                            s[2] += mine[d] * pages[table[j // PAGE], 0, h, j % PAGE, d]
                        s[3] = T.max(s[0], s[2])
                        s[4] = T.exp2(s[0] - s[3])
                        s[5] = T.exp2(s[2] - s[3])
                        s[1] = s[1] * s[4] + s[5]
                        s[0] = s[3]
                        for d in T.unroll(part):
                            acc[d] = (
                                acc[d] * s[4]
                                + pages[table[j // PAGE], 1, h, j % PAGE, d * threads + t] * s[5]
                            )
                    for d in T.unroll(part):
                        out[0, h, d * threads + t] = acc[d] / s[1]
                    if t == 0:
                        lse[0, h] = s[0] + T.log2(s[1])

    return func


def merge(heads: int, dim: int):
    """Merge two partial attention results and their log2-sum-exp weights into the first, in place.
    TVM's own kernel has the 16 threads of one head read and then overwrite one weight with no
    barrier between: right where they run in lockstep, wrong on a software adapter."""

    @T.prim_func(private=True, s_tir=True)
    def func(var_v: T.handle, var_s: T.handle, var_v2: T.handle, var_s2: T.handle):
        T.func_attr({"tirx.is_scheduled": True})
        n = T.int32()
        v = T.match_buffer(var_v, (n, heads, dim), "float32")
        s = T.match_buffer(var_s, (n, heads), "float32")
        v2 = T.match_buffer(var_v2, (n, heads, dim), "float32")
        s2 = T.match_buffer(var_s2, (n, heads), "float32")
        for row in T.thread_binding(n, thread="blockIdx.x"):
            for head in T.thread_binding(heads, thread="threadIdx.x"):
                with T.sblock("merge"):
                    r, h = T.axis.remap("SS", [row, head])
                    T.reads(v[r, h, 0:dim], s[r, h], v2[r, h, 0:dim], s2[r, h])
                    T.writes(v[r, h, 0:dim], s[r, h])
                    m = T.sblock_alloc_buffer((3,), "float32", scope="local")
                    m[0] = T.max(s[r, h], s2[r, h])
                    m[1] = T.exp2(s[r, h] - m[0])
                    m[2] = T.exp2(s2[r, h] - m[0])
                    for i in range(dim):
                        v[r, h, i] = (v[r, h, i] * m[1] + v2[r, h, i] * m[2]) / (m[1] + m[2])
                    s[r, h] = m[0] + T.log2(m[1] + m[2])

    return func
