//! An engine that links no libtorch: it speaks the pipe's protocol, and misbehaves by the name of the experiment.
//!
//! `hang-STAGE`, `die-STAGE`, `fail-STAGE`: in that stage, as on the wire (`hang-export`). `cuda-hang`, `cuda-die`,
//! `cuda-fail`: in `move_to_cuda`, unless the CPU is asked for. `live-die`, `live-hang`, `live-silent`: once the world
//! is there. `huge`: a packet whose length cannot be. `flood`: frames of 1 MB, as fast as they can be written.
//! `fail-check`, `die-check`, `hang-check`: in a check of a diagnosis. `forgetful`: a restored world is not the one that was
//! saved. `leave`: a series is begun and never ended. Everything else behaves. `FAULT_HELLO` in the environment (never, protocol, die, nonsense) spoils the
//! beginning; `FAULT_CHECKS` hangs every diagnosis.
//! There is CUDA, unless `FAULT_CUDA` is in the environment: hang, die, or what the probe says.
//! A speed of 666 kills it, one of 667 hangs it.
//!
//! `outbox` is its standard output, `stages` the way to a world, `world` the world, `checks` the rest.
#![expect(
    clippy::unwrap_used,
    reason = "a tool of the tests: what it cannot do is a test that fails"
)]

mod checks;
mod outbox;
mod stages;
mod world;

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

use atheria_shared::engine::{EngineEvent, EngineRequest, PROTOCOL};
use atheria_shared::pipe;

use outbox::Pipe;
use stages::{Goal, export, stages};
use world::{Beginning, World};

/// Steps a second without a pace.
const FASTEST: f32 = 200.0;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("probe-cuda") {
        return probe_cuda();
    }
    let pipe = Pipe::new();
    let mut protocol = PROTOCOL;
    match std::env::var("FAULT_HELLO").as_deref() {
        Ok("never") => hang(),
        Ok("die") => die("no libtorch here"),
        Ok("protocol") => protocol += 1,
        Ok("nonsense") => pipe.write(&[0, 0, 0, 0, 77]),
        _ => {}
    }
    pipe.say(&EngineEvent::Hello {
        protocol,
        torch_version: "none".into(),
    });
    let heart = pipe.clone();
    Builder::new()
        .name("heart".into())
        .spawn(move || heart.beat())
        .unwrap();
    let (sender, requests) = sync_channel(64);
    Builder::new()
        .name("requests".into())
        .spawn(move || {
            while let Some(request) = read_request() {
                sender.send(request).unwrap();
            }
            std::process::exit(0);
        })
        .unwrap();
    serve(&pipe, &requests);
}

/// There is CUDA, unless `FAULT_CUDA` spoils it.
fn probe_cuda() {
    match std::env::var("FAULT_CUDA").as_deref() {
        Ok("hang") => hang(),
        Ok("die") => die("the driver is gone"),
        Ok(said) => println!("{said}"),
        Err(_) => println!(r#"{{"cuda":"available","name":null,"driver":13000,"runtime":13000}}"#),
    }
}

fn read_request() -> Option<EngineRequest> {
    let mut stdin = std::io::stdin();
    let mut head = [0; pipe::HEAD_BYTES];
    stdin.read_exact(&mut head).ok()?;
    let (_, bytes) = pipe::parse_head(head).unwrap();
    let mut body = vec![0; bytes];
    stdin.read_exact(&mut body).ok()?;
    Some(pipe::decode_message(&body).unwrap())
}

fn serve(pipe: &Pipe, requests: &Receiver<EngineRequest>) {
    let mut world: Option<World> = None;
    let mut due = Instant::now();
    loop {
        let request = match &world {
            Some(world) if world.is_moving() => {
                requests.recv_timeout(due.saturating_duration_since(Instant::now()))
            }
            _ => requests.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match request {
            Ok(EngineRequest::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(request) => act(pipe, &mut world, request),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(world) = &mut world
            && world.is_moving()
            && Instant::now() >= due
        {
            world.advance(pipe);
            let pace = world.status.target_steps_per_second.unwrap_or(FASTEST);
            due = Instant::now() + Duration::from_secs_f32(1.0 / pace);
        }
    }
}

fn act(pipe: &Pipe, world: &mut Option<World>, request: EngineRequest) {
    match request {
        EngineRequest::Export { law } => {
            if stages(pipe, &law, Goal::Export) {
                pipe.say(&EngineEvent::Exported(export(&law)));
            }
        }
        EngineRequest::Open {
            law,
            world: spec,
            step,
            view,
            steps_per_second,
            play,
            show: _,
            watched: _,
        } => {
            let beginning = Beginning {
                spec,
                step,
                view,
                steps_per_second,
                play,
            };
            *world = World::open(pipe, law, &beginning);
        }
        EngineRequest::World(command) => {
            if let Some(world) = world {
                world.drive(pipe, &command);
            }
        }
        EngineRequest::Hold { held } => {
            if let Some(world) = world {
                world.held = held;
            }
        }
        EngineRequest::Inspect { law } => {
            if stages(pipe, &law, Goal::Character) {
                pipe.say(&EngineEvent::Character(checks::character()));
            }
        }
        EngineRequest::Diagnose { law, .. } => checks::diagnose(pipe, &law.experiment),
        EngineRequest::Run {
            steps,
            events,
            series,
        } => {
            if let Some(world) = world {
                world.run(pipe, steps, &events, series.as_ref());
            }
        }
        EngineRequest::Save { path } => {
            if let Some(world) = world {
                world.save(pipe, path);
            }
        }
        EngineRequest::Frame | EngineRequest::Stop => {}
    }
}

fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

fn die(word: &str) -> ! {
    eprintln!("{word}");
    std::process::abort()
}
