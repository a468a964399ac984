//! Lends out the numbers of a tensor on the CPU: float32, channels-last, no gaps.
//!
//! libtorch owns the numbers, and a slice borrows them while the tensor lives.

#![expect(unsafe_code, reason = "libtorch's memory is reached through a raw pointer")]

use tch::{Device, Kind, TchError, Tensor};

/// A tensor `[1, C, H, W]` whose numbers lie as `[H, W, C]`.
#[derive(Debug)]
pub(super) struct Rows {
    tensor: Tensor,
    /// Channels, the length of a row.
    pub(super) channels: usize,
    /// Rows of cells.
    pub(super) height: usize,
    /// Columns of cells.
    pub(super) width: usize,
}

impl Rows {
    /// New numbers, not yet written.
    pub(super) fn empty(channels: usize, height: usize, width: usize) -> Result<Self, TchError> {
        let (c, h, w) = (channels as i64, height as i64, width as i64);
        let tensor = Tensor::f_empty([1, h, w, c], (Kind::Float, Device::Cpu))?.f_permute([0, 3, 1, 2])?;
        Ok(Self {
            tensor,
            channels,
            height,
            width,
        })
    }

    /// The tensor's own numbers where they lie right, a copy of them otherwise. To write into the rows of a tensor that
    /// someone else still reads would be wrong: [`Self::numbers_mut`] is for tensors that this module's callers made.
    pub(super) fn of(tensor: &Tensor) -> Result<Self, TchError> {
        let (n, c, h, w) = tensor.size4()?;
        let fits = tensor.kind() == Kind::Float && tensor.device() == Device::Cpu && n == 1;
        if !fits {
            return Err(TchError::Kind(format!(
                "expected one float32 grid on the CPU, found {tensor:?}"
            )));
        }
        // In this order the numbers are contiguous exactly when they lie as [H, W, C].
        let tensor = tensor
            .f_permute([0, 2, 3, 1])?
            .f_contiguous()?
            .f_permute([0, 3, 1, 2])?;
        Ok(Self {
            tensor,
            channels: c as usize,
            height: h as usize,
            width: w as usize,
        })
    }

    /// The tensor `[1, C, H, W]`.
    pub(super) fn into_tensor(self) -> Tensor {
        self.tensor
    }

    fn count(&self) -> usize {
        self.channels * self.height * self.width
    }

    /// The numbers, cell by cell.
    pub(super) fn numbers(&self) -> &[f32] {
        if self.count() == 0 {
            return &[];
        }
        // SAFETY: `tensor` is float32 on the CPU and its numbers lie without gaps as [1, H, W, C] (checked or made so in
        // the constructors), so its pointer leads to `count` of them; they live as long as `self` does.
        unsafe { std::slice::from_raw_parts(self.tensor.data_ptr().cast::<f32>(), self.count()) }
    }

    /// The numbers, to be written.
    pub(super) fn numbers_mut(&mut self) -> &mut [f32] {
        if self.count() == 0 {
            return &mut [];
        }
        // SAFETY: as above; `&mut self` keeps this handle's other slices away.
        unsafe { std::slice::from_raw_parts_mut(self.tensor.data_ptr().cast::<f32>(), self.count()) }
    }
}
