"""The seven laws, as PyTorch modules.

A law M maps x, float32 [n, 2d, H, W] (channels: Re psi_0..d-1, then Im psi_0..d-1), to an array of the same
shape, from which `world.step` makes the next state. Names and shapes of the parameters are those of the
checkpoints on disk: a state dict of one is a state dict of the other.

Every 3x3 convolution pads with zeros (the edge of the grid is a wall); `world.wrap_torus` changes that.

A class says two things about itself that the step must know:
    multiplies   its output is multiplied by psi (a complex product, channel by channel)
    remembers    it takes and returns a memory (h, c) besides x
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class MLP(nn.Module):
    """Every cell by itself: three 1x1 convolutions."""

    multiplies = False
    remembers = False

    def __init__(self, d_state, hidden_channels):
        super().__init__()
        channels = 2 * d_state
        self.net = nn.Sequential(
            nn.Conv2d(channels, hidden_channels, 1),
            nn.ELU(),
            nn.Conv2d(hidden_channels, hidden_channels, 1),
            nn.ELU(),
            nn.Conv2d(hidden_channels, channels, 1),
        )

    @property
    def last_layer(self):
        return self.net[4]

    def forward(self, x):
        return self.net(x)


class DeepQCA(nn.Module):
    """Eight 3x3 filters on each channel (the perception), then a network for every cell by itself."""

    multiplies = False
    remembers = False

    FILTERS = 8

    def __init__(self, d_state, hidden_channels):
        super().__init__()
        channels = 2 * d_state
        perceived = self.FILTERS * channels
        self.conv_neighbors = nn.Conv2d(channels, perceived, 3, padding=1, groups=channels, bias=False)
        self.processing_net = nn.Sequential(
            nn.Conv2d(perceived, hidden_channels, 1),
            nn.ELU(),
            nn.Conv2d(hidden_channels, hidden_channels, 1),
            nn.ELU(),
            nn.Conv2d(hidden_channels, channels, 1),
        )

    @property
    def last_layer(self):
        return self.processing_net[4]

    def set_perception(self, filters, noise):
        """Start every channel's eight filters as `filters` [8, 3, 3] plus a little `noise` that tells them apart."""
        weight = filters.repeat(self.conv_neighbors.in_channels, 1, 1)[:, None]
        with torch.no_grad():
            self.conv_neighbors.weight.copy_(weight + noise * torch.randn_like(weight))

    def forward(self, x):
        return self.processing_net(self.conv_neighbors(x))


class RMSNorm2d(nn.Module):
    """x / sqrt(mean of x^2 over the grid + eps), scaled per channel."""

    def __init__(self, channels, eps=1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        mean_square = (x * x).mean((2, 3), keepdim=True)
        return x / torch.sqrt(mean_square + self.eps) * self.weight.view(1, -1, 1, 1)


def group_norm(channels):
    """GroupNorm with groups of eight channels where that divides, else one group."""
    groups = max(1, channels // 8 if channels > 8 else 1)
    return nn.GroupNorm(groups if channels % groups == 0 else 1, channels)


class ConvBlock(nn.Module):
    """Twice: 3x3 convolution, norm, ELU."""

    def __init__(self, channels_in, channels_out, norm):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False),
            norm(channels_out),
            nn.ELU(),
            nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
            norm(channels_out),
            nn.ELU(),
        )

    def forward(self, x):
        return self.conv_block(x)


class UNet(nn.Module):
    """Two levels down, a bottleneck, two levels up; the sides of the grid are multiples of four."""

    multiplies = False
    remembers = False
    norm = staticmethod(group_norm)

    def __init__(self, d_state, hidden_channels):
        super().__init__()
        c = hidden_channels
        self.inc = ConvBlock(2 * d_state, c, self.norm)
        self.down1 = nn.Sequential(nn.MaxPool2d(2), ConvBlock(c, 2 * c, self.norm))
        self.down2 = nn.Sequential(nn.MaxPool2d(2), ConvBlock(2 * c, 4 * c, self.norm))
        self.bot = ConvBlock(4 * c, 8 * c, self.norm)
        self.up1 = nn.ConvTranspose2d(8 * c, 4 * c, 2, stride=2)
        self.conv_up1 = ConvBlock(6 * c, 4 * c, self.norm)
        self.up2 = nn.ConvTranspose2d(4 * c, 2 * c, 2, stride=2)
        self.conv_up2 = ConvBlock(3 * c, c, self.norm)
        self.outc = nn.Conv2d(c, 2 * d_state, 1)

    @property
    def last_layer(self):
        return self.outc

    def encode(self, x):
        """The three levels on the way down: full size, half, quarter."""
        full = self.inc(x)
        half = self.down1(full)
        return full, half, self.down2(half)

    def decode(self, bottom, half, full):
        """The way up, with the skip connections."""
        y = self.conv_up1(torch.cat([self.up1(bottom), half], 1))
        return self.outc(self.conv_up2(torch.cat([self.up2(y), full], 1)))

    def forward(self, x):
        full, half, quarter = self.encode(x)
        return self.decode(self.bot(quarter), half, full)


