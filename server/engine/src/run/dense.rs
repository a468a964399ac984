//! A step of a world, every cell of it.
//!
//! With M the law, x = (Re psi, Im psi) and gamma the decay:
//!
//! ```text
//! delta = M(x)                     as d complex channels
//! delta = delta * psi              for a law that multiplies, complex, by channel
//! psi'  = psi + delta - gamma psi
//! psi'  = psi' / (|psi'| + 1e-9)   |.| the 2-norm over a cell's channels
//! ```

use atheria_law::Law;
use atheria_shared::Boundary;
use tch::{Device, Kind, TchError, Tensor};

use super::error::RunError;
use super::layers::Layers;
use super::state::State;

/// What keeps a cell of norm 0 from dividing by it.
const NORM_FLOOR: f64 = 1e-9;

/// A law that steps whole grids on a device, by libtorch's own operators.
#[derive(Debug)]
pub struct Dense {
    law: Law,
    layers: Layers,
    gamma: f64,
}

impl Dense {
    /// Moves the law to a device. `gamma` is the decay a step.
    pub fn new(law: &Law, boundary: Boundary, gamma: f64, device: Device) -> Result<Self, RunError> {
        Ok(Self {
            law: law.clone(),
            layers: Layers::new(law, boundary, device)?,
            gamma,
        })
    }

    /// The yardstick: libtorch's own operators in float64, on a CPU.
    pub fn in_float64(law: &Law, boundary: Boundary, gamma: f64) -> Result<Self, RunError> {
        Self::plain(law, boundary, gamma, Kind::Double)
    }

    /// libtorch's own operators on contiguous tensors of a kind of floats, on a CPU.
    pub fn plain(law: &Law, boundary: Boundary, gamma: f64, kind: Kind) -> Result<Self, RunError> {
        Ok(Self {
            law: law.clone(),
            layers: Layers::of_kind(law, boundary, Device::Cpu, kind)?,
            gamma,
        })
    }

    /// The law.
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The state one step later.
    pub fn step(&self, world: &State) -> Result<State, RunError> {
        let mut stepped = self.step_all(&[world])?;
        stepped.pop().ok_or(RunError::Memory)
    }

    /// World and background one step later. The law's norms take the world's statistics for both: the background,
    /// `[1, 2d, h, w]` of any size that suits the law, stays what the world's empty cells are.
    pub fn step_with_background(
        &self,
        world: &State,
        background: &State,
    ) -> Result<(State, State), RunError> {
        let mut stepped = self.step_all(&[world, background])?.into_iter();
        stepped.next().zip(stepped.next()).ok_or(RunError::Memory)
    }

    fn step_all(&self, states: &[&State]) -> Result<Vec<State>, RunError> {
        let _no_grad = tch::no_grad_guard();
        let has_memory = self.law().memory_channels().is_some();
        if states.iter().any(|state| state.memory.is_some() && !has_memory) {
            return Err(RunError::Memory);
        }
        let fields: Vec<_> = states
            .iter()
            .map(|state| (&state.psi, state.memory.as_ref()))
            .collect();
        let answers = self.layers.forward(&fields)?;
        states
            .iter()
            .zip(answers)
            .map(|(state, (delta, memory))| {
                let psi = advance(&state.psi, &delta, self.gamma, self.law.multiplies())
                    .map_err(RunError::at("the step's end"))?;
                Ok(State { psi, memory })
            })
            .collect()
    }
}

/// psi' from psi and the law's answer, both `[1, 2d, H, W]`.
pub(crate) fn advance(
    psi: &Tensor,
    delta: &Tensor,
    gamma: f64,
    multiplies: bool,
) -> Result<Tensor, TchError> {
    let product;
    let delta = if multiplies {
        product = complex_product(delta, psi)?;
        &product
    } else {
        delta
    };
    let next = psi.f_add(delta)?.f_sub(&psi.f_mul_scalar(gamma)?)?;
    let norm = next
        .f_square()?
        .f_sum_dim_intlist(Some([1].as_slice()), true, None::<tch::Kind>)?
        .f_sqrt()?;
    next.f_div(&norm.f_add_scalar(NORM_FLOOR)?)
}

/// The product by channel of two fields whose channels are real parts, then imaginary parts.
fn complex_product(a: &Tensor, b: &Tensor) -> Result<Tensor, TchError> {
    let halves = |x: &Tensor| {
        let d = x.size4()?.1 / 2;
        Ok::<_, TchError>((x.f_narrow(1, 0, d)?, x.f_narrow(1, d, d)?))
    };
    let ((a_re, a_im), (b_re, b_im)) = (halves(a)?, halves(b)?);
    let re = a_re.f_mul(&b_re)?.f_sub(&a_im.f_mul(&b_im)?)?;
    let im = a_re.f_mul(&b_im)?.f_add(&a_im.f_mul(&b_re)?)?;
    Tensor::f_cat(&[re, im], 1)
}
