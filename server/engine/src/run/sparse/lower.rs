//! From a law's graph to a program on tiles.
//!
//! Norms, ELUs and spikes become finishes of what they follow; a grouped 3x3 convolution and the 1x1 after it become the one
//! 3x3 that they are; a transposed convolution and the 3x3 one after it become kernels of the level above
//! ([`super::raised`]); with a resize after it that brings its grid back, a transposed convolution becomes a 3x3 one. That one
//! is a special case at walls: the resize weights the fine cells anew where some are missing, 8/7 for the coarse rows and
//! columns at an edge.

use atheria_law::{Graph, Law, Op, ParamId, Value};

use super::kernel::Kernel;
use super::lanes::Number;
use super::program::{
    Elementwise, Finish, MEMORY_C, MEMORY_H, Norm, Outcome, PSI, Pass, Program, Sheet, SheetId, Source,
    last_reads,
};
use super::raised::{Pair, Raised, TAPS};

/// How the resize weights the four fine cells about a coarse one: antialiased, from twice the size.
const RESIZE: [f64; 4] = [0.125, 0.375, 0.375, 0.125];

/// A layer that has no reading on tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("layer {layer} ({op}) cannot be computed on tiles")]
pub struct Unsupported {
    /// Its place in the graph.
    pub layer: usize,
    /// What it is.
    pub op: String,
}

/// A value of the graph as sheets side by side.
#[derive(Debug, Clone)]
struct Lowered {
    /// Before the others, what a transposed convolution makes of a sheet of the level above.
    raised: Option<Upsampled>,
    sources: Vec<Source>,
    level: u32,
}

/// What a transposed convolution makes.
#[derive(Debug, Clone, Copy)]
struct Upsampled {
    source: Source,
    weight: ParamId,
    bias: ParamId,
}

struct Lowering<'a, F> {
    law: &'a Law,
    graph: &'a Graph,
    values: Vec<Option<Lowered>>,
    sheets: Vec<Sheet>,
    passes: Vec<Pass<F>>,
    names: Vec<String>,
}

impl<F: Number> Program<F> {
    /// The program of a law.
    pub(crate) fn of(law: &Law) -> Result<Self, Unsupported> {
        let graph = law.graph();
        let psi = 2 * usize::from(law.channels());
        let kept = |level, channels| Sheet {
            level,
            channels,
            stage: 0,
            buffer: None,
        };
        let memory = law.memory_channels();
        let mut lowering = Lowering {
            law,
            graph,
            values: vec![None; graph.ops().len()],
            sheets: vec![
                kept(0, psi),
                kept(2, memory.unwrap_or(0)),
                kept(2, memory.unwrap_or(0)),
            ],
            passes: Vec::new(),
            names: Vec::new(),
        };
        for (layer, op) in graph.ops().iter().enumerate() {
            lowering.layer(layer, op).ok_or_else(|| Unsupported {
                layer,
                op: format!("{op:?}"),
            })?;
        }
        lowering.finish()
    }
}

