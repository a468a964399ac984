//! Runs a program over the tiles of a plan on a device, CUDA above all: each pass once for all its tiles, with libtorch's
//! operators.
//!
//! Sheets are `[slots, rows, columns, channels]`. What a tile reads around itself is gathered by an index that hangs on the plan
//! ([`tables`]); a norm's sums are taken in float64 on the device. The state comes from the host and goes back to it at each
//! step: there matter is found and let go of, as for the CPU.

mod carry;
mod operators;
mod step;
mod tables;

use tch::{Device, TchError, Tensor};

use super::super::RunError;
use super::execute::Start;
use super::lanes::{Block, Number};
use super::plan::Plan;
use super::program::{PSI, Pass, Program, SheetId, last_reads};
use carry::download;
use operators::{Affine, Transposed, Weights};
use step::Step;
use tables::Tables;

/// What a pass needs besides sheets.
#[derive(Debug, Default)]
struct OfPass {
    /// Its kernels, in the order in which they are applied.
    kernels: Vec<Weights>,
    /// What it reads of the level above through.
    raised: Option<Transposed>,
    /// The weight and the bias of its norm.
    norm: Option<Affine>,
    /// The sheets that nobody reads after it.
    lets_go: Vec<SheetId>,
}

/// A program on a device.
#[derive(Debug)]
pub(super) struct Batch<F> {
    device: Device,
    side: usize,
    passes: Vec<OfPass>,
    tables: Tables,
    /// The memory that the last step left, where the law has one.
    memory: Option<Remembered<F>>,
    /// The most bytes that sheets took in the last step.
    sheet_bytes: usize,
}

impl<F: Number> Batch<F> {
    /// Moves a program's weights to a device. None: a law that is known by its answers alone is asked on the CPU.
    pub(super) fn new(program: &Program<F>, side: usize, device: Device) -> Result<Option<Self>, RunError> {
        let _no_grad = tch::no_grad_guard();
        let mut last = last_reads(program.sheets.len(), &program.passes, program.memory);
        // The step's end reads it.
        last[PSI.0] = None;
        let mut passes = Vec::with_capacity(program.passes.len());
        for (place, pass) in program.passes.iter().enumerate() {
            if matches!(pass, Pass::Windows(_)) {
                return Ok(None);
            }
            let moved = of_pass(pass, device);
            let mut of_pass = moved.map_err(RunError::at(format!("moving the weights to {device:?}")))?;
            let read_last = last.iter().enumerate().filter(|(_, last)| **last == Some(place));
            of_pass.lets_go = read_last.map(|(sheet, _)| SheetId(sheet)).collect();
            passes.push(of_pass);
        }
        Ok(Some(Self {
            device,
            side,
            passes,
            tables: Tables::new(device, side),
            memory: None,
            sheet_bytes: 0,
        }))
    }

    /// Forgets what hangs on the plan: another one comes.
    pub(super) fn forget_plan(&mut self) {
        self.tables.forget();
    }

    /// Bytes that it took on the device in the last step, weights aside.
    pub(super) fn bytes(&self) -> usize {
        self.sheet_bytes + self.tables.bytes()
    }

    /// What the last step left as memory, h and c: for each slot of its stage. And how many slots that is.
    pub(super) fn memory(&self) -> Option<([&[Block<F>]; 2], usize)> {
        let Remembered { parts: [h, c], count } = self.memory.as_ref()?;
        Some(([h, c], *count))
    }

    /// Makes a step: psi of all slots of the last stage goes to `next`.
    pub(super) fn run(
        &mut self,
        program: &Program<F>,
        plan: &Plan,
        start: Start<'_, F>,
        next: &mut Vec<Block<F>>,
    ) -> Result<(), RunError> {
        let _no_grad = tch::no_grad_guard();
        let mut step = Step::new(program, plan, &self.passes, &mut self.tables, start.gamma);
        step.begin(start, self.side, self.device)
            .map_err(RunError::at("putting a state on its device"))?;
        self.sheet_bytes = 0;
        for place in 0..program.passes.len() {
            let name = || program.names.get(place).cloned().unwrap_or_default();
            step.pass(place, next)
                .map_err(|source| RunError::at(name())(source))?;
            self.sheet_bytes = self.sheet_bytes.max(step.bytes());
            step.let_go(place);
        }
        let remembered = remembered(&step, program, plan);
        self.memory = remembered.map_err(RunError::at("fetching the memory from its device"))?;
        Ok(())
    }
}

/// The memory after a step.
#[derive(Debug)]
struct Remembered<F> {
    /// h and c, in blocks.
    parts: [Vec<Block<F>>; 2],
    /// The slots that it is of.
    count: usize,
}

/// Fetches the memory after a step.
fn remembered<F: Number>(
    step: &Step<'_, F>,
    program: &Program<F>,
    plan: &Plan,
) -> Result<Option<Remembered<F>>, TchError> {
    let Some((sheets, stage)) = program.memory.zip(program.memory_stage()) else {
        return Ok(None);
    };
    let count = plan.counts[stage];
    let fetch = |sheet: SheetId| {
        let mut numbers = Vec::new();
        download(&step.sheet(sheet)?.f_narrow(0, 0, count as i64)?, 0, &mut numbers)?;
        Ok::<_, TchError>(numbers)
    };
    Ok(Some(Remembered {
        parts: [fetch(sheets[0])?, fetch(sheets[1])?],
        count,
    }))
}

fn of_pass<F: Number>(pass: &Pass<F>, device: Device) -> Result<OfPass, TchError> {
    let mut made = OfPass::default();
    match pass {
        Pass::Conv {
            raised,
            kernel,
            tail,
            norm,
            ..
        } => {
            if let Some((_, raised)) = raised {
                made.raised = Some(Transposed::new(raised, device)?);
            }
            let all = std::iter::once(kernel).chain(tail.iter().map(|(_, kernel)| kernel));
            for kernel in all {
                made.kernels.push(Weights::new(kernel, device)?);
            }
            if let Some(norm) = norm {
                let moved = |numbers: &[f64]| Tensor::f_from_slice(numbers)?.f_to_device(device);
                made.norm = Some(Affine {
                    scale: moved(&norm.weight)?,
                    shift: moved(&norm.bias)?,
                });
            }
        }
        Pass::Pool { .. } | Pass::Map { .. } | Pass::Windows(_) => {}
    }
    Ok(made)
}
