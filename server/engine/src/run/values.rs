//! The values of a graph while it is run: for each, a tensor a field.

use atheria_law::{Graph, Value};
use tch::{TchError, Tensor};

use super::state::{Answer, Memory};

/// A world or its background: psi, and the memory that it has by now.
pub(super) type Field<'a> = (&'a Tensor, Option<&'a Memory>);

/// What a layer makes: a tensor a field.
pub(super) type Made = Result<Vec<Tensor>, TchError>;

/// Values by their places in the graph. One that nobody reads any more is let go.
pub(super) struct Values {
    tensors: Vec<Vec<Tensor>>,
    last_reads: Vec<usize>,
}

impl Values {
    /// No values yet. `last_reads` as [`Graph::last_reads`].
    pub(super) fn new(last_reads: &[usize]) -> Self {
        Self {
            tensors: Vec::with_capacity(last_reads.len()),
            last_reads: last_reads.to_vec(),
        }
    }

    /// Takes what the next layer has made, and lets go of what it was the last to read.
    pub(super) fn push(&mut self, made: Vec<Tensor>) {
        let place = self.tensors.len();
        self.tensors.push(made);
        for (value, last) in self.last_reads.iter().enumerate().take(place) {
            if *last == place {
                self.tensors[value].clear();
            }
        }
    }

    /// A value's tensors.
    pub(super) fn of(&self, value: Value) -> &[Tensor] {
        &self.tensors[value.index()]
    }

    /// `f` of a value, field by field.
    pub(super) fn each(&self, value: Value, f: impl Fn(&Tensor) -> Result<Tensor, TchError>) -> Made {
        self.of(value).iter().map(f).collect()
    }

    /// `f` of two values, field by field.
    pub(super) fn pair(
        &self,
        a: Value,
        b: Value,
        f: impl Fn(&Tensor, &Tensor) -> Result<Tensor, TchError>,
    ) -> Made {
        self.of(a).iter().zip(self.of(b)).map(|(a, b)| f(a, b)).collect()
    }

    /// The memory of each field; zeros of the shape of `like` where it has none yet.
    pub(super) fn remembered(&self, fields: &[Field<'_>], like: Value, part: fn(&Memory) -> &Tensor) -> Made {
        let of_field = |((_, memory), like): (&Field<'_>, &Tensor)| match memory {
            Some(memory) => Ok(part(memory).shallow_clone()),
            None => like.f_zeros_like(),
        };
        fields.iter().zip(self.of(like)).map(of_field).collect()
    }

    /// The law's answer for each field, when all layers have been run.
    pub(super) fn answers(&self, graph: &Graph, fields: usize) -> Vec<Answer> {
        let answer = |field: usize| {
            let value = |v: Value| self.of(v)[field].shallow_clone();
            let memory = graph.memory().map(|m| Memory {
                h: value(m.h),
                c: value(m.c),
            });
            (value(graph.output()), memory)
        };
        (0..fields).map(answer).collect()
    }
}
