#!/usr/bin/env python3
"""Dense reference engine for the seven laws, in eager PyTorch.

What the Rust engine must reproduce, and what it is measured against. Parameter names and shapes
are those of the checkpoints under tests/fixtures/golden, so their state dicts load strictly.

State   psi: complex64 [1, H, W, d].
Law     M: float32 [1, 2d, H, W] -> [1, 2d, H, W]; channels are Re psi_0..d-1, then Im psi_0..d-1.
Step    delta = complex(M(x)[:d], M(x)[d:]);  UNET_UNITARY alone: delta <- delta * psi (complex, per channel)
        psi'  = psi + delta - gamma * psi;    psi' <- psi' / (||psi'||_2 over d + 1e-9)
Every 3x3 convolution zero-pads by 1, so the edge of the grid is a wall.

    reference.py bench --arch UNET --d 8 --hidden 32 --grid 256 --steps 5 [--compile] [--threads 2]
    reference.py golden DIR        # compare with DIR/golden.npz (checkpoint_ep*.pth, config.json beside it)
"""
import argparse, glob, json, math, os, time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class RMSNorm2d(nn.Module):
    """x / sqrt(mean over H,W of x^2 + eps), scaled per channel."""
    def __init__(self, channels, eps=1e-6):
        super().__init__()
        self.eps, self.weight = eps, nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return x / torch.sqrt((x * x).mean((2, 3), keepdim=True) + self.eps) * self.weight.view(1, -1, 1, 1)


def group_norm(c):
    g = max(1, c // 8 if c > 8 else 1)
    return nn.GroupNorm(g if c % g == 0 else 1, c)


class ConvBlock(nn.Module):
    def __init__(self, cin, cout, norm=group_norm):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.Conv2d(cin, cout, 3, padding=1, bias=False), norm(cout), nn.ELU(),
            nn.Conv2d(cout, cout, 3, padding=1, bias=False), norm(cout), nn.ELU())

    def forward(self, x):
        return self.conv_block(x)


class UNet(nn.Module):
    norm = staticmethod(group_norm)

    def __init__(self, d_state, hidden_channels, **_):
        super().__init__()
        c, block = hidden_channels, lambda i, o: ConvBlock(i, o, self.norm)
        self.inc = block(2 * d_state, c)
        self.down1 = nn.Sequential(nn.MaxPool2d(2), block(c, 2 * c))
        self.down2 = nn.Sequential(nn.MaxPool2d(2), block(2 * c, 4 * c))
        self.bot = block(4 * c, 8 * c)
        self.up1 = nn.ConvTranspose2d(8 * c, 4 * c, 2, stride=2)
        self.conv_up1 = block(6 * c, 4 * c)
        self.up2 = nn.ConvTranspose2d(4 * c, 2 * c, 2, stride=2)
        self.conv_up2 = block(3 * c, c)
        self.outc = nn.Conv2d(c, 2 * d_state, 1)

    def decode(self, b, x2, x1):
        c1 = self.conv_up1(torch.cat([self.up1(b), x2], 1))
        return self.outc(self.conv_up2(torch.cat([self.up2(c1), x1], 1)))

    def forward(self, x):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        return self.decode(self.bot(self.down2(x2)), x2, x1)


class UNetUnitary(UNet):
    pass


class UNetUnitaryRMSNorm(UNet):
    norm = RMSNorm2d


