//! One step on a device, pass by pass.

use tch::{Device, Kind, TchError, Tensor};

use super::super::super::dense::advance;
use super::super::execute::Start;
use super::super::lanes::{Block, Number};
use super::super::plan::Plan;
use super::super::program::{Finish, MEMORY_C, MEMORY_H, Outcome, PSI, Pass, Program, SheetId, Source};
use super::OfPass;
use super::carry::{bytes_of, download, upload};
use super::operators::{Affine, Weights, affine, finish, joined, linear, map, pool};
use super::tables::{Read, Tables};

/// Tiles that a convolution gathers at once: with a hundred channels some 300 MB. Few in tests, whose worlds are small.
const TILES_AT_ONCE: usize = if cfg!(test) { 40 } else { 2048 };

/// Some slots, one after the other.
#[derive(Debug, Clone, Copy)]
struct Slots {
    first: usize,
    count: usize,
}

impl Slots {
    /// These slots of something that begins with slot 0.
    fn of(self, tensor: &Tensor) -> Result<Tensor, TchError> {
        tensor.f_narrow(0, self.first as i64, self.count as i64)
    }

    /// The slots from `first` to `end`, not too many at a time.
    fn some_at_once(first: usize, end: usize) -> impl Iterator<Item = Self> {
        (first..end).step_by(TILES_AT_ONCE).map(move |first| Self {
            first,
            count: TILES_AT_ONCE.min(end - first),
        })
    }
}

/// A step that is being made.
#[derive(Debug)]
pub(super) struct Step<'a, F> {
    program: &'a Program<F>,
    plan: &'a Plan,
    passes: &'a [OfPass],
    tables: &'a mut Tables,
    gamma: f64,
    /// By sheet its numbers, while they are needed.
    sheets: Vec<Option<Tensor>>,
    /// By sheet the scale and the shift that its norm is.
    norms: Vec<Option<Affine>>,
}

impl<'a, F: Number> Step<'a, F> {
    /// A step of a program that is on the tables' device.
    pub(super) fn new(
        program: &'a Program<F>,
        plan: &'a Plan,
        passes: &'a [OfPass],
        tables: &'a mut Tables,
        gamma: f64,
    ) -> Self {
        Self {
            sheets: program.sheets.iter().map(|_| None).collect(),
            norms: program.sheets.iter().map(|_| None).collect(),
            program,
            plan,
            passes,
            tables,
            gamma,
        }
    }

    /// Takes up the state that the step starts from.
    pub(super) fn begin(&mut self, start: Start<'_, F>, side: usize, device: Device) -> Result<(), TchError> {
        let [h, c] = start.memory.map_or([None, None], |[h, c]| [Some(h), Some(c)]);
        for (sheet, numbers) in [(PSI, Some(start.psi)), (MEMORY_H, h), (MEMORY_C, c)] {
            let shape = self.program.sheet(sheet);
            if let Some(numbers) = numbers {
                let tensor = upload(numbers, shape.channels, side >> shape.level, device)?;
                self.sheets[sheet.0] = Some(tensor);
            }
        }
        Ok(())
    }

    /// Bytes of all sheets that are kept at the moment.
    pub(super) fn bytes(&self) -> usize {
        self.sheets.iter().flatten().map(bytes_of).sum()
    }

    /// Lets go of what nobody reads after a pass.
    pub(super) fn let_go(&mut self, place: usize) {
        for sheet in &self.passes[place].lets_go {
            self.sheets[sheet.0] = None;
        }
    }

    /// A sheet, `[slots, rows, columns, channels]`.
    pub(super) fn sheet(&self, sheet: SheetId) -> Result<&Tensor, TchError> {
        self.sheets[sheet.0].as_ref().ok_or_else(|| missing(sheet))
    }

    /// Makes a pass. The one that ends the step writes to `next`, tiles in blocks.
    pub(super) fn pass(&mut self, place: usize, next: &mut Vec<Block<F>>) -> Result<(), TchError> {
        let program = self.program;
        let pass = &program.passes[place];
        let made = match pass {
            Pass::Conv { .. } => return self.convolution(place, next),
            Pass::Pool { source, .. } => pool(&self.read(pass, *source)?)?,
            Pass::Map { op, sources, to } => {
                let read = self.read_all(pass, sources)?;
                map(*op, &read, program.sheet(*to).channels)?
            }
            // There is none in a batch.
            Pass::Windows(_) => return Ok(()),
        };
        if let Some(sheet) = pass.makes() {
            self.sheets[sheet.0] = Some(made);
        }
        Ok(())
    }

