//! An export, loaded by libtorch and held against the law it was made of: parameters bit by bit, answers by value.

use std::path::Path;

use atheria_law::{Law, ParamRole};
use atheria_shared::Boundary;
use atheria_torchscript::Verified;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use tch::{CModule, Device, IValue, Kind, TchError, Tensor};

use crate::run::{Layers, Memory, State, TileLaw, advance};

use super::error::ExportError;

/// Largest difference to the plain reading that is allowed, relative to the answer where that exceeds 1.
const PLAIN_TOLERANCE: f64 = 1e-5;
/// Largest difference of a step to that of the tiles that step worlds, which round elsewhere: a trained law differs by
/// 1e-7 to 3e-6.
const TILES_TOLERANCE: f64 = 1e-3;
/// Two grids, one of them not square; multiples of every law's period.
const GRIDS: [[i64; 2]; 2] = [[16, 16], [24, 40]];
/// Seeded inputs on each grid.
const INPUTS: u32 = 3;

/// Which form the archive has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Written: named parameters, memory optional.
    Script,
    /// Traced: anonymous constants, no memory.
    Trace,
}

/// Loads the archive, which goes by the name of `path`, and compares it with both of the law's own readings, on the CPU: its answers with the layers, a step with
/// the tiles.
pub(super) fn verify(
    archive: &[u8],
    path: &Path,
    law: &Law,
    boundary: Boundary,
    form: Form,
) -> Result<Verified, ExportError> {
    let _no_grad = tch::no_grad_guard();
    let load = |source| ExportError::Load {
        path: path.to_owned(),
        source,
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place: the archive was made by this process"
    )]
    let mut module = CModule::load_data(&mut &*archive).map_err(load)?;
    module.f_set_eval().map_err(load)?;
    if form == Form::Script {
        compare_parameters(&module, law, path)?;
    }
    let law_failed = |source| ExportError::Law { source };
    let layers = Layers::new(law, boundary, Device::Cpu).map_err(law_failed)?;
    // Without decay: an export knows of none.
    let tiles = TileLaw::new(law, boundary, 0.0);
    let mut worst = 0f64;
    for ([height, width], seed) in GRIDS
        .into_iter()
        .flat_map(|grid| (0..INPUTS).map(move |seed| (grid, seed)))
    {
        let input = seeded_input(law, [height, width], seed).map_err(load)?;
        let answers = compare_answers(&module, law, &layers, &input, path)?;
        let step = compare_step(&module, law, &tiles, &input, path)?;
        for (error, tolerance) in [(answers, PLAIN_TOLERANCE), (step, TILES_TOLERANCE)] {
            // Also false for a NaN.
            let fits = error <= tolerance;
            if !fits {
                let hint = match form {
                    Form::Script => "",
                    Form::Trace => "; a trace can be bound to the grid it was made on: use --method script",
                };
                return Err(ExportError::Differs {
                    error,
                    height,
                    width,
                    tolerance,
                    hint,
                });
            }
            worst = worst.max(error);
        }
    }
    Ok(Verified {
        device: "cpu".to_owned(),
        inputs: INPUTS,
        grids: GRIDS.to_vec(),
        max_abs_error: worst,
    })
}

fn compare_parameters(module: &CModule, law: &Law, path: &Path) -> Result<(), ExportError> {
    let load = |source| ExportError::Load {
        path: path.to_owned(),
        source,
    };
    let found = module.named_parameters().map_err(load)?;
    for weight in law
        .weights()
        .iter()
        .filter(|weight| weight.spec.role == ParamRole::Parameter)
    {
        let name = &weight.spec.name;
        let mismatch = || ExportError::Parameter { name: name.clone() };
        let (_, tensor) = found
            .iter()
            .find(|(found, _)| found == name)
            .ok_or_else(mismatch)?;
        let mut values = vec![0f32; weight.elements()];
        let flat = tensor.f_reshape([-1]).map_err(load)?;
        flat.f_copy_data(&mut values, weight.elements()).map_err(load)?;
        let same_shape = tensor
            .size()
            .iter()
            .map(|&n| n as usize)
            .eq(weight.spec.shape.iter().copied());
        if !same_shape
            || !values
                .iter()
                .map(|v| v.to_bits())
                .eq(weight.floats().map(f32::to_bits))
        {
            return Err(mismatch());
        }
    }
    Ok(())
}