class UNetConvLSTM(UNet):
    """Memory (h, c), each [1, 4*hidden, H/4, W/4], lives at the bottleneck; None means zeros."""
    def __init__(self, d_state, hidden_channels, **_):
        super().__init__(d_state, hidden_channels)
        self.hidden = 4 * hidden_channels
        self.conv_gates = nn.Conv2d(2 * self.hidden, 4 * self.hidden, 3, padding=1)

    def forward(self, x, h=None, c=None):
        x1 = self.inc(x)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        h = torch.zeros_like(x3) if h is None else h
        c = torch.zeros_like(x3) if c is None else c
        f, i, o, g = self.conv_gates(torch.cat([x3, h], 1)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return self.decode(self.bot(h), x2, x1), h, c


class MLP(nn.Module):
    def __init__(self, d_state, hidden_channels, **_):
        super().__init__()
        d, h = 2 * d_state, hidden_channels
        self.net = nn.Sequential(nn.Conv2d(d, h, 1), nn.ELU(), nn.Conv2d(h, h, 1), nn.ELU(), nn.Conv2d(h, d, 1))

    def forward(self, x):
        return self.net(x)


class DeepQCA(nn.Module):
    """Eight copies of the sum over the eight neighbours of each channel (fixed weights), then a per-cell MLP."""
    def __init__(self, d_state, hidden_channels, **_):
        super().__init__()
        d, h = 2 * d_state, hidden_channels
        self.conv_neighbors = nn.Conv2d(d, 8 * d, 3, padding=1, groups=d, bias=False)
        self.processing_net = nn.Sequential(
            nn.Conv2d(8 * d, h, 1), nn.ELU(), nn.Conv2d(h, h, 1), nn.ELU(), nn.Conv2d(h, d, 1))
        w = torch.ones(8 * d, 1, 3, 3)
        w[:, 0, 1, 1] = 0
        self.conv_neighbors.weight.data = w

    def forward(self, x):
        return self.processing_net(self.conv_neighbors(x))


class Leaky(nn.Module):
    """One step of a leaky integrate-and-fire neuron from rest: it spikes where its input exceeds its threshold."""
    def __init__(self, beta):
        super().__init__()
        for name, value in (("beta", beta), ("threshold", 1.0), ("graded_spikes_factor", 1.0), ("reset_mechanism_val", 0)):
            self.register_buffer(name, torch.as_tensor(value))

    def forward(self, x):
        return (x > self.threshold).to(x.dtype)


class SNNUNet(nn.Module):
    def __init__(self, d_state, hidden_channels, alpha=0.9, beta=0.85, **_):
        super().__init__()
        d, h = 2 * d_state, hidden_channels
        self.conv1, self.lif1 = nn.Conv2d(d, h, 3, padding=1), Leaky(beta)
        self.conv_bottom, self.lif_bottom = nn.Conv2d(h, 2 * h, 3, padding=1), Leaky(beta)
        self.upconv = nn.ConvTranspose2d(2 * h, h, 2, stride=2)
        self.conv2, self.lif2 = nn.Conv2d(2 * h, h, 3, padding=1), Leaky(beta)
        self.conv_out, self.lif_out = nn.Conv2d(h, d, 1), Leaky(beta)

    def forward(self, x):
        s1 = self.lif1(self.conv1(x))
        up = self.upconv(self.lif_bottom(self.conv_bottom(s1)))
        up = F.interpolate(up, size=s1.shape[2:], mode="bilinear", align_corners=False, antialias=True)
        return self.lif_out(self.conv_out(self.lif2(self.conv2(torch.cat([up, s1], 1)))))


LAWS = {"MLP": MLP, "DEEP_QCA": DeepQCA, "UNET": UNet, "UNET_UNITARY": UNetUnitary,
        "UNET_UNITARY_RMSNORM": UNetUnitaryRMSNorm, "UNET_CONVLSTM": UNetConvLSTM, "SNN_UNET": SNNUNet}


class DenseEngine:
    def __init__(self, arch, law, gamma=0.01, exact=True):
        """`exact`: contiguous input, for comparisons. Off (the peer's own layout, channels-last: faster) for timings."""
        self.law, self.gamma, self.exact = law, gamma, exact
        self.multiplies, self.memory = arch == "UNET_UNITARY", () if arch != "UNET_CONVLSTM" else (None, None)

    @torch.inference_mode()
    def step(self, psi):
        x = torch.cat([psi.real, psi.imag], 3).permute(0, 3, 1, 2)
        if self.exact:                  # channels-last GroupNorm on a CPU is off by 2e-4 a layer in float32
            x = x.contiguous()
        out = self.law(x, *self.memory)
        if self.memory:
            out, *self.memory = out
        re, im = out.permute(0, 2, 3, 1).chunk(2, 3)
        delta = torch.complex(re, im)
        if self.multiplies:
            delta = delta * psi
        psi = psi + delta - self.gamma * psi
        return psi / (torch.sqrt((psi.abs() ** 2).sum(-1, keepdim=True)) + 1e-9)


def blob_world(grid, d, size, seed=0, dtype=torch.complex64):
    """A uniform background (psi_0 = 1) with one size x size square of unit-norm random matter at its centre."""
    g = torch.Generator().manual_seed(seed)
    psi = torch.zeros(1, grid, grid, d, dtype=dtype)
    psi[..., 0] = 1
    m = torch.complex(torch.randn(1, size, size, d, generator=g), torch.randn(1, size, size, d, generator=g)).to(dtype)
    a = (grid - size) // 2
    psi[:, a:a + size, a:a + size] = m / torch.sqrt((m.abs() ** 2).sum(-1, keepdim=True))
    return psi


def load_experiment(folder):
    cfg = json.load(open(os.path.join(folder, "config.json")))
    path = max(glob.glob(os.path.join(folder, "checkpoint_ep*.pth")), key=lambda p: int(p.split("_ep")[-1][:-4]))
    law = LAWS[cfg["MODEL_ARCHITECTURE"]](**cfg["MODEL_PARAMS"]).eval()
    missing = law.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["model_state_dict"], strict=False)
    unexpected = [k for k in missing.unexpected_keys if "lif" not in k]
    assert not [k for k in missing.missing_keys if "lif" not in k] and not unexpected, missing
    return cfg, law