    fn convolution(&mut self, place: usize, next: &mut Vec<Block<F>>) -> Result<(), TchError> {
        let (program, plan, passes) = (self.program, self.plan, self.passes);
        let pass = &program.passes[place];
        let Pass::Conv {
            sources,
            raised,
            kernel,
            tail,
            to,
            norm,
            ..
        } = pass
        else {
            return Ok(());
        };
        let (stage, level) = (program.stage_of(pass), program.level_of(pass));
        let above = raised.as_ref().map(|(source, _)| self.finished(*source));
        let above = above.transpose()?;
        let inputs = if kernel.side() == 3 {
            let finished = sources.iter().map(|source| self.finished(*source));
            finished.collect::<Result<_, _>>()?
        } else {
            self.read_all(pass, sources)?
        };
        let psi = Source {
            sheet: PSI,
            finish: Finish::Plain,
        };
        let state = match to {
            Outcome::Step(_) => Some(self.read(pass, psi)?),
            Outcome::Sheet(_) => None,
        };
        let (mut made, mut sums) = (Vec::new(), None::<Tensor>);
        for slots in Slots::some_at_once(plan.first, plan.counts[stage]) {
            let mut x = self.convolved(place, &inputs, above.as_ref(), slots)?;
            for ((before, _), kernel) in tail.iter().zip(passes[place].kernels.iter().skip(1)) {
                x = linear(&finish(&x, *before)?, kernel)?;
            }
            if let (Outcome::Step(last), Some(state)) = (to, &state) {
                let channels_first = |x: &Tensor| x.f_permute([0, 3, 1, 2]);
                let answer = channels_first(&finish(&x, *last)?)?;
                let state = channels_first(&slots.of(state)?)?;
                let stepped = advance(&state, &answer, self.gamma, program.multiplies)?;
                download(&stepped.f_permute([0, 2, 3, 1])?, slots.first, next)?;
                continue;
            }
            if norm.is_some() {
                let more = self.sums(stage, level, &x, slots)?;
                sums = Some(match sums {
                    Some(sums) => sums.f_add(&more)?,
                    None => more,
                });
            }
            made.push(x);
        }
        let Outcome::Sheet(sheet) = to else {
            return Ok(());
        };
        if let (Some(norm), Some(sums), Some(weights)) = (norm, sums, &passes[place].norm) {
            let cells = plan.cells / f64::from(4_u32.pow(level));
            self.norms[sheet.0] = Some(affine(norm.groups, weights, &sums, cells, F::KIND)?);
        }
        if plan.first > 0
            && let Some(some) = made.first()
        {
            // The ground is not computed: nobody reads its slots.
            let mut shape = some.size();
            shape[0] = plan.first as i64;
            made.insert(0, some.f_new_zeros(shape, (some.f_kind()?, some.device()))?);
        }
        self.sheets[sheet.0] = Some(joined(made, 0)?);
        Ok(())
    }

    /// The first kernel of a pass on some tiles, `[n, rows, columns, channels]`. `inputs`: what it reads, finished; `above`: what
    /// it reads of the level above.
    fn convolved(
        &mut self,
        place: usize,
        inputs: &[Tensor],
        above: Option<&Tensor>,
        slots: Slots,
    ) -> Result<Tensor, TchError> {
        let program = self.program;
        let (
            pass,
            OfPass {
                kernels,
                raised: transposed,
                ..
            },
        ) = (&program.passes[place], &self.passes[place]);
        let (
            Pass::Conv {
                sources,
                raised,
                kernel,
                resizes,
                ..
            },
            Some(weights),
        ) = (pass, kernels.first())
        else {
            return Err(TchError::Shape("no convolution".to_owned()));
        };
        if kernel.side() == 1 {
            let some = inputs.iter().map(|x| slots.of(x)).collect::<Result<_, _>>()?;
            return linear(&joined(some, 3)?, weights);
        }
        let mut around = Vec::with_capacity(inputs.len());
        for (source, x) in sources.iter().zip(inputs) {
            around.push(self.around(pass, *source, x, slots)?);
        }
        let Weights { weight, bias } = weights;
        let mut x = joined(around, 3)?.f_permute([0, 3, 1, 2])?.f_conv2d(
            weight,
            Some(bias),
            [1, 1],
            [0, 0],
            [1, 1],
            1,
        )?;
        if let (Some((source, _)), Some(above), Some(transposed)) = (raised, above, transposed) {
            let around = self.around(pass, *source, above, slots)?;
            x = x.f_add(&transposed.apply(&around.f_permute([0, 3, 1, 2])?)?)?;
            let of_its_level = sources.first().map(|source| self.reads(pass, *source));
            let table = of_its_level.map(|read| self.tables.around(self.plan, read));
            if let Some(beyond) = table.transpose()?.and_then(|table| table.beyond.as_ref()) {
                x = x.f_sub(&transposed.through(&slots.of(beyond)?)?)?;
            }
        }
        let x = x.f_permute([0, 2, 3, 1])?.f_contiguous()?;
        if let (true, Some(source)) = (*resizes, sources.first()) {
            let read = self.reads(pass, *source);
            if let Some(scale) = self.tables.edges(self.plan, read, F::KIND)? {
                return x.f_sub(bias)?.f_mul(&slots.of(scale)?)?.f_add(bias);
            }
        }
        Ok(x)
    }

