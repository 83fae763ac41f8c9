"""
How src/advisor/memory/vision-figures.ts was made: three training steps of each classification model of torchvision on tensors
without numbers, and what PyTorch's caching allocator holds of them.

    python scripts/trace-vision-models.py > figures.txt

Needs PyTorch 2.11 built with CUDA, torchvision 0.26 and, for fake CUDA tensors, a GPU or a driver library that answers how
many devices there are. Nothing is computed; it takes about an hour. Nothing of sheaf needs this at run time.
"""

import bisect
import math
import weakref

import torch
import torch.nn.functional as functional
import torchvision
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten
from torch.utils.flop_counter import FlopCounterMode

MIB = 1 << 20
BATCHES = (32, 128)
STEPS = 3
CLASSES = {"fp32": torch.float32, "amp": torch.float32, "half": torch.bfloat16}
# Share of the workspaces that convolutions find no hole for, by comparison with reserved memory.
WORKSPACE_SHARE = 0.85


def fused_attention(q, k, v, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False):
    """What CUDA would choose; fake tensors do not choose."""
    if torch.is_autocast_enabled("cuda"):
        q, k, v = (x.to(torch.get_autocast_dtype("cuda")) for x in (q, k, v))
    if q.dtype == torch.float32:
        return torch.ops.aten._scaled_dot_product_efficient_attention(q, k, v, None, True, dropout_p, is_causal, scale=scale)[0]
    return torch.ops.aten._scaled_dot_product_flash_attention(q, k, v, dropout_p, is_causal, False, scale=scale)[0]


functional.scaled_dot_product_attention = fused_attention
# Not what this machine would choose, but a GPU.
torch._C._select_conv_backend = lambda *a, **k: torch._C._ConvBackend.Cudnn
for name in dir(nn.init):
    if name.endswith("_") and not name.startswith("_"):
        setattr(nn.init, name, lambda *a, **k: a[0] if a else k["tensor"])


class Trace(TorchDispatchMode):
    """The birth and death of each storage, and the workspace that each convolution asks for."""

    def __init__(self):
        super().__init__()
        self.events, self.live, self.births = [], {}, 0

    def see(self, tensor):
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key in self.live or size == 0:
            return
        self.births += 1
        born = self.live[key] = self.births
        self.events.append(("take", born, size))

        def died():
            if self.live.get(key) == born:
                del self.live[key]
                self.events.append(("give", born, size))

        weakref.finalize(storage, died)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for tensor in tree_flatten(out)[0]:
            if isinstance(tensor, torch.Tensor) and tensor.device.type == "cuda":
                self.see(tensor)
        if func.name() == "aten::convolution_backward":
            grad, x, weight = [t for t in tree_flatten(args)[0] if isinstance(t, torch.Tensor)][:3]
            self.events.append(("workspace", 0, workspace(grad, x, weight)))
        return out


def workspace(grad, x, weight):
    """Copies of both operands in the other layout; none for 1 x 1 kernels, and none for depthwise ones but large ones in fp32."""
    if weight.shape[2] == weight.shape[3] == 1:
        return 0
    factor, groups = 1.5, x.shape[1] // weight.shape[1]
    if groups > 1:
        factor = 2.75
    if groups > 1 and weight.shape[1] == 1:
        factor = 3 if x.dtype == torch.float32 and weight.shape[2] >= 7 else 0
    return int(factor * x.element_size() * (math.prod(grad.shape) + math.prod(x.shape)))


class Block:
    def __init__(self, size, small, born):
        self.size, self.small, self.born = size, small, born
        self.free, self.before, self.after = False, None, None


