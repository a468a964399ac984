//! What is measured. A case's name stays what it is: it is what figures of two machines, or of two days, are compared by.

use atheria_shared::Boundary;
use atheria_shared::world::{DeviceChoice, ExecutionChoice};
use serde::{Deserialize, Serialize};

/// Steps before the clock starts, and steps that it runs for: by then matter has its halo.
const GROWN: [u64; 2] = [16, 32];
/// Single flowers that are about 1 % of 2048 x 2048 cells over those steps.
const FLOWERS_OF_1_PERCENT: u32 = 25;
/// A deviation from the background above this counts there.
pub(super) const COUNTED: f64 = 1e-4;

/// Where a law is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Law {
    /// In the folder of experiments.
    Trained(&'static str),
    /// In that of laws with seeded weights, for sizes that no demo has: its name says architecture and size.
    Seeded(&'static str),
}

impl Law {
    /// The experiment's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Trained(name) | Self::Seeded(name) => name,
        }
    }
}

/// What lies in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matter {
    /// The seed that the law was trained to grow, this many times: one is in the middle, more are scattered.
    Seeds(u32),
    /// A square of noise.
    Blob,
    /// Noise all over.
    Noise,
}

/// What a peer does for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rival {
    /// Cells a side of its world: where ours is larger, its time is carried over by cells.
    pub(super) side_cells: u32,
    /// Steps that it is timed for.
    pub(super) steps: u64,
    /// The boundaries that it may take: the fastest of them counts.
    pub(super) boundaries: &'static [Boundary],
    /// How it steps on the CPU; a GPU is tried in every way.
    pub(super) ways: &'static [Way],
}

impl Rival {
    /// The ways that are measured on a device.
    pub(super) fn ways_on(&self, device: DeviceChoice) -> &'static [Way] {
        if device == DeviceChoice::Cuda {
            &Way::ALL
        } else {
            self.ways
        }
    }
}

/// How a peer makes its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    /// Operator by operator.
    Eager,
    /// The law compiled first, by `torch.compile`.
    Compiled,
    /// Steps captured once as a CUDA graph, and replayed.
    Graph,
}

impl Way {
    /// Every way.
    pub(super) const ALL: [Self; 3] = [Self::Eager, Self::Compiled, Self::Graph];

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::Compiled => "torch.compile",
            Self::Graph => "CUDA graph",
        }
    }
}

/// What a peer is asked to say of states on the way, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// How far they are from float64, and how far its own float32 is.
    Accuracy,
    /// Which part of the world is matter by [`COUNTED`].
    Matter,
}

impl Judged {
    /// The steps after which a state is wanted.
    pub(super) fn at_steps(self) -> &'static [u64] {
        match self {
            Self::Accuracy => &[16, 17, 32],
            Self::Matter => &[16, 48],
        }
    }
}

/// A world to be stepped.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) law: Law,
    pub(super) side_cells: u32,
    pub(super) boundary: Boundary,
    pub(super) matter: Matter,
    pub(super) execution: ExecutionChoice,
    /// Steps before the clock starts, and steps that it runs for.
    pub(super) steps: [u64; 2],
    pub(super) rivals: &'static [Rival],
    pub(super) judged: Option<Judged>,
    /// Whether the first round is enough of it.
    pub(super) once: bool,
}

impl Case {
    const fn grown(name: &'static str, law: &'static str, side_cells: u32, boundary: Boundary) -> Self {
        Self {
            name,
            law: Law::Trained(law),
            side_cells,
            boundary,
            matter: Matter::Seeds(1),
            execution: ExecutionChoice::Sparse,
            steps: GROWN,
            rivals: &[],
            judged: None,
            once: false,
        }
    }

    /// In turns with the peer's fastest way, at 2048 x 2048.
    const fn against_dense(self) -> Self {
        Self {
            rivals: &[DENSE],
            ..self
        }
    }

    const fn judged(self, judged: Judged) -> Self {
        Self {
            judged: Some(judged),
            ..self
        }
    }

