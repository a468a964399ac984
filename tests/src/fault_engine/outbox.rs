//! The engine's standard output, shared with its heart.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use atheria_shared::engine::EngineEvent;
use atheria_shared::frame::FrameHeader;
use atheria_shared::pipe::{self, PacketKind};

const HEARTBEAT: Duration = Duration::from_millis(50);

/// Standard output, shared with the heart.
#[derive(Debug, Clone)]
pub(crate) struct Pipe {
    out: Arc<Mutex<std::io::Stdout>>,
    beats: Arc<AtomicBool>,
    /// When what it is busy with began, in ms since `started`; 0: it waits.
    busy: Arc<AtomicU64>,
    started: Instant,
}

impl Pipe {
    pub(crate) fn new() -> Self {
        Self {
            out: Arc::new(Mutex::new(std::io::stdout())),
            beats: Arc::new(AtomicBool::new(true)),
            busy: Arc::default(),
            started: Instant::now(),
        }
    }

    /// The heart stops.
    pub(crate) fn fall_silent(&self) {
        self.beats.store(false, Ordering::Release);
    }

    pub(crate) fn write(&self, bytes: &[u8]) {
        let mut out = self.out.lock().unwrap();
        if out.write_all(bytes).and_then(|()| out.flush()).is_err() {
            std::process::exit(0);
        }
    }

    pub(crate) fn say(&self, event: &EngineEvent) {
        self.write(&pipe::encode_message(event).unwrap());
    }

    pub(crate) fn frame(&self, header: &FrameHeader, pixels: &[u8]) {
        let frame = header.encode(pixels).unwrap();
        let mut packet = pipe::head(PacketKind::Frame, frame.len()).unwrap().to_vec();
        packet.extend(frame);
        self.write(&packet);
    }

    pub(crate) fn busy(&self, busy: bool) {
        let now = self.started.elapsed().as_millis() as u64;
        self.busy
            .store(if busy { now.max(1) } else { 0 }, Ordering::Release);
    }

    pub(crate) fn beat(&self) {
        while self.beats.load(Ordering::Acquire) {
            let since = self.busy.load(Ordering::Acquire);
            let now = self.started.elapsed().as_millis() as u64;
            let busy_ms = if since == 0 { 0 } else { now.saturating_sub(since) };
            self.say(&EngineEvent::Heartbeat { busy_ms });
            std::thread::park_timeout(HEARTBEAT);
        }
    }
}
