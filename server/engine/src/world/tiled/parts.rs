//! A cell's complex channels as tiles keep them, all real parts before all imaginary ones, and as files do, in pairs.

use crate::run::sparse::Number;

/// `[d, 2]` as real parts, then imaginary parts.
pub(super) fn split_parts<F: Number>(cell: &[F], numbers: &mut [F]) {
    let channels = numbers.len() / 2;
    for (channel, part) in cell.as_chunks::<2>().0.iter().enumerate().take(channels) {
        numbers[channel] = part[0];
        numbers[channels + channel] = part[1];
    }
}

/// Real parts, then imaginary parts, as `[d, 2]`.
pub(super) fn join_parts<F: Number>(numbers: &[F], cell: &mut [F]) {
    let channels = numbers.len() / 2;
    for (channel, part) in cell.as_chunks_mut::<2>().0.iter_mut().enumerate().take(channels) {
        *part = [numbers[channel], numbers[channels + channel]];
    }
}