def golden(folder):
    cfg, law = load_experiment(folder)
    data, worst = np.load(os.path.join(folder, "golden.npz")), 0.0
    for key in data.files:
        if not key.endswith("_t0"):
            continue
        name, psi = key[:-3], torch.from_numpy(data[key])[None]
        engine = DenseEngine(cfg["MODEL_ARCHITECTURE"], law, cfg["GAMMA_DECAY"])
        for t in range(1, 17):
            psi = engine.step(psi)
            if t in (1, 4, 16):
                worst = max(worst, float(np.abs(psi[0].numpy() - data[f"{name}_t{t}"]).max()))
    print(f"{os.path.basename(folder)}: worst |psi - golden| = {worst:.2e}")


def bench(a):
    torch.set_num_threads(a.threads)
    torch.manual_seed(0)
    law = LAWS[a.arch](a.d, a.hidden).eval()
    if a.compile:
        law = torch.compile(law)
    engine, psi = DenseEngine(a.arch, law, exact=False), blob_world(a.grid, a.d, a.blob).to(a.device)
    law.to(a.device)
    sync = torch.cuda.synchronize if a.device == "cuda" else (lambda: None)
    for _ in range(2):
        psi = engine.step(psi)
    sync()
    times = []
    for _ in range(a.steps):
        t = time.perf_counter()
        psi = engine.step(psi)
        sync()
        times.append(time.perf_counter() - t)
    print(json.dumps({"engine": "python-compile" if a.compile else "python-eager", "arch": a.arch, "grid": a.grid,
                      "d": a.d, "hidden": a.hidden, "ms_per_step_median": round(1e3 * sorted(times)[len(times) // 2], 3)}))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sub = p.add_subparsers(dest="cmd", required=True)
    b = sub.add_parser("bench")
    b.add_argument("--arch", choices=LAWS, default="UNET")
    for name, default in (("d", 8), ("hidden", 32), ("grid", 256), ("steps", 5), ("threads", 2), ("blob", 64)):
        b.add_argument(f"--{name}", type=int, default=default)
    b.add_argument("--compile", action="store_true")
    b.add_argument("--device", default="cpu")
    g = sub.add_parser("golden")
    g.add_argument("folders", nargs="+")
    a = p.parse_args()
    bench(a) if a.cmd == "bench" else [golden(f.rstrip("/")) for f in a.folders]