    const fn seeds(self, count: u32) -> Self {
        Self {
            matter: Matter::Seeds(count),
            ..self
        }
    }

    const fn once(self) -> Self {
        Self { once: true, ..self }
    }

    const fn dense(
        name: &'static str,
        law: &'static str,
        side_cells: u32,
        steps: [u64; 2],
        rivals: &'static [Rival],
    ) -> Self {
        Self {
            name,
            law: Law::Seeded(law),
            side_cells,
            boundary: Boundary::Walls,
            matter: Matter::Blob,
            execution: ExecutionChoice::Dense,
            steps,
            rivals,
            judged: None,
            once: false,
        }
    }

    const fn full(name: &'static str, execution: ExecutionChoice) -> Self {
        Self {
            matter: Matter::Noise,
            execution,
            steps: [16, 48],
            ..Self::grown(name, "spirals", 512, Boundary::Torus)
        }
    }
}

const DENSE: Rival = Rival {
    side_cells: 2048,
    steps: 1,
    boundaries: &[Boundary::Walls, Boundary::Torus],
    ways: &[Way::Eager],
};

const fn walls(side_cells: u32, steps: u64, ways: &'static [Way]) -> Rival {
    Rival {
        side_cells,
        steps,
        boundaries: &[Boundary::Walls],
        ways,
    }
}

/// All of them; what matters most comes first, should there be no time for the rest.
pub(super) const CASES: &[Case] = &[
    Case::grown("colony-torus-2048", "colony", 2048, Boundary::Torus).against_dense(),
    Case::grown("colony-walls-2048", "colony", 2048, Boundary::Walls).against_dense(),
    Case::grown("flower-1percent-2048", "flower", 2048, Boundary::Torus)
        .seeds(FLOWERS_OF_1_PERCENT)
        .against_dense()
        .judged(Judged::Matter),
    Case::dense(
        "dense-unet32-256",
        "UNET-d8-h32",
        256,
        [2, 6],
        &[walls(256, 6, &[Way::Eager])],
    ),
    Case::dense(
        "dense-unet32-1024",
        "UNET-d8-h32",
        1024,
        [2, 2],
        &[walls(1024, 2, &[Way::Eager])],
    ),
    Case::dense(
        "dense-mlp-256",
        "MLP-d8-h32",
        256,
        [10, 60],
        &[walls(256, 60, &[Way::Eager, Way::Compiled])],
    ),
    Case::full("full-auto", ExecutionChoice::Auto),
    Case::full("full-dense", ExecutionChoice::Dense),
    Case::full("full-sparse", ExecutionChoice::Sparse),
    Case::grown("colony-torus-4096", "colony", 4096, Boundary::Torus).against_dense(),
    Case::grown("colony-walls-4096", "colony", 4096, Boundary::Walls).against_dense(),
    Case::grown("colony-torus-512", "colony", 512, Boundary::Torus).judged(Judged::Accuracy),
    Case::grown("colony-walls-512", "colony", 512, Boundary::Walls).judged(Judged::Accuracy),
    Case::grown("flower-torus-512", "flower", 512, Boundary::Torus).judged(Judged::Accuracy),
    Case::grown("flower-walls-512", "flower", 512, Boundary::Walls),
    Case::grown("colony-torus-16384", "colony", 16384, Boundary::Torus),
    Case::grown("flower-torus-16384", "flower", 16384, Boundary::Torus),
    Case::grown("flower-walls-16384", "flower", 16384, Boundary::Walls),
    Case::grown("flowers-65536", "flower", 65536, Boundary::Torus)
        .seeds(1000)
        .once(),
];

/// Their names.
pub(in super::super) fn case_names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_name_is_of_one_case() {
        assert_eq!(case_names().collect::<BTreeSet<_>>().len(), CASES.len());
    }

    #[test]
    fn a_peer_has_no_larger_world() {
        for case in CASES {
            for rival in case.rivals {
                assert!(rival.side_cells <= case.side_cells, "{}", case.name);
                assert!(rival.boundaries.contains(&case.boundary), "{}", case.name);
            }
        }
    }
}
