//! The quantities: planes of numbers, one for each cell. Fields are psi as `[1, 2d, H, W]`, planes `[n, H, W]`.

use atheria_shared::view::Part;
use tch::{Kind, TchError, Tensor};

use crate::world::World;

/// A cell that differs from the background by more than this is matter (eps).
pub const MATTER: f64 = 1e-6;

/// |a - b| for each cell, the 2-norm over its channels, `[1, H, W]`.
pub(super) fn distance(a: &Tensor, b: &Tensor) -> Result<Tensor, TchError> {
    a.f_sub(b)?
        .f_square()?
        .f_sum_dim_intlist(Some([1].as_slice()), false, None::<Kind>)?
        .f_sqrt()
}

/// |psi - b| for each cell, `[1, H, W]`; 0 everywhere in a world that keeps no background.
pub(super) fn deviation(world: &World) -> Result<Tensor, TchError> {
    match world.background() {
        Some(background) => distance(&world.state().psi, &background.expand()?),
        None => nothing(&world.state().psi),
    }
}

/// |psi - psi a step ago| for each cell, `[1, H, W]`; 0 before the first step.
pub(super) fn change(world: &World) -> Result<Tensor, TchError> {
    match world.previous() {
        Some(previous) => distance(&world.state().psi, previous),
        None => nothing(&world.state().psi),
    }
}

/// Real and imaginary part of channels, `[n, H, W]` each. A channel beyond the last is the last.
pub(super) fn channels(psi: &Tensor, wanted: &[u16]) -> Result<(Tensor, Tensor), TchError> {
    let (_, double, _, _) = psi.size4()?;
    let count = double / 2;
    let picked: Vec<i64> = wanted
        .iter()
        .map(|&channel| i64::from(channel).min(count - 1).max(0))
        .collect();
    let pick = |offset: i64| {
        let planes = picked
            .iter()
            .map(|channel| psi.f_select(1, channel + offset))
            .collect::<Result<Vec<_>, _>>()?;
        Tensor::f_cat(&planes, 0)
    };
    Ok((pick(0)?, pick(count)?))
}

/// A part of complex planes, `[n, H, W]`.
pub(super) fn part(part: Part, re: &Tensor, im: &Tensor) -> Result<Tensor, TchError> {
    match part {
        Part::Real => Ok(re.shallow_clone()),
        Part::Imaginary => Ok(im.shallow_clone()),
        Part::Modulus => re.f_hypot(im),
    }
}

/// How many cells are matter.
pub fn matter_cells(world: &World) -> Result<u64, TchError> {
    let _guard = tch::no_grad_guard();
    let count = deviation(world)?
        .f_gt(MATTER)?
        .f_sum(Kind::Int64)?
        .f_int64_value(&[])?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn nothing(psi: &Tensor) -> Result<Tensor, TchError> {
    let (_, _, height, width) = psi.size4()?;
    Tensor::f_zeros([1, height, width], (psi.f_kind()?, psi.device()))
}