impl<F: Number> Lowering<'_, F> {
    fn weight(&self, id: ParamId) -> Vec<f64> {
        self.law.weights()[id.index()].floats().map(f64::from).collect()
    }

    fn value(&self, value: Value) -> Option<Lowered> {
        self.values.get(value.index())?.clone()
    }

    /// The one sheet that a value is.
    fn single(&self, value: Value) -> Option<(Source, u32)> {
        let lowered = self.value(value)?;
        match (lowered.raised, lowered.sources.as_slice()) {
            (None, [source]) => Some((*source, lowered.level)),
            _ => None,
        }
    }

    /// A value's sheets and their level, where they have one.
    fn of_one_level(&self, value: Value) -> Option<(Vec<Source>, u32)> {
        let lowered = self.value(value)?;
        lowered
            .raised
            .is_none()
            .then_some((lowered.sources, lowered.level))
    }

    fn readers(&self, value: Value) -> usize {
        let reads = self.graph.ops().iter().filter(|op| op.inputs().contains(&value));
        reads.count() + usize::from(self.graph.output() == value)
    }

    fn channels(&self, sources: &[Source]) -> Vec<usize> {
        sources
            .iter()
            .map(|source| self.sheets[source.sheet.0].channels)
            .collect()
    }

    fn stage(&self, sources: &[Source]) -> usize {
        let stages = sources.iter().map(|source| self.sheets[source.sheet.0].stage);
        stages.max().unwrap_or(0)
    }

    fn sheet(&mut self, level: u32, channels: usize, stage: usize) -> SheetId {
        self.sheets.push(Sheet {
            level,
            channels,
            stage,
            buffer: None,
        });
        SheetId(self.sheets.len() - 1)
    }

    fn push(&mut self, layer: usize, pass: Pass<F>) {
        self.passes.push(pass);
        self.names
            .push(format!("layer {layer} ({})", words(&self.graph.ops()[layer])));
    }

    /// A layer becomes a pass, or a finish of an earlier one. None: it cannot.
    fn layer(&mut self, layer: usize, op: &Op) -> Option<()> {
        let lowered = match *op {
            Op::Input => Some(plain(PSI, 0)),
            Op::MemoryH(_) => Some(plain(MEMORY_H, 2)),
            Op::MemoryC(_) => Some(plain(MEMORY_C, 2)),
            Op::Conv {
                side: 3, groups: 1, ..
            } => Some(self.conv3(layer, op)?),
            // Taken into the 1x1 convolution after it.
            Op::Conv { side: 3, .. } => None,
            Op::Conv { .. } => Some(self.conv1(layer, op)?),
            // Taken into the resize after it.
            Op::Upsample { .. } if self.is_resized(self.graph.value(layer)?) => None,
            Op::Upsample { input, weight, bias } => {
                let (source, level) = self.single(input)?;
                Some(Lowered {
                    raised: Some(Upsampled { source, weight, bias }),
                    sources: Vec::new(),
                    level: level.checked_sub(1)?,
                })
            }
            Op::GroupNorm {
                input,
                groups,
                weight,
                bias,
            } => {
                let norm = Norm {
                    groups: Some(groups),
                    weight: self.weight(weight),
                    bias: self.weight(bias),
                };
                Some(self.norm(input, norm)?)
            }
            Op::RmsNorm { input, weight } => {
                let weight = self.weight(weight);
                let norm = Norm {
                    groups: None,
                    bias: vec![0.0; weight.len()],
                    weight,
                };
                Some(self.norm(input, norm)?)
            }
            Op::Elu(input) => {
                let (source, level) = self.single(input)?;
                let finish = match source.finish {
                    Finish::Plain => Finish::Elu,
                    Finish::Norm { elu: false } => Finish::Norm { elu: true },
                    _ => return None,
                };
                Some(finished(source.sheet, finish, level))
            }
            Op::Spike { input, threshold } => {
                let (source, level) = self.single(input)?;
                let threshold = *self.weight(threshold).first()?;
                (source.finish == Finish::Plain)
                    .then(|| finished(source.sheet, Finish::Spike { threshold }, level))
                    .map(Some)?
            }
            Op::MaxPool(input) => {
                let (source, level) = self.single(input)?;
                let Sheet { channels, stage, .. } = self.sheets[source.sheet.0];
                let to = self.sheet(level + 1, channels, stage);
                self.push(layer, Pass::Pool { source, to });
                Some(plain(to, level + 1))
            }
            Op::Concat(a, b) => {
                let (mut a, b) = (self.value(a)?, self.value(b)?);
                if a.level != b.level || b.raised.is_some() {
                    return None;
                }
                a.sources.extend(b.sources);
                Some(a)
            }
            Op::Channels { input, first, count } => {
                Some(self.map(layer, Elementwise::Channels { first }, &[input], count)?)
            }
            Op::Sigmoid(input) => Some(self.map(layer, Elementwise::Sigmoid, &[input], 0)?),
            Op::Tanh(input) => Some(self.map(layer, Elementwise::Tanh, &[input], 0)?),
            Op::Mul(a, b) => Some(self.map(layer, Elementwise::Mul, &[a, b], 0)?),
            Op::Add(a, b) => Some(self.map(layer, Elementwise::Add, &[a, b], 0)?),
            Op::ResizeLike { input, like } => Some(self.resize(layer, input, like)?),
        };
        *self.values.get_mut(layer)? = lowered;
        Some(())
    }

    fn conv3(&mut self, layer: usize, op: &Op) -> Option<Lowered> {
        let Op::Conv {
            input, weight, bias, ..
        } = *op
        else {
            return None;
        };
        let Lowered {
            raised,
            sources,
            level,
        } = self.value(input)?;
        if sources.is_empty() {
            return None;
        }
        let inputs = self.channels(&sources);
        let weights = self.weight(weight);
        let bias = bias.map(|id| self.weight(id));
        let up = raised.map(|raised| {
            (
                raised.source,
                self.weight(raised.weight),
                self.weight(raised.bias),
            )
        });
        let first = up.as_ref().map_or(0, |(_, _, bias)| bias.len());
        let total = first + inputs.iter().sum::<usize>();
        let pair = up.as_ref().map(|(_, up, bias)| Pair {
            up,
            bias,
            weights: &weights,
            total,
        });
        let kernel = Kernel::pack(
            3,
            weights.len() / (TAPS * total),
            &inputs,
            |o, i, cell| weights[(o * total + first + i) * TAPS + cell],
            |o| {
                let through = pair.map_or(0.0, |pair| (0..TAPS).map(|tap| pair.of_bias(o, tap)).sum());
                bias.as_ref().map_or(0.0, |bias| bias[o]) + through
            },
        );
        let raised = up
            .as_ref()
            .zip(pair)
            .map(|((source, ..), pair)| (*source, Box::new(Raised::new(pair))));
        Some(self.look_around(layer, sources, raised, level, kernel, false))
    }

    fn look_around(
        &mut self,
        layer: usize,
        sources: Vec<Source>,
        raised: Option<(Source, Box<Raised<F>>)>,
        level: u32,
        kernel: Kernel<F>,
        resizes: bool,
    ) -> Lowered {
        let above = raised.as_ref().map_or(0, |raised| self.stage(&[raised.0]));
        let stage = self.stage(&sources).max(above) + 1;
        let to = self.sheet(level, kernel.out_channels(), stage);
        self.push(
            layer,
            Pass::Conv {
                sources,
                raised,
                kernel,
                resizes,
                tail: Vec::new(),
                to: Outcome::Sheet(to),
                norm: None,
            },
        );
        plain(to, level)
    }

    /// A 1x1 convolution: taken into the pass before it where nobody else reads what lies between.
    fn conv1(&mut self, layer: usize, op: &Op) -> Option<Lowered> {
        let Op::Conv {
            input,
            weight,
            bias,
            groups: 1,
            ..
        } = *op
        else {
            return None;
        };
        let weights = self.weight(weight);
        let bias = bias.map(|id| self.weight(id));
        let bias = |o: usize| bias.as_ref().map_or(0.0, |bias| bias[o]);
        if let Op::Conv {
            input: first_input,
            weight: first,
            bias: None,
            side: 3,
            groups,
        } = self.graph.ops()[input.index()]
            && groups > 1
        {
            if self.readers(input) != 1 {
                return None;
            }
            let (sources, level) = self.of_one_level(first_input)?;
            let inputs = self.channels(&sources);
            let (middle, first) = (
                self.graph.param(first).shape.first().copied()?,
                self.weight(first),
            );
            let (per_group, out) = (middle / groups, weights.len() / middle);
            let ins = inputs.iter().sum::<usize>() / groups;
            // first [middle, ins, 3, 3], second [out, middle]: what group g of the input gives through its part of the middle.
            let kernel = Kernel::pack(
                3,
                out,
                &inputs,
                |o, i, cell| {
                    let (group, within) = (i / ins, i % ins);
                    (group * per_group..(group + 1) * per_group)
                        .map(|m| weights[o * middle + m] * first[(m * ins + within) * 9 + cell])
                        .sum()
                },
                bias,
            );
            return Some(self.look_around(layer, sources, None, level, kernel, false));
        }
        let (sources, level) = self.of_one_level(input)?;
        let inputs = self.channels(&sources);
        let total: usize = inputs.iter().sum();
        let out = weights.len() / total;
        let kernel = Kernel::pack(1, out, &inputs, |o, i, _| weights[o * total + i], bias);
        let only = self.reads_once(&sources);
        let last_is_its_maker = self
            .passes
            .last()
            .is_some_and(|pass| pass.makes() == sources.first().map(|source| source.sheet));
        if let ([source], true, true) = (sources.as_slice(), only, last_is_its_maker)
            && let Some(Pass::Conv {
                tail, to, norm: None, ..
            }) = self.passes.last_mut()
        {
            tail.push((source.finish, kernel));
            // The sheet that lay between is not made any more: it becomes the result's.
            self.sheets[source.sheet.0].channels = out;
            *to = Outcome::Sheet(source.sheet);
            return Some(plain(source.sheet, level));
        }
        let stage = self.stage(&sources);
        let to = self.sheet(level, out, stage);
        self.push(
            layer,
            Pass::Conv {
                sources,
                raised: None,
                kernel,
                resizes: false,
                tail: Vec::new(),
                to: Outcome::Sheet(to),
                norm: None,
            },
        );
        Some(plain(to, level))
    }

    /// Whether the graph's values that are this sheet, with or without a finish, are read by one layer alone.
    fn reads_once(&self, sources: &[Source]) -> bool {
        let [source] = sources else { return false };
        let of_sheet = |lowered: &Option<Lowered>| {
            lowered
                .as_ref()
                .is_some_and(|lowered| lowered.sources.iter().any(|other| other.sheet == source.sheet))
        };
        let reads: usize = self
            .values
            .iter()
            .enumerate()
            .filter(|(_, lowered)| of_sheet(lowered))
            .filter_map(|(layer, _)| Some(self.readers(self.graph.value(layer)?)))
            .sum();
        let versions = self.values.iter().filter(|lowered| of_sheet(lowered)).count();
        // Each version but the last is read by the finish that makes the next.
        reads == versions
    }

    fn norm(&mut self, input: Value, norm: Norm) -> Option<Lowered> {
        let (source, level) = self.single(input)?;
        if source.finish != Finish::Plain {
            return None;
        }
        let maker = self
            .passes
            .iter_mut()
            .find(|pass| pass.makes() == Some(source.sheet))?;
        let Pass::Conv {
            norm: place @ None, ..
        } = maker
        else {
            return None;
        };
        *place = Some(norm);
        Some(finished(source.sheet, Finish::Norm { elu: false }, level))
    }

    fn is_resized(&self, value: Value) -> bool {
        let resized = self.graph.ops().iter().any(|op| match op {
            Op::ResizeLike { input, .. } => *input == value,
            _ => false,
        });
        resized && self.readers(value) == 1
    }

    /// A transposed convolution to twice the size and a resize back, as one 3x3 convolution.
    fn resize(&mut self, layer: usize, input: Value, like: Value) -> Option<Lowered> {
        let Op::Upsample { input, weight, bias } = self.graph.ops()[input.index()] else {
            return None;
        };
        let (source, level) = self.single(input)?;
        if self.value(like)?.level != level {
            return None;
        }
        let (weights, bias) = (self.weight(weight), self.weight(bias));
        let channels = self.sheets[source.sheet.0].channels;
        let out = bias.len();
        // Along an axis the fine cells -1, 0, 1, 2 from a coarse cell's first belong to the coarse cells -1, 0, 0, 1, as
        // their second, first, second and first half.
        let halves: [&[(usize, f64)]; 3] = [
            &[(1, RESIZE[0])],
            &[(0, RESIZE[1]), (1, RESIZE[2])],
            &[(0, RESIZE[3])],
        ];
        let kernel = Kernel::pack(
            3,
            out,
            &[channels],
            |o, i, cell| {
                let mut sum = 0.0;
                for (down, down_weight) in halves[cell / 3] {
                    for (right, right_weight) in halves[cell % 3] {
                        sum += down_weight * right_weight * weights[(i * out + o) * 4 + down * 2 + right];
                    }
                }
                sum
            },
            |o| bias[o],
        );
        Some(self.look_around(layer, vec![source], None, level, kernel, true))
    }

    /// `channels` 0: as many as the first source has.
    fn map(&mut self, layer: usize, op: Elementwise, inputs: &[Value], channels: usize) -> Option<Lowered> {
        let singles: Option<Vec<_>> = inputs.iter().map(|input| self.single(*input)).collect();
        let (sources, levels): (Vec<Source>, Vec<u32>) = singles?.into_iter().unzip();
        let level = *levels.first()?;
        let of_first = self.sheets[sources.first()?.sheet.0].channels;
        let channels = if channels == 0 { of_first } else { channels };
        let stage = self.stage(&sources);
        let to = self.sheet(level, channels, stage);
        self.push(layer, Pass::Map { op, sources, to });
        Some(plain(to, level))
    }

    fn finish(mut self) -> Result<Program<F>, Unsupported> {
        let unsupported = |value: Value| Unsupported {
            layer: value.index(),
            op: "the law's answer".to_owned(),
        };
        let output = self.graph.output();
        let answer = self.single(output).filter(|(_, level)| *level == 0);
        let (Some((source, _)), Some(Pass::Conv { to, norm: None, .. })) = (answer, self.passes.last_mut())
        else {
            return Err(unsupported(output));
        };
        if *to != Outcome::Sheet(source.sheet) {
            return Err(unsupported(output));
        }
        *to = Outcome::Step(source.finish);
        let memory = match self.graph.memory() {
            None => None,
            Some(memory) => {
                let sheet = |value| match self.single(value) {
                    Some((
                        Source {
                            sheet,
                            finish: Finish::Plain,
                        },
                        2,
                    )) => Ok(sheet),
                    _ => Err(unsupported(value)),
                };
                Some([sheet(memory.h)?, sheet(memory.c)?])
            }
        };
        let stages = self.sheets.iter().map(|sheet| sheet.stage).max().unwrap_or(0);
        let buffers = assign(&mut self.sheets, &self.passes, memory);
        Ok(Program {
            sheets: self.sheets,
            passes: self.passes,
            names: self.names,
            memory,
            stages,
            buffers,
            period: self.graph.period() as usize,
            multiplies: self.law.multiplies(),
        })
    }
}

