//! Trial.
use std::path::Path;
use std::time::Instant;

use atheria_shared::Architecture;
use atheria_shared::law::LawParams;

use super::*;
use crate::checkpoint::Checkpoint;
use crate::law::Law;

fn load(config: &Path, folder: &Path) -> Law {
    let config: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(config).unwrap()).unwrap();
    let file = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).find(|p| p.extension().is_some_and(|e| e == "pth")).unwrap();
    let n = |key: &str| config["MODEL_PARAMS"][key].as_u64().unwrap() as u16;
    let architecture: Architecture = config["MODEL_ARCHITECTURE"].as_str().unwrap().parse().unwrap();
    let size = LawParams { d_state: n("d_state"), hidden_channels: n("hidden_channels") };
    Law::build(architecture, size, &Checkpoint::read(&file).unwrap().tensors).unwrap()
}

#[test]
fn trial() {
    let mut all = vec![];
    for e in std::fs::read_dir("/work/main/tests/fixtures/golden").unwrap() {
        let e = e.unwrap().path();
        all.push((e.file_name().unwrap().to_string_lossy().into_owned(), load(&e.join("config.json"), &e)));
    }
    for e in std::fs::read_dir("/work/main/server/demo/output/experiments").unwrap() {
        let e = e.unwrap().path();
        let name = e.file_name().unwrap().to_string_lossy().into_owned();
        let law = load(&e.join("config.json"), Path::new(&format!("/work/main/server/demo/output/training_checkpoints/{name}")));
        all.push((name, law));
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, law) in all {
        if std::env::var("L").is_ok() {
        for (blob, settle, lively) in [(16, 32, true), (32, 32, false), (64, 32, false), (64, 64, false), (64, 64, true), (64,16,false)] {
            for steps in [24, 48, 72] {
            let l = super::lambda::growth_with(&law, 0.01, 64, blob, settle, steps, lively).unwrap();
            print!("{name} blob {blob} settle {settle} {lively} steps {steps}: {l:.3};  ");
            }
            println!();
        }
        continue;
        }
        let t = Instant::now();
        let course = super::seed::watch(&law, 0.01);
        let t1 = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let lambda = super::lambda::growth(&law, 0.01);
        let t2 = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let settling = super::empty::settling_steps(&law, 0.01, 96);
        let t3 = t.elapsed().as_secs_f64();
        let t = Instant::now();
        let wall = super::empty::wall_depth_cells(&law, 0.01, 96);
        let t4 = t.elapsed().as_secs_f64();
        println!("{name}: {course:?} {t1:.3}\n    lambda {lambda:?} {t2:.3}\n    settling {settling:?} {t3:.3} wall {wall:?} {t4:.3}");
    }
}
