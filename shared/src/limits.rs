//! Every limit and deadline of the program, in one place.
//!
//! A size is the largest that is accepted; a deadline is when a wait is given up and explained.

use std::time::Duration;

/// Longest side of a grid, in cells.
pub const GRID_SIDE_CELLS: u32 = 1 << 20;
/// Cells of a world that is kept cell by cell: filled with matter, computed densely, or written as one array.
pub const DENSE_CELLS: u64 = 1 << 24;
/// Tiles that hold matter, or are computed, at once.
pub const TILES: usize = 1 << 20;
/// How far from the origin a cell of an unbounded world can lie.
pub const PLANE_CELLS: i64 = 1 << 40;
/// Longest radius of a tool, in cells.
pub const TOOL_RADIUS_CELLS: f32 = 512.0;
/// Longest side of the seed that a click plants, in cells.
pub const SEED_SIDE_CELLS: u32 = 96;
/// Tool strokes that one world's past can hold.
pub const EVENTS: usize = 100_000;
/// Tool strokes that an experiment's show can have.
pub const SHOW_EVENTS: usize = 256;
/// Pieces that starting matter is scattered in.
pub const PIECES: u32 = 100_000;
/// States that one series can hold.
pub const SERIES_STATES: u64 = 1_000_000;
/// Most channels of a state, `d_state`.
pub const STATE_CHANNELS: u16 = 64;
/// Most hidden channels of a law.
pub const HIDDEN_CHANNELS: u16 = 1_024;
/// Most steps in one request.
pub const STEPS_PER_REQUEST: u64 = 10_000_000;
/// Fastest pace that can be asked for; above it there is only "as fast as it goes".
pub const STEPS_PER_SECOND: f32 = 1_000.0;

/// Bytes of an experiment's or a folder's name: as many as file systems take.
pub const NAME_BYTES: usize = 255;
/// Bytes of a checkpoint's name: its export's is longer, and has to be a file name too.
pub const CHECKPOINT_NAME_BYTES: usize = 200;
/// Size of a `config.json` or `atheria.json`: a trainer may keep its whole history there.
pub const CONFIG_BYTES: u64 = 64 << 20;
/// Bytes of a text in a `config.json` that is kept; the law needs none that is longer.
pub const CONFIG_TEXT_BYTES: usize = 1 << 10;
/// Keys of a `config.json`, or of an object in it, that are kept.
pub const CONFIG_KEYS: usize = 10_000;
/// How deep the lists and objects of a `config.json` may lie in each other.
pub const CONFIG_DEPTH: usize = 100_000;
/// Files of a checkpoint folder that are looked at.
pub const CHECKPOINTS: usize = 10_000;
/// Files of a checkpoint folder that are named as passed over, before they are only counted.
pub const PASSED_OVER: usize = 32;
/// Size of a checkpoint file.
pub const CHECKPOINT_BYTES: u64 = 2 << 30;
/// Sum of all tensors in a checkpoint: views may make it larger than the file.
pub const CHECKPOINT_TENSOR_BYTES: u64 = 2 << 30;
/// Size of the pickle in a checkpoint: numpy arrays lie within it, tensors beside it.
pub const CHECKPOINT_PICKLE_BYTES: u64 = 512 << 20;
/// Values in such a pickle, with every reference to one.
pub const CHECKPOINT_VALUES: usize = 1 << 22;
/// Dictionaries of tensors that are told of a checkpoint.
pub const CHECKPOINT_DICTIONARIES: usize = 10_000;
/// Modules of pickled models in a checkpoint, with all that they have.
pub const CHECKPOINT_MODULES: usize = 200_000;
/// Bytes of one tensor's name in a checkpoint.
pub const TENSOR_NAME_BYTES: usize = 1 << 10;
/// Bytes of all tensors' names in a checkpoint.
pub const TENSOR_NAMES_BYTES: usize = 64 << 20;
/// Size of the header of a safetensors file: the format's own limit.
pub const SAFETENSORS_HEADER_BYTES: u64 = 100_000_000;
/// Lines that say what does not fit in a checkpoint, before the rest is only counted.
pub const LAW_PROBLEMS: usize = 1_000;
/// Values beside the weights that a remark names, before the rest is only counted.
pub const LEFT_OUT: usize = 64;
/// Size of a state file (`.npz`), as stored and as unpacked.
pub const STATE_BYTES: u64 = 4 << 30;
/// Size of a file of tool events.
pub const EVENTS_BYTES: u64 = 64 << 20;
/// Experiments listed from one folder.
pub const EXPERIMENTS: usize = 10_000;

