"""The model's kernels in TIR: dense layers with their neighbours fused in, rotary embedding, attention.

The model is tiny (width 160, context 256), so every kernel is the simplest that is right: no
barriers, no shared memory, no subgroups. A software WebGPU adapter spends its time on barriers and
on dispatches, not on arithmetic, and a real GPU is fast either way.

Conventions: x is (1, rows, width); weights are stored (in, out); the weight of an RMS norm is folded
into the matrix that follows it when the weights are exported, so that a norm is one factor a row.
A thread computes `tile` rows by `cols` outputs, `step` inputs a turn of its loop; neighbouring threads
own neighbouring outputs, which makes weight reads contiguous. The last tile may read rows past the end
(WebGPU keeps such reads inside the buffer) and writes nothing for them.
"""

from tvm.script import tirx as T


def norm_dense(n_in: int, n_out: int, eps: float, tile: int, cols: int, threads: int, last: bool, step: int = 2):
    """y[0, r, n] = sum over k of x[0, r, k] * w[k, n], over rms(x[0, r]); with `last`, of the last row only."""
    width = threads * cols
    assert n_out % width == 0

    @T.prim_func(private=True, s_tir=True)
    def func(var_x: T.handle, var_w: T.handle, var_y: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        rows = T.int64()
        out_rows = T.int64()
        x = T.match_buffer(var_x, (1, rows, n_in), "float32")
        w = T.match_buffer(var_w, (n_in, n_out), "float32")
        y = T.match_buffer(var_y, (1, out_rows, n_out), "float32")
        for by in T.thread_binding((out_rows + tile - 1) // tile, thread="blockIdx.y"):
            for bx in T.thread_binding(n_out // width, thread="blockIdx.x"):
                for tx in T.thread_binding(threads, thread="threadIdx.x"):
                    with T.sblock("norm_dense"):
                        r = T.axis.spatial((out_rows + tile - 1) // tile, by)
                        b = T.axis.spatial(n_out // width, bx)
                        t = T.axis.spatial(threads, tx)
                        T.reads(x[0, 0:rows, 0:n_in], w[0:n_in, 0:n_out])
                        T.writes(y[0, 0:out_rows, 0:n_out])
                        acc = T.sblock_alloc_buffer((tile * cols,), "float32", scope="local")
                        sq = T.sblock_alloc_buffer((tile,), "float32", scope="local")
                        xv = T.sblock_alloc_buffer((tile,), "float32", scope="local")
                        wv = T.sblock_alloc_buffer((cols,), "float32", scope="local")
                        for i in T.unroll(tile):
                            sq[i] = T.float32(0)
                            for c in T.unroll(cols):
                                acc[i * cols + c] = T.float32(0)
                        for ko in range(n_in // step):
                            for ki in T.unroll(step):
                                for c in T.unroll(cols):
                                    wv[c] = w[ko * step + ki, b * width + c * threads + t]
                                for i in T.unroll(tile):
                                    if last:
                                        xv[i] = x[0, rows - 1, ko * step + ki]
                                    else:
                                        xv[i] = x[0, r * tile + i, ko * step + ki]
                                for i in T.unroll(tile):
                                    sq[i] += xv[i] * xv[i]
                                    for c in T.unroll(cols):
                                        acc[i * cols + c] += xv[i] * wv[c]
                        for i in T.unroll(tile):
                            if r * tile + i < out_rows:
                                for c in T.unroll(cols):
                                    y[0, r * tile + i, b * width + c * threads + t] = acc[
                                        i * cols + c
                                    ] / T.sqrt(sq[i] / T.float32(n_in) + T.float32(eps))

    return func


def norm_swiglu(n_in: int, n_out: int, eps: float, tile: int, cols: int, threads: int, step: int = 2):
    """y = silu(gate) * up, where (gate, up) = rms(x) * (x @ w) and w is (in, 2 * out), gate first."""
    width = threads * cols
    assert n_out % width == 0

    @T.prim_func(private=True, s_tir=True)
    def func(var_x: T.handle, var_w: T.handle, var_y: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        rows = T.int64()
        x = T.match_buffer(var_x, (1, rows, n_in), "float32")
        w = T.match_buffer(var_w, (n_in, 2 * n_out), "float32")
        y = T.match_buffer(var_y, (1, rows, n_out), "float32")
        for by in T.thread_binding((rows + tile - 1) // tile, thread="blockIdx.y"):
            for bx in T.thread_binding(n_out // width, thread="blockIdx.x"):
                for tx in T.thread_binding(threads, thread="threadIdx.x"):
                    with T.sblock("norm_swiglu"):
                        r = T.axis.spatial((rows + tile - 1) // tile, by)
                        b = T.axis.spatial(n_out // width, bx)
                        t = T.axis.spatial(threads, tx)
                        T.reads(x[0, 0:rows, 0:n_in], w[0:n_in, 0 : 2 * n_out])
                        T.writes(y[0, 0:rows, 0:n_out])
                        gate = T.sblock_alloc_buffer((tile * cols,), "float32", scope="local")
                        up = T.sblock_alloc_buffer((tile * cols,), "float32", scope="local")
                        sq = T.sblock_alloc_buffer((tile,), "float32", scope="local")
                        xv = T.sblock_alloc_buffer((tile,), "float32", scope="local")
                        gv = T.sblock_alloc_buffer((cols,), "float32", scope="local")
                        uv = T.sblock_alloc_buffer((cols,), "float32", scope="local")
                        for i in T.unroll(tile):
                            sq[i] = T.float32(0)
                            for c in T.unroll(cols):
                                gate[i * cols + c] = T.float32(0)
                                up[i * cols + c] = T.float32(0)
                        for ko in range(n_in // step):
                            for ki in T.unroll(step):
                                for c in T.unroll(cols):
                                    gv[c] = w[ko * step + ki, b * width + c * threads + t]
                                    uv[c] = w[ko * step + ki, n_out + b * width + c * threads + t]
                                for i in T.unroll(tile):
                                    xv[i] = x[0, r * tile + i, ko * step + ki]
                                for i in T.unroll(tile):
                                    sq[i] += xv[i] * xv[i]
                                    for c in T.unroll(cols):
                                        gate[i * cols + c] += xv[i] * gv[c]
                                        up[i * cols + c] += xv[i] * uv[c]
                        for i in T.unroll(tile):
                            if r * tile + i < rows:
                                sq[i] = T.float32(1) / T.sqrt(sq[i] / T.float32(n_in) + T.float32(eps))
                                for c in T.unroll(cols):
                                    gate[i * cols + c] = gate[i * cols + c] * sq[i]
                                    y[0, r * tile + i, b * width + c * threads + t] = (
                                        gate[i * cols + c]
                                        / (T.float32(1) + T.exp(-gate[i * cols + c]))
                                        * up[i * cols + c]
                                        * sq[i]
                                    )

    return func


def dense_add(n_in: int, n_out: int, tile: int, cols: int, threads: int, step: int = 2):
    """y[0, r, n] = residual[0, r, n] + sum over k of x[0, r, k] * w[k, n]."""
    width = threads * cols
    assert n_out % width == 0

    @T.prim_func(private=True, s_tir=True)
    def func(var_x: T.handle, var_w: T.handle, var_res: T.handle, var_y: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        rows = T.int64()
        x = T.match_buffer(var_x, (1, rows, n_in), "float32")
        w = T.match_buffer(var_w, (n_in, n_out), "float32")
        res = T.match_buffer(var_res, (1, rows, n_out), "float32")
        y = T.match_buffer(var_y, (1, rows, n_out), "float32")
        for by in T.thread_binding((rows + tile - 1) // tile, thread="blockIdx.y"):
            for bx in T.thread_binding(n_out // width, thread="blockIdx.x"):
                for tx in T.thread_binding(threads, thread="threadIdx.x"):
                    with T.sblock("dense_add"):
                        r = T.axis.spatial((rows + tile - 1) // tile, by)
                        b = T.axis.spatial(n_out // width, bx)
                        t = T.axis.spatial(threads, tx)
                        T.reads(x[0, 0:rows, 0:n_in], w[0:n_in, 0:n_out], res[0, 0:rows, 0:n_out])
                        T.writes(y[0, 0:rows, 0:n_out])
                        acc = T.sblock_alloc_buffer((tile * cols,), "float32", scope="local")
                        xv = T.sblock_alloc_buffer((tile,), "float32", scope="local")
                        wv = T.sblock_alloc_buffer((cols,), "float32", scope="local")
                        for i in T.unroll(tile * cols):
                            acc[i] = T.float32(0)
                        for ko in range(n_in // step):
                            for ki in T.unroll(step):
                                for c in T.unroll(cols):
                                    wv[c] = w[ko * step + ki, b * width + c * threads + t]
                                for i in T.unroll(tile):
                                    xv[i] = x[0, r * tile + i, ko * step + ki]
                                for i in T.unroll(tile):
                                    for c in T.unroll(cols):
                                        acc[i * cols + c] += xv[i] * wv[c]
                        for i in T.unroll(tile):
                            if r * tile + i < rows:
                                for c in T.unroll(cols):
                                    y[0, r * tile + i, b * width + c * threads + t] = (
                                        res[0, r * tile + i, b * width + c * threads + t]
                                        + acc[i * cols + c]
                                    )

    return func


def split_rope(q_heads: int, kv_heads: int, dim: int, positions: int):
    """Split fused qkv into q, k and v, and rotate q and k by a table of cosines and sines,
    (positions, dim): WGSL's own sin and cos are only good near zero, so angles of hundreds of
    radians must not be computed on the device."""
    heads, half = q_heads + 2 * kv_heads, dim // 2

    @T.prim_func(private=True, s_tir=True)
    def func(
        var_qkv: T.handle,
        var_pos: T.handle,
        var_q: T.handle,
        var_k: T.handle,
        var_v: T.handle,
        var_table: T.handle,
    ):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        n = T.int64()
        pos_offset = T.int32()
        qkv = T.match_buffer(var_qkv, (n, heads, dim), "float32")
        # the cache hands over a slice of one larger buffer
        pos = T.match_buffer(var_pos, (n,), "int32", elem_offset=pos_offset)
        q = T.match_buffer(var_q, (n, q_heads, dim), "float32")
        k = T.match_buffer(var_k, (n, kv_heads, dim), "float32")
        v = T.match_buffer(var_v, (n, kv_heads, dim), "float32")
        table = T.match_buffer(var_table, (positions, dim), "float32")
        for row in T.thread_binding(n, thread="blockIdx.y"):
            for head in T.thread_binding(heads, thread="blockIdx.x"):
                for th in T.thread_binding(half, thread="threadIdx.x"):
                    with T.sblock("rope"):
                        r, h, i = T.axis.remap("SSS", [row, head, th])
                        T.reads(qkv[r, h, 0:dim], pos[r], table[pos[r], 0:dim])
                        T.writes(q[r, 0:q_heads, 0:dim], k[r, 0:kv_heads, 0:dim], v[r, 0:kv_heads, 0:dim])
                        if h < q_heads:
                            q[r, h, i] = (
                                qkv[r, h, i] * table[pos[r], i]
                                - qkv[r, h, i + half] * table[pos[r], i + half]
                            )
                            q[r, h, i + half] = (
                                qkv[r, h, i + half] * table[pos[r], i]
                                + qkv[r, h, i] * table[pos[r], i + half]
                            )
                        elif h < q_heads + kv_heads:
                            k[r, h - q_heads, i] = (
                                qkv[r, h, i] * table[pos[r], i]
                                - qkv[r, h, i + half] * table[pos[r], i + half]
                            )
                            k[r, h - q_heads, i + half] = (
                                qkv[r, h, i + half] * table[pos[r], i]
                                + qkv[r, h, i] * table[pos[r], i + half]
                            )
                        else:
                            v[r, h - q_heads - kv_heads, i] = qkv[r, h, i]
                            v[r, h - q_heads - kv_heads, i + half] = qkv[r, h, i + half]

    return func