fn plain(sheet: SheetId, level: u32) -> Lowered {
    finished(sheet, Finish::Plain, level)
}

fn finished(sheet: SheetId, finish: Finish, level: u32) -> Lowered {
    Lowered {
        raised: None,
        sources: vec![Source { sheet, finish }],
        level,
    }
}

/// What a layer is called: the word of its operator.
fn words(op: &Op) -> String {
    let text = format!("{op:?}");
    let end = text
        .find(|letter: char| !letter.is_alphanumeric())
        .unwrap_or(text.len());
    text[..end].to_owned()
}

/// Gives every sheet a buffer that no other one uses while it is needed. The memory is needed to the end.
fn assign<F: Number>(sheets: &mut [Sheet], passes: &[Pass<F>], memory: Option<[SheetId; 2]>) -> usize {
    let last = last_reads(sheets.len(), passes, memory);
    let mut free: Vec<usize> = Vec::new();
    let mut count = 0;
    for (place, pass) in passes.iter().enumerate() {
        if let Some(sheet) = pass.makes() {
            let buffer = free.pop().unwrap_or_else(|| {
                count += 1;
                count - 1
            });
            sheets[sheet.0].buffer = Some(buffer);
        }
        let mut read: Vec<SheetId> = pass.sources().iter().map(|source| source.sheet).collect();
        read.dedup();
        for sheet in read {
            if last[sheet.0] == Some(place)
                && let Some(buffer) = sheets[sheet.0].buffer
            {
                free.push(buffer);
            }
        }
    }
    count
}
