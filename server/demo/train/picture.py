"""Pictures of worlds: contact sheets to judge a training by, living thumbnails, and figures of activity."""

import itertools
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import world

SHEET_TIMES = (0, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 500)
SHEET_COLUMNS = 4
THUMBNAIL_SIDE = 96
THUMBNAIL_MOST_BYTES = 120_000


def colours(x, demo):
    """The one world of x as uint8 [H, W, 3]: the moduli of the demo's rgb channels times its gain."""
    psi = world.to_psi(x).abs().numpy()
    picture = psi[..., list(demo.rgb)] * demo.gain
    return (np.clip(picture, 0, 1) * 255).astype(np.uint8)


def contact_sheet(law, demo, path, times=SHEET_TIMES):
    """Run the demo from its start, save a sheet of its states, and return (t, matter, change per step) for each.

    Matter is the part of cells with |psi_0| < 0.98; change is the mean over cells of |psi' - psi|.
    """
    tiles, figures = [], []
    before = None
    for t, x in zip(range(max(times) + 1), world.trajectory(law, demo.start())):
        if not torch.isfinite(x).all():
            raise ArithmeticError(f"{demo.name}: not finite at step {t}")
        if t in times:
            matter = float((world.moduli(x, 0, 0) < 0.98).float().mean())
            change = 0.0 if before is None else float((x - before).norm(dim=1).mean())
            figures.append((t, matter, change))
            tiles.append(np.pad(colours(x, demo), ((0, 2), (0, 2), (0, 0)), constant_values=64))
        before = x
    while len(tiles) % SHEET_COLUMNS:
        tiles.append(np.zeros_like(tiles[0]))
    rows = [np.concatenate(tiles[i : i + SHEET_COLUMNS], 1) for i in range(0, len(tiles), SHEET_COLUMNS)]
    sheet = Image.fromarray(np.concatenate(rows, 0))
    sheet.save(path)
    return figures


def thumbnail(law, demo, path: Path):
    """A looped animation of the demo's own start, in the colours of the rgb view; at most 120 kB."""
    first = demo.thumbnail_from
    last = first + demo.thumbnail_stride * demo.thumbnail_frames
    states = itertools.islice(world.trajectory(law, demo.start()), first, last, demo.thumbnail_stride)
    frames = [square(colours(x, demo), demo.thumbnail_cells) for x in states]
    for quality in (80, 65, 50, 35, 20):
        frames[0].save(
            path,
            save_all=True,
            append_images=frames[1:],
            duration=80,
            loop=0,
            quality=quality,
            method=6,
        )
        if path.stat().st_size <= THUMBNAIL_MOST_BYTES:
            return
    raise ValueError(f"{demo.name}: the thumbnail is {path.stat().st_size} bytes; show fewer frames")


def square(picture, side=None):
    """The middle square of a picture (of this side, or the largest), brought to the thumbnail's size."""
    height, width = picture.shape[:2]
    side = side or min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    image = Image.fromarray(picture[top : top + side, left : left + side])
    resample = Image.Resampling.BOX if side > THUMBNAIL_SIDE else Image.Resampling.NEAREST
    return image.resize((THUMBNAIL_SIDE, THUMBNAIL_SIDE), resample)
