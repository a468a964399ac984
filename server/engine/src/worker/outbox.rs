//! Events and frames on their way out, written by a thread of their own.
//!
//! Messages keep their order and none is lost; of frames only the newest waits, and messages go before it.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use atheria_shared::engine::EngineEvent;
use atheria_shared::pipe::{self, PacketKind};

use super::end;

/// Messages that may wait; whoever says one more waits too.
const WAITING: usize = 256;
/// How long the last words may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Where events and frames are put. A cheap handle.
#[derive(Debug, Clone, Default)]
pub(super) struct Outbox(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Vec<u8>>,
    frame: Option<Vec<u8>>,
    writing: bool,
}

impl Outbox {
    /// Starts the writer. It ends the process when nobody reads any more.
    pub(super) fn start(mut output: impl Write + Send + 'static) -> io::Result<Self> {
        let outbox = Self::default();
        let writer = outbox.clone();
        thread::Builder::new().name("writer".to_owned()).spawn(move || {
            loop {
                let packet = writer.take();
                let written = output.write_all(&packet).and_then(|()| output.flush());
                if written.is_err() {
                    end::now(0);
                }
                writer.queue().writing = false;
                writer.0.changed.notify_all();
            }
        })?;
        Ok(outbox)
    }

    /// Says something; waits where too much is waiting already.
    pub(super) fn say(&self, event: &EngineEvent) {
        let Some(packet) = packet_of(event) else { return };
        let mut queue = self.queue();
        while queue.messages.len() >= WAITING {
            queue = self.0.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        queue.messages.push_back(packet);
        self.0.changed.notify_all();
    }

    /// Says something, unless too much is waiting: what can be said again later, and what a reader may not wait for.
    pub(super) fn say_if_room(&self, event: &EngineEvent) {
        let Some(packet) = packet_of(event) else { return };
        let mut queue = self.queue();
        if queue.messages.len() < WAITING {
            queue.messages.push_back(packet);
            self.0.changed.notify_all();
        }
    }

    /// Whether the last frame is on its way, so that another is worth making.
    pub(super) fn wants_frame(&self) -> bool {
        self.queue().frame.is_none()
    }

    /// Puts a frame in the place of one that waits.
    pub(super) fn show(&self, frame: &[u8]) {
        let head = match pipe::head(PacketKind::Frame, frame.len()) {
            Ok(head) => head,
            Err(error) => {
                eprintln!("ath-engine: a frame cannot be sent: {error}");
                return;
            }
        };
        let mut packet = Vec::with_capacity(head.len() + frame.len());
        packet.extend(head);
        packet.extend(frame);
        self.queue().frame = Some(packet);
        self.0.changed.notify_all();
    }

    /// Waits until everything is written, but no longer than [`LAST_WORDS`].
    pub(super) fn flush(&self) {
        let until = Instant::now() + LAST_WORDS;
        let mut queue = self.queue();
        while queue.writing || !queue.messages.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            queue = self
                .0
                .changed
                .wait_timeout(queue, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn take(&self) -> Vec<u8> {
        let mut queue = self.queue();
        loop {
            if let Some(packet) = queue.messages.pop_front().or_else(|| queue.frame.take()) {
                queue.writing = true;
                self.0.changed.notify_all();
                return packet;
            }
            queue = self.0.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A thread that panicked while it held the lock left whole packets behind: each change is one assignment.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn packet_of(event: &EngineEvent) -> Option<Vec<u8>> {
    pipe::encode_message(event)
        .inspect_err(|error| eprintln!("ath-engine: an event cannot be sent: {error}"))
        .ok()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    /// Passes on what is written, and waits for a permit before each packet.
    struct Gate(SyncSender<Vec<u8>>, Receiver<()>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.recv().map_err(io::Error::other)?;
            self.0.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn messages_go_first_and_the_newest_frame_wins() {
        let (written, read) = sync_channel(16);
        let (permit, permits) = sync_channel(16);
        let outbox = Outbox::start(Gate(written, permits)).unwrap();
        outbox.show(b"one");
        while !outbox.wants_frame() {
            thread::yield_now();
        }
        outbox.show(b"two");
        assert!(!outbox.wants_frame());
        outbox.show(b"three");
        outbox.say(&EngineEvent::Progress { step: 4 });
        for _ in 0..3 {
            permit.send(()).unwrap();
        }
        assert!(read.recv().unwrap().ends_with(b"one"));
        assert!(
            read.recv()
                .unwrap()
                .ends_with(br#"{"event":"progress","step":4}"#)
        );
        assert!(read.recv().unwrap().ends_with(b"three"));
        outbox.flush();
    }
}