/// A control message on the engine's pipe: the longest is a run with [`EVENTS`] strokes.
pub const PIPE_MESSAGE_BYTES: usize = 32 << 20;
/// A frame, on the pipe and on a WebSocket, header included.
pub const FRAME_BYTES: usize = 64 << 20;
/// Longest side of a frame, in pixels; larger worlds are reduced.
pub const FRAME_SIDE_PIXELS: u32 = 4_096;
/// A text message from a browser.
pub const SOCKET_MESSAGE_BYTES: usize = 64 << 10;
/// A request's body.
pub const REQUEST_BYTES: usize = 64 << 10;
/// Diagnoses under way at once, an engine process each.
pub const DIAGNOSES: usize = 2;
/// Experiments whose last diagnosis is kept.
pub const DIAGNOSES_KEPT: usize = 32;
/// Longest side of the world that a diagnosis is made on, in cells.
pub const DIAGNOSIS_SIDE_CELLS: u32 = 128;
/// The same, where its matter is a file's, which cannot be cut.
pub const DIAGNOSIS_FILE_SIDE_CELLS: u32 = 256;
/// Sessions open at once, an engine process each.
pub const SESSIONS: usize = 8;
/// Viewers of one session.
pub const VIEWERS: usize = 32;
/// Events that wait for one viewer before it is told that it missed some.
pub const EVENTS_WAITING: usize = 256;
/// Frames a second that an engine makes at most; a viewer gets what it can take of them.
pub const FRAMES_PER_SECOND: u32 = 60;

/// An engine process must say hello within this.
pub const ENGINE_START: Duration = Duration::from_mins(1);
/// What asks for CUDA, in a process of its own, must have an answer within this: a driver that hangs never has one.
pub const CUDA_PROBE: Duration = Duration::from_secs(20);
/// Longest time that a world waits for its law's character before it opens without the rest of it.
pub const CHARACTER_AT_OPENING: Duration = Duration::from_secs(5);
/// Longest time that a law's character is measured for.
pub const CHARACTER: Duration = Duration::from_mins(10);
/// An engine says that it is there this often, from a thread of its own.
pub const HEARTBEAT: Duration = Duration::from_millis(500);
/// A viewer is told how its session does this often.
pub const PULSE: Duration = Duration::from_millis(500);
/// An engine that has said nothing for this long is taken for dead.
pub const HEARTBEAT_MISSED: Duration = Duration::from_secs(15);
/// Longest time in one step of the law, or one command, once the world is live.
pub const ENGINE_BUSY: Duration = Duration::from_mins(2);
/// Longest time for one check of a diagnosis; its stages have deadlines of their own.
pub const CHECK: Duration = Duration::from_mins(5);
/// Longest time that a benchmark's peer may take for what it is asked.
pub const BENCH_PEER: Duration = Duration::from_mins(10);
/// ... and for one way of making its steps: it gives that one up and goes on with the next.
pub const BENCH_WAY: Duration = Duration::from_mins(4);
/// Signals within this of the first one are the same wish: a wrapper such as `timeout` passes on what the terminal has sent to all.
pub const SIGNAL_TWICE: Duration = Duration::from_secs(2);
/// Time for an engine to end when it is asked to; then it is killed.
pub const ENGINE_STOP: Duration = Duration::from_secs(2);
/// Times an engine is started again for a session whose engine died, within [`RESTART_WINDOW`].
pub const RESTARTS: usize = 3;
/// See [`RESTARTS`].
pub const RESTART_WINDOW: Duration = Duration::from_mins(2);
/// A playing world is saved this often, so that a crash costs no more.
pub const AUTOSAVE: Duration = Duration::from_secs(10);
/// A session without viewers is closed after this; its world stands still meanwhile, and costs memory alone.
pub const SESSION_UNWATCHED: Duration = Duration::from_mins(5);
/// A WebSocket that takes no message for this long is closed.
pub const VIEWER_STALLED: Duration = Duration::from_secs(30);
