//! Tiles between the host, where they are blocks of channels, and a device, where they are `[slots, rows, columns, channels]`.

use tch::{Device, Kind, TchError, Tensor};

use super::super::kernel::blocks;
use super::super::lanes::{Block, LANES, Number};

/// Puts tiles of so many cells a side on a device.
pub(super) fn upload<F: Number>(
    numbers: &[Block<F>],
    channels: usize,
    cells: usize,
    device: Device,
) -> Result<Tensor, TchError> {
    let (cells, blocks) = (cells as i64, blocks(channels) as i64);
    Tensor::f_from_slice(numbers.as_flattened())?
        .f_to_device(device)?
        .f_view([-1, blocks, cells * cells, LANES as i64])?
        .f_permute([0, 2, 1, 3])?
        .f_reshape([-1, cells, cells, blocks * LANES as i64])?
        .f_narrow(3, 0, channels as i64)?
        .f_contiguous()
}

/// Fetches tiles into the slots from `first` on of `numbers`, which is made long enough.
pub(super) fn download<F: Number>(
    tiles: &Tensor,
    first: usize,
    numbers: &mut Vec<Block<F>>,
) -> Result<(), TchError> {
    let (slots, rows, columns, channels) = tiles.size4()?;
    let (lanes, blocks) = (LANES as i64, blocks(channels as usize) as i64);
    let packed = tiles
        .f_constant_pad_nd([0, blocks * lanes - channels])?
        .f_reshape([slots, rows * columns, blocks, lanes])?
        .f_permute([0, 2, 1, 3])?
        .f_contiguous()?
        .f_to_device(Device::Cpu)?;
    let size = (rows * columns * blocks) as usize;
    let (begin, end) = (first * size, (first + slots as usize) * size);
    if numbers.len() < end {
        numbers.resize(end, [F::default(); LANES]);
    }
    packed.f_copy_data(numbers[begin..end].as_flattened_mut(), packed.numel())
}

/// Bytes of a tensor's numbers.
pub(super) fn bytes_of(tensor: &Tensor) -> usize {
    tensor.numel() * tensor.f_kind().map_or(0, Kind::elt_size_in_bytes)
}