class UNetUnitary(UNet):
    """A U-Net whose output multiplies the state: a channel that is exactly zero stays zero."""

    multiplies = True


class UNetUnitaryRMSNorm(UNet):
    """A U-Net with RMS norms over the grid."""

    norm = RMSNorm2d


class UNetConvLSTM(UNet):
    """A U-Net with a ConvLSTM memory (h, c), each [n, 4 * hidden_channels, H/4, W/4], at the bottleneck."""

    remembers = True

    def __init__(self, d_state, hidden_channels):
        super().__init__(d_state, hidden_channels)
        self.memory_channels = 4 * hidden_channels
        self.conv_gates = nn.Conv2d(2 * self.memory_channels, 4 * self.memory_channels, 3, padding=1)

    def blank_memory(self, n, height, width):
        """The memory before the first step: zeros."""
        shape = (n, self.memory_channels, height // 4, width // 4)
        return torch.zeros(shape), torch.zeros(shape)

    def forward(self, x, h, c):
        full, half, quarter = self.encode(x)
        gates = self.conv_gates(torch.cat([quarter, h], 1))
        forget, write, read, content = gates.chunk(4, 1)
        c = torch.sigmoid(forget) * c + torch.sigmoid(write) * torch.tanh(content)
        h = torch.sigmoid(read) * torch.tanh(c)
        return self.decode(self.bot(h), half, full), h, c


class Spike(torch.autograd.Function):
    """1 where the excess over the threshold is positive; its gradient is a smooth bump around the threshold."""

    @staticmethod
    def forward(ctx, excess):
        ctx.save_for_backward(excess)
        return (excess > 0).to(excess.dtype)

    @staticmethod
    def backward(ctx, grad):
        (excess,) = ctx.saved_tensors
        return grad / (1 + 2 * excess.abs()) ** 2


class Leaky(nn.Module):
    """One step of a leaky integrate-and-fire neuron from rest. Only its threshold matters for one step;
    the other buffers are those that the checkpoints carry."""

    def __init__(self, beta):
        super().__init__()
        self.register_buffer("threshold", torch.tensor(1.0))
        self.register_buffer("graded_spikes_factor", torch.tensor(1.0))
        self.register_buffer("reset_mechanism_val", torch.tensor(0))
        self.register_buffer("beta", torch.tensor(beta))

    def excess(self, x):
        """How far the input is above the threshold."""
        return x - self.threshold

    def forward(self, x):
        return Spike.apply(self.excess(x))


class SNNUNet(nn.Module):
    """A small spiking U-Net at full resolution: every activation, the output too, is 0 or 1."""

    multiplies = False
    remembers = False

    BETA = 0.85

    def __init__(self, d_state, hidden_channels):
        super().__init__()
        channels, h = 2 * d_state, hidden_channels
        self.conv1 = nn.Conv2d(channels, h, 3, padding=1)
        self.lif1 = Leaky(self.BETA)
        self.conv_bottom = nn.Conv2d(h, 2 * h, 3, padding=1)
        self.lif_bottom = Leaky(self.BETA)
        self.upconv = nn.ConvTranspose2d(2 * h, h, 2, stride=2)
        self.conv2 = nn.Conv2d(2 * h, h, 3, padding=1)
        self.lif2 = Leaky(self.BETA)
        self.conv_out = nn.Conv2d(h, channels, 1)
        self.lif_out = Leaky(self.BETA)

    @property
    def last_layer(self):
        return self.conv_out

    def excess(self, x):
        """The law up to its last threshold: positive where the output spikes."""
        first = self.lif1(self.conv1(x))
        up = self.upconv(self.lif_bottom(self.conv_bottom(first)))
        up = F.interpolate(up, size=first.shape[2:], mode="bilinear", align_corners=False, antialias=True)
        second = self.lif2(self.conv2(torch.cat([up, first], 1)))
        return self.lif_out.excess(self.conv_out(second))

    def forward(self, x):
        return Spike.apply(self.excess(x))


LAWS = {
    "MLP": MLP,
    "DEEP_QCA": DeepQCA,
    "UNET": UNet,
    "UNET_UNITARY": UNetUnitary,
    "UNET_UNITARY_RMSNORM": UNetUnitaryRMSNorm,
    "UNET_CONVLSTM": UNetConvLSTM,
    "SNN_UNET": SNNUNet,
}
