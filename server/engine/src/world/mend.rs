//! The line of Python that makes a state of an array that is none: what was found is said, and what to do with it.
//!
//! Which axis is which is told by the law's channels alone. Where that leaves two readings, both are told; none is taken.

/// Whose arrays they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// numpy's.
    Numpy,
    /// PyTorch's.
    Torch,
}

/// What `psi` in a file is, besides its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// complex64 or complex128.
    Complex,
    /// Complex numbers of another width.
    OtherComplex,
    /// Anything else that is a number.
    Real,
}

impl Dialect {
    fn cast(self) -> &'static str {
        match self {
            Self::Numpy => ".astype(np.complex64)",
            Self::Torch => ".to(torch.complex64)",
        }
    }

    /// The channels as the last axis.
    fn channels_last(self, psi: &str) -> String {
        match self {
            Self::Numpy => format!("np.moveaxis({psi}, 0, -1)"),
            Self::Torch => format!("torch.movedim({psi}, 0, -1)"),
        }
    }

    /// Saves what an expression makes of `psi`.
    pub(super) fn save(self, expression: &str) -> String {
        match self {
            Self::Numpy => format!("np.savez(f, psi={expression})"),
            Self::Torch => format!("torch.save({expression}, f)"),
        }
    }
}

/// A way to read an array, and the line that makes a state of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    order: &'static str,
    line: String,
}

/// What to do with `psi` of such a shape for a law of so many channels; empty where nobody can tell.
pub(super) fn advice(dialect: Dialect, content: Content, shape: &[u64], channels: u16) -> String {
    let readings = readings(dialect, content, shape, u64::from(channels));
    let told: Vec<String> = match readings.as_slice() {
        [only] => vec![format!("{} makes one of it", only.line)],
        several => several
            .iter()
            .map(|reading| format!("if it is {}: {}", reading.order, reading.line))
            .collect(),
    };
    if told.is_empty() {
        return String::new();
    }
    format!("; {}", told.join("; "))
}

fn readings(dialect: Dialect, content: Content, shape: &[u64], d: u64) -> Vec<Reading> {
    let mut readings = Vec::new();
    let mut read = |order, expression: String| {
        readings.push(Reading {
            order,
            line: dialect.save(&expression),
        });
    };
    // What there is to be done to complex numbers of a width that is not read.
    let cast = if content == Content::Complex {
        ""
    } else {
        dialect.cast()
    };
    let psi = |index: &str| format!("psi{index}{cast}");
    match *shape {
        [_, _, own] if own == d && content != Content::Complex => read("[H, W, d]", psi("")),
        [1, _, _, own] if own == d && content != Content::Complex => read("[1, H, W, d]", psi("")),
        [n, _, _, own] if n > 1 && own == d => read("n states [H, W, d]", psi("[-1]")),
        _ => {}
    }
    match *shape {
        [own, _, other] if own == d && other != d => read("[d, H, W]", dialect.channels_last(&psi(""))),
        [1, own, _, other] if own == d && other != d => {
            read("[1, d, H, W]", dialect.channels_last(&psi("[0]")));
        }
        _ => {}
    }
    if content == Content::Real {
        match *shape {
            [_, _, own, 2] if own == d => {
                read(
                    "[H, W, d, 2], real and imaginary parts",
                    "psi[..., 0] + 1j * psi[..., 1]".to_owned(),
                );
            }
            [1, _, _, own, 2] if own == d => {
                read(
                    "[1, H, W, d, 2], real and imaginary parts",
                    "psi[..., 0] + 1j * psi[..., 1]".to_owned(),
                );
            }
            [own, _, other] if own == 2 * d && other != d => read(
                "[2d, H, W], real parts and then imaginary ones",
                dialect.channels_last(&format!("psi[:{d}] + 1j * psi[{d}:]")),
            ),
            [1, own, _, other] if own == 2 * d && other != d => read(
                "[1, 2d, H, W], real parts and then imaginary ones",
                dialect.channels_last(&format!("psi[0, :{d}] + 1j * psi[0, {d}:]")),
            ),
            _ => {}
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_told_is_told_and_two_readings_are_two() {
        use Content::{Complex, OtherComplex, Real};
        use Dialect::{Numpy, Torch};
        for (dialect, content, shape, advised) in [
            (
                Numpy,
                Real,
                vec![8, 12, 2],
                "; np.savez(f, psi=psi.astype(np.complex64)) makes one of it",
            ),
            (
                Torch,
                OtherComplex,
                vec![1, 8, 12, 2],
                "; torch.save(psi.to(torch.complex64), f) makes one of it",
            ),
            (
                Numpy,
                Complex,
                vec![2, 8, 12],
                "; np.savez(f, psi=np.moveaxis(psi, 0, -1)) makes one of it",
            ),
            (
                Torch,
                Complex,
                vec![1, 2, 8, 12],
                "; torch.save(torch.movedim(psi[0], 0, -1), f) makes one of it",
            ),
            (
                Numpy,
                Complex,
                vec![7, 8, 12, 2],
                "; np.savez(f, psi=psi[-1]) makes one of it",
            ),
            (
                Numpy,
                Real,
                vec![1, 4, 8, 12],
                "; np.savez(f, psi=np.moveaxis(psi[0, :2] + 1j * psi[0, 2:], 0, -1)) makes one of it",
            ),
            (
                Numpy,
                Real,
                vec![1, 8, 2, 2],
                "; if it is [1, H, W, d]: np.savez(f, psi=psi.astype(np.complex64)); if it is [H, W, d, 2], real and imaginary \
                 parts: np.savez(f, psi=psi[..., 0] + 1j * psi[..., 1])",
            ),
            (Numpy, Complex, vec![8, 12, 3], ""),
            (Numpy, Complex, vec![], ""),
        ] {
            assert_eq!(
                advice(dialect, content, &shape, 2),
                advised,
                "{content:?} {shape:?}"
            );
        }
    }
}
