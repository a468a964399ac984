//! What the demos look like when they are watched: at step 10, 1,000 and 10,000 of their show, and at its end.
//!
//! A show starts over, so step n of it is step n modulo its length, with its strokes; a demo without one has to hold by
//! itself. Each picture is compared with a coarse [`Signature`] that is kept in `tests/fixtures/showcases.json`, loosely: some
//! of the laws are chaotic, and what is to be found out is an empty, noisy, overgrown or still picture. After a demo was
//! trained or presented anew, look at it, then keep it: `UPDATE_SHOWCASES=1 cargo test --workspace --test showcases`.
//!
//! Needs the built programs (`ATHERIA_BIN_DIR`, or `target/release`).

#[path = "showcases/signature.rs"]
mod signature;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use atheria_shared::experiment::Presentation;
use atheria_shared::show::Show;
use atheria_shared::tool::Events;
use atheria_tests::{program, repository};
use npyz::npz::NpzArchive;
use num_complex::Complex32;
use signature::{Picture, Signature};

/// The demos.
const DEMOS: [&str; 8] = [
    "colony",
    "fire_and_ice",
    "flower",
    "kaleidoscope",
    "pinwheel",
    "spirals",
    "spots",
    "waves",
];
/// Steps at which they are looked at while they are watched.
const WATCHED: [u64; 3] = [10, 1_000, 10_000];
/// Steps between two states of a show that are kept: what has changed between them is life.
const EVERY: u64 = 10;

/// Signatures by step.
type Kept = BTreeMap<u64, Signature>;

/// One demo, in a folder where it can be exported.
struct Showcase {
    name: &'static str,
    root: tempfile::TempDir,
    shown: Presentation,
}

impl Showcase {
    fn open(name: &'static str) -> Result<Self> {
        let root = tempfile::tempdir()?;
        for part in ["experiments", "training_checkpoints"] {
            let from = repository().join("server/demo/output").join(part).join(name);
            let to = root.path().join(part).join(name);
            std::fs::create_dir_all(&to)?;
            for entry in from.read_dir()? {
                let path = entry?.path();
                let kept = path
                    .extension()
                    .is_some_and(|end| end == "json" || end == "npz" || end == "pth");
                if let (true, Some(file)) = (kept, path.file_name()) {
                    std::fs::copy(&path, to.join(file))?;
                }
            }
        }
        let json = std::fs::read(root.path().join("experiments").join(name).join("atheria.json"))?;
        let shown = serde_json::from_slice(&json)?;
        Ok(Self { name, root, shown })
    }

    /// The steps of its show that are looked at, and how far apart the states are that are needed for them.
    fn steps(&self) -> Result<(Vec<u64>, u64)> {
        let Some(show) = &self.shown.show else {
            return Ok((WATCHED.to_vec(), 1_000));
        };
        let length = show.steps();
        ensure!(
            length.is_multiple_of(EVERY),
            "{}: a show of {length} steps",
            self.name
        );
        let watched = WATCHED.map(|step| step % length);
        Ok(([watched.to_vec(), vec![length - EVERY]].concat(), EVERY))
    }

    /// States so many steps apart, the first one included, with the strokes of the show.
    fn states(&self, steps: u64, every: u64) -> Result<Vec<Picture>> {
        let at = |file: &str| -> PathBuf { self.root.path().join(file) };
        let init = self
            .shown
            .init
            .as_deref()
            .context("a demo begins with a file of its own")?;
        let events = self.shown.show.as_ref().map(Show::events);
        let events = events.unwrap_or_default().iter();
        let events = Events {
            events: events.filter(|event| event.step <= steps).copied().collect(),
        };
        std::fs::write(at("events.json"), serde_json::to_vec(&events)?)?;
        let output = Command::new(program("ath")?)
            .args(["run", "--json", "--experiment", self.name, "--device", "cpu"])
            .args(["--steps", &steps.to_string(), "--every", &every.to_string()])
            .arg("--root")
            .arg(self.root.path())
            .arg("--init")
            .arg(at("experiments").join(self.name).join(init))
            .arg("--events")
            .arg(at("events.json"))
            .arg("--series")
            .arg(at("states.npz"))
            .env("ATHERIA_ENGINE", program("ath-engine")?)
            .output()?;
        ensure!(output.status.success(), "{}: {output:?}", self.name);
        let states = pictures(&at("states.npz"))?;
        std::fs::remove_file(at("states.npz"))?;
        Ok(states)
    }

    /// Its pictures as it is watched.
    fn look(&self) -> Result<Kept> {
        let (steps, every) = self.steps()?;
        let mut kept = Kept::new();
        if every > EVERY {
            // The first look comes before the first of the states that are far apart.
            let near = self.states(EVERY, EVERY)?;
            let (now, before) = near.last().zip(near.first()).context("no states")?;
            kept.insert(EVERY, Signature::of(now, before));
        }
        let far: Vec<u64> = steps.into_iter().filter(|&step| step >= every).collect();
        let last = far.iter().copied().max().context("no steps")?;
        let states = self.states(last, every)?;
        for step in far {
            let place = usize::try_from(step / every)?;
            let (now, before) = states
                .get(place)
                .zip(states.get(place - 1))
                .context("too few states")?;
            kept.insert(step, Signature::of(now, before));
        }
        Ok(kept)
    }
}

/// The states of a series.
fn pictures(path: &Path) -> Result<Vec<Picture>> {
    let mut archive = NpzArchive::open(path)?;
    let array = archive.by_name("psi")?.context("no psi")?;
    let [count, height, width, channels] = *array.shape() else {
        anyhow::bail!("psi of {:?}", array.shape());
    };
    let cells: Vec<Complex32> = array.into_vec()?;
    let size = usize::try_from(height * width * channels)?;
    ensure!(cells.len() == size * usize::try_from(count)?);
    let (width, channels) = (usize::try_from(width)?, usize::try_from(channels)?);
    Ok(cells
        .chunks_exact(size)
        .map(|cells| Picture::of(cells, width, channels))
        .collect())
}

#[test]
fn the_demos_look_as_they_were_kept() -> Result<()> {
    let path = repository().join("tests/fixtures/showcases.json");
    let update = std::env::var_os("UPDATE_SHOWCASES").is_some();
    let mut kept: BTreeMap<String, Kept> = if update {
        BTreeMap::new()
    } else {
        serde_json::from_slice(&std::fs::read(&path)?)?
    };
    let mut wrong = Vec::new();
    for name in DEMOS {
        let found = Showcase::open(name)?.look()?;
        if update {
            kept.insert(name.to_owned(), found);
            continue;
        }
        let expected = kept.get(name).with_context(|| format!("{name} was not kept"))?;
        ensure!(
            found.keys().eq(expected.keys()),
            "{name} is looked at elsewhere: keep it anew"
        );
        for ((step, found), expected) in found.iter().zip(expected.values()) {
            if let Some(difference) = found.differs_from(expected) {
                wrong.push(format!("{name} at step {step}: {difference}"));
            }
        }
    }
    if update {
        std::fs::write(&path, serde_json::to_string_pretty(&kept)? + "\n")?;
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Whatever is in the demo's folder is looked at.
#[test]
fn no_demo_is_left_out() -> Result<()> {
    let mut names: Vec<String> = repository()
        .join("server/demo/output/experiments")
        .read_dir()?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.sort();
    assert_eq!(names, DEMOS);
    Ok(())
}