class Allocator:
    """c10/cuda/CUDACachingAllocator.cpp with its default settings."""

    def __init__(self):
        self.reserved, self.births, self.free = 0, 0, {True: [], False: []}

    def block(self, size, small):
        self.births += 1
        return Block(size, small, self.births)

    def put(self, block):
        bisect.insort(self.free[block.small], (block.size, block.born, block))

    def remove(self, block):
        pool = self.free[block.small]
        pool.pop(bisect.bisect_left(pool, (block.size, block.born)))

    def take(self, wanted):
        size = max(512, -(-wanted // 512) * 512)
        small = size <= MIB
        pool = self.free[small]
        at = bisect.bisect_left(pool, (size, -1))
        if at < len(pool):
            block = pool.pop(at)[2]
        else:
            segment = 2 * MIB if small else 20 * MIB if size < 10 * MIB else -(-size // (2 * MIB)) * 2 * MIB
            self.reserved += segment
            block = self.block(segment, small)
        rest = block.size - size
        if rest >= 512 if small else rest > MIB:
            other = self.block(rest, small)
            other.free, other.before, other.after = True, block, block.after
            if block.after:
                block.after.before = other
            block.after, block.size = other, size
            self.put(other)
        block.free = False
        return block

    def give(self, block):
        block.free = True
        for first, second in ((block, block.after), (block.before, block)):
            if first and second and first.free and second.free:
                self.remove(second if first is block else first)
                first.size += second.size
                first.after = second.after
                if second.after:
                    second.after.before = first
                block = first
        self.put(block)


def reserved(events, with_workspaces):
    allocator, live = Allocator(), {}
    for kind, born, size in events:
        if kind == "take":
            live[born] = allocator.take(size)
        elif kind == "give":
            allocator.give(live.pop(born))
        elif with_workspaces and size > 0:
            allocator.give(allocator.take(size))
    return allocator.reserved


def materialise(model, dtype):
    """Weights as fake CUDA tensors."""
    for module in model.modules():
        for tensors in (module._parameters, module._buffers):
            for key, tensor in tensors.items():
                if tensor is None:
                    continue
                kind = dtype if tensor.is_floating_point() else tensor.dtype
                fake = torch.empty(tensor.shape, dtype=kind, device="cuda")
                tensors[key] = nn.Parameter(fake) if isinstance(tensor, nn.Parameter) else fake
    return model


def build(name):
    options = {"init_weights": False} if name in ("inception_v3", "googlenet") else {}
    return torchvision.models.get_model(name, **options)


def resolution(name):
    return 299 if name == "inception_v3" else 224


def held(name, kind, batch):
    model, trace, dtype = build(name), Trace(), CLASSES[kind]
    side = resolution(name)
    with FakeTensorMode(allow_non_fake_inputs=True), trace:
        model = materialise(model, dtype).train()
        images = torch.empty(batch, 3, side, side, device="cuda", dtype=dtype)
        labels = torch.empty(batch, device="cuda", dtype=torch.long)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, foreach=True)
        for _ in range(STEPS):
            optimizer.zero_grad(set_to_none=True)
            with torch.autocast("cuda", dtype=torch.bfloat16, enabled=kind == "amp"):
                scores = model(images)
                loss = functional.cross_entropy(scores if isinstance(scores, torch.Tensor) else scores[0], labels)
            del scores
            loss.backward()
            optimizer.step()
            del loss
    bare, full = reserved(trace.events, False), reserved(trace.events, True)
    return bare + WORKSPACE_SHARE * (full - bare)


def figures(name):
    model = build(name)
    params = sum(p.numel() for p in model.parameters())
    with FlopCounterMode(display=False) as counter:
        model.to("meta").eval()(torch.empty(1, 3, resolution(name), resolution(name), device="meta"))
    numbers = []
    for kind, dtype in CLASSES.items():
        small, large = (held(name, kind, batch) for batch in BATCHES)
        per_image = (large - small) / (BATCHES[1] - BATCHES[0])
        fixed = max(0, small - BATCHES[0] * per_image - params * dtype.itemsize)
        numbers += [per_image / 1e6, fixed / 1e6]
    return [params, counter.get_total_flops() / 1e9, *numbers]


for name in torchvision.models.list_models(module=torchvision.models):
    print(f"  {name}: [{', '.join(f'{number:.1f}'.removesuffix('.0') for number in figures(name))}],", flush=True)
