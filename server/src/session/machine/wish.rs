//! What the user last asked of the world: a new engine goes on with it. And which commands can be asked at all.

use atheria_shared::cause::{Quantity, Range};
use atheria_shared::limits::{STEPS_PER_REQUEST, STEPS_PER_SECOND};
use atheria_shared::view::View;
use atheria_shared::world::{ExecutionChoice, WorldCommand, WorldStatus};
use atheria_shared::{ApiError, Cause, ErrorCode};

use crate::session::Plan;

/// What the user last asked of the world.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub(super) playing: bool,
    pub(super) steps_per_second: Option<f32>,
    pub(super) view: View,
    pub(super) execution: ExecutionChoice,
}

impl Wish {
    /// A world that has just been opened plays as its author wants it shown.
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            playing: true,
            steps_per_second: plan.steps_per_second,
            view: plan.view,
            execution: plan.world.execution,
        }
    }

    /// Takes a command over.
    pub(super) fn follow(&mut self, command: &WorldCommand) {
        match command {
            WorldCommand::Play => self.playing = true,
            WorldCommand::Pause | WorldCommand::Step { .. } => self.playing = false,
            WorldCommand::Speed { steps_per_second } => self.steps_per_second = *steps_per_second,
            WorldCommand::View(view) => self.view = *view,
            WorldCommand::Execution { execution } => self.execution = *execution,
            WorldCommand::Reset | WorldCommand::Tool { .. } => {}
        }
    }

    /// A world that has said nothing of itself yet.
    pub(super) fn status(&self) -> WorldStatus {
        WorldStatus {
            playing: self.playing,
            target_steps_per_second: self.steps_per_second,
            view: self.view,
            ..WorldStatus::default()
        }
    }
}

/// A command that can be asked of a world with so many channels; a view is brought within them.
pub(super) fn checked(command: WorldCommand, channels: u16) -> Result<WorldCommand, ApiError> {
    let refused = |message: String, what, value, range| {
        let error = ApiError::new(ErrorCode::BadRequest, message);
        Err(error.because(Cause::OutOfRange { what, value, range }))
    };
    match command {
        WorldCommand::Step { steps } if !(1..=STEPS_PER_REQUEST).contains(&steps) => refused(
            format!("{steps} steps: it has to be a number from 1 to {STEPS_PER_REQUEST}"),
            Quantity::Steps,
            (steps as f64).into(),
            Range::of(1.0, STEPS_PER_REQUEST as f64),
        ),
        WorldCommand::Speed {
            steps_per_second: Some(pace),
        } if !(pace > 0.0 && pace <= STEPS_PER_SECOND) => refused(
            format!(
                "{pace} steps a second: it has to be a number above 0, up to {STEPS_PER_SECOND}, or null for as fast as it goes"
            ),
            Quantity::StepsPerSecond,
            pace.into(),
            Range::above_zero(STEPS_PER_SECOND.into()),
        ),
        WorldCommand::View(view) => Ok(WorldCommand::View(view.within(channels))),
        WorldCommand::Tool { stroke } => stroke.check().map(|()| command),
        command => Ok(command),
    }
}