    /// Some tiles of `x` with one cell around each, zeros beyond a wall.
    fn around(
        &mut self,
        pass: &Pass<F>,
        source: Source,
        x: &Tensor,
        slots: Slots,
    ) -> Result<Tensor, TchError> {
        let read = self.reads(pass, source);
        let table = self.tables.around(self.plan, read)?;
        let (index, channels) = (slots.of(&table.index)?, x.size4()?.3);
        let (count, pitch, _) = index.size3()?;
        let mut gathered = x
            .f_reshape([-1, channels])?
            .f_index_select(0, &index.f_reshape([-1])?)?
            .f_view([count, pitch, pitch, channels])?;
        match &table.beyond {
            Some(beyond) => gathered.f_masked_fill_(&slots.of(beyond)?, 0.0),
            None => Ok(gathered),
        }
    }

    /// What some tiles add to a norm: sums and sums of squares over the cells that lie in the world, float64 `[2, channels]`.
    fn sums(&mut self, stage: usize, level: u32, x: &Tensor, slots: Slots) -> Result<Tensor, TchError> {
        let mut x = x.f_to_kind(Kind::Double)?;
        if let Some(outside) = self.tables.outside(self.plan, level)? {
            x = x.f_masked_fill(&slots.of(outside)?, 0.0)?;
        }
        let weights = slots.of(self.tables.weights(self.plan, stage)?)?.f_unsqueeze(0)?;
        let of_tiles = |x: &Tensor| {
            let sums = x.f_sum_dim_intlist(Some([1, 2].as_slice()), false, None::<Kind>)?;
            weights.f_matmul(&sums)
        };
        Tensor::f_cat(&[of_tiles(&x)?, of_tiles(&x.f_square()?)?], 0)
    }

    fn read_all(&mut self, pass: &Pass<F>, sources: &[Source]) -> Result<Vec<Tensor>, TchError> {
        sources.iter().map(|source| self.read(pass, *source)).collect()
    }

    /// All tiles of a pass as it reads a source, finished.
    fn read(&mut self, pass: &Pass<F>, source: Source) -> Result<Tensor, TchError> {
        let read = self.reads(pass, source);
        let finished = self.finished(source)?;
        if read.count <= read.has {
            return finished.f_narrow(0, 0, read.count as i64);
        }
        finished.f_index_select(0, self.tables.present(self.plan, read)?)
    }

    fn reads(&self, pass: &Pass<F>, source: Source) -> Read {
        let shape = self.program.sheet(source.sheet);
        Read {
            level: shape.level,
            has: self.plan.counts[shape.stage],
            count: self.plan.counts[self.program.stage_of(pass)],
        }
    }

    /// A sheet after its finish.
    fn finished(&self, source: Source) -> Result<Tensor, TchError> {
        let x = self.sheet(source.sheet)?;
        let Finish::Norm { elu } = source.finish else {
            return finish(x, source.finish);
        };
        let norm = self.norms[source.sheet.0].as_ref();
        let Affine { scale, shift } = norm.ok_or_else(|| missing(source.sheet))?;
        let x = x.f_mul(scale)?.f_add(shift)?;
        if elu { x.f_elu() } else { Ok(x) }
    }
}

fn missing(sheet: SheetId) -> TchError {
    TchError::Shape(format!("sheet {} is read before it is made", sheet.0))
}