/// Largest difference over the answer and, for a law with memory, over two steps of it.
fn compare_answers(
    module: &CModule,
    law: &Law,
    layers: &Layers,
    input: &Tensor,
    path: &Path,
) -> Result<f64, ExportError> {
    let load = |source| ExportError::Load {
        path: path.to_owned(),
        source,
    };
    let run = |memory: Option<&Memory>| {
        let mut answers = layers
            .forward(&[(input, memory)])
            .map_err(|source| ExportError::Law { source })?;
        answers.pop().ok_or_else(|| unexpected("nothing", "a tensor"))
    };
    if law.memory_channels().is_none() {
        let expected = run(None)?.0;
        let answer = module
            .forward_is(&[IValue::Tensor(input.shallow_clone())])
            .map_err(load)?;
        let IValue::Tensor(answer) = answer else {
            return Err(unexpected(&describe(&answer), "a tensor"));
        };
        return difference(&answer, &expected).map_err(load);
    }
    let mut worst = 0f64;
    let mut memory: Option<Memory> = None;
    for _ in 0..2 {
        let (expected, after) = run(memory.as_ref())?;
        let after = after.ok_or_else(|| unexpected("no memory", "(h, c)"))?;
        let given = |part: fn(&Memory) -> &Tensor| {
            memory.as_ref().map_or(IValue::None, |memory| {
                IValue::Tensor(part(memory).shallow_clone())
            })
        };
        let arguments = [
            IValue::Tensor(input.shallow_clone()),
            given(|m| &m.h),
            given(|m| &m.c),
        ];
        let answer = module.forward_is(&arguments).map_err(load)?;
        let IValue::Tuple(parts) = &answer else {
            return Err(unexpected(&describe(&answer), "a tuple of three"));
        };
        let [IValue::Tensor(psi), IValue::Tensor(h), IValue::Tensor(c)] = parts.as_slice() else {
            return Err(unexpected(&describe(&answer), "three tensors"));
        };
        for (found, expected) in [(psi, &expected), (h, &after.h), (c, &after.c)] {
            let error = difference(found, expected).map_err(load)?;
            worst = if error.is_nan() {
                f64::NAN
            } else {
                worst.max(error)
            };
        }
        memory = Some(after);
    }
    Ok(worst)
}

/// Largest difference of psi after one step with the export's answer to the same step of the tiles.
fn compare_step(
    module: &CModule,
    law: &Law,
    tiles: &TileLaw,
    input: &Tensor,
    path: &Path,
) -> Result<f64, ExportError> {
    let load = |source| ExportError::Load {
        path: path.to_owned(),
        source,
    };
    let mut arguments = vec![IValue::Tensor(input.shallow_clone())];
    if law.memory_channels().is_some() {
        arguments.extend([IValue::None, IValue::None]);
    }
    let answer = match module.forward_is(&arguments).map_err(load)? {
        IValue::Tensor(answer) => answer,
        IValue::Tuple(parts) => match parts.into_iter().next() {
            Some(IValue::Tensor(answer)) => answer,
            _ => return Err(unexpected("a tuple without a tensor", "a tensor first")),
        },
        other => return Err(unexpected(&describe(&other), "a tensor")),
    };
    let expected = advance(input, &answer, 0.0, law.multiplies()).map_err(load)?;
    let state = State {
        psi: input.shallow_clone(),
        memory: None,
    };
    let stepped = tiles.step(&state).map_err(|source| ExportError::Law { source })?;
    difference(&stepped.psi, &expected).map_err(load)
}

/// A grid of random unit-norm cells for a law.
pub(super) fn seeded_input(law: &Law, grid: [i64; 2], seed: u32) -> Result<Tensor, TchError> {
    random_cells(law.channels(), grid, seed)
}

/// A grid of random unit-norm cells, `[1, 2d, H, W]`: the same on every machine.
pub(super) fn random_cells(d_state: u16, [height, width]: [i64; 2], seed: u32) -> Result<Tensor, TchError> {
    let channels = 2 * i64::from(d_state);
    let mut random = ChaCha8Rng::seed_from_u64(u64::from(seed));
    let count = (channels * height * width) as usize;
    let values: Vec<f32> = (0..count).map(|_| StandardNormal.sample(&mut random)).collect();
    let x = Tensor::f_from_slice(&values)?.f_view([1, channels, height, width])?;
    let norm = x
        .f_square()?
        .f_sum_dim_intlist(Some([1].as_slice()), true, None::<Kind>)?
        .f_sqrt()?;
    x.f_div(&norm)?.f_to_device(Device::Cpu)
}

/// max |a - b| / max(1, max |b|); NaN where either is.
fn difference(a: &Tensor, b: &Tensor) -> Result<f64, TchError> {
    if a.size() != b.size() {
        return Ok(f64::INFINITY);
    }
    let largest = |x: &Tensor| x.f_abs()?.f_max()?.f_double_value(&[]);
    Ok(largest(&a.f_sub(b)?)? / largest(b)?.max(1.0))
}

fn unexpected(found: &str, expected: &str) -> ExportError {
    ExportError::Answer {
        found: found.to_owned(),
        expected: expected.to_owned(),
    }
}

fn describe(value: &IValue) -> String {
    match value {
        IValue::Tensor(_) => "a tensor".to_owned(),
        IValue::Tuple(parts) => format!("a tuple of {}", parts.len()),
        _ => "something else".to_owned(),
    }
}
