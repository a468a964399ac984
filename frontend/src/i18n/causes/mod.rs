//! A text for every cause: the true reason with its figures and names, and what to do about it. The match names each kind, so
//! that a new one has to be given its text.

pub mod engine;
pub mod files;
mod folders;
mod laws;
mod server;
pub mod unfit;
pub mod world;

use atheria_shared::Cause;

use super::Lang;

/// What happened, without a full stop, and what to do, with one.
pub type Told = (String, String);

/// The text of a cause.
#[expect(clippy::too_many_lines, reason = "one entry for each cause")]
pub fn cause(lang: Lang, cause: &Cause) -> Told {
    match cause {
        Cause::NoExperiment { name } => folders::no_experiment(lang, name),
        Cause::Name { name, wrong } => folders::name(lang, name, wrong),
        Cause::Root { folder, why } => folders::root(lang, folder, why),
        Cause::NoExperiments { folder, checkpoints } => folders::no_experiments(lang, folder, *checkpoints),
        Cause::EmptyFolder { folder } => folders::empty(lang, folder),
        Cause::NoFile { file, folder } => folders::no_file(lang, file, folder),
        Cause::Unreadable { path, why } => folders::unreadable(lang, path, why),
        Cause::Unwritable { path, why } => folders::unwritable(lang, path, why),
        Cause::LeadsOutside { path } => folders::leads_outside(lang, path),
        Cause::LeadsNowhere { path } => folders::leads_nowhere(lang, path),
        Cause::NotAFile { path } => folders::not_a_file(lang, path),
        Cause::FileTooLarge {
            file,
            bytes,
            limit_bytes,
        } => folders::too_large(lang, file, *bytes, *limit_bytes),
        Cause::NotText { file, wrong } => {
            let (what, todo) = files::encoding(lang, wrong);
            (format!("{file} {what}"), todo.to_owned())
        }
        Cause::NotJson { file, wrong } => {
            let (what, todo) = files::json(lang, wrong);
            (format!("{file} {what}"), todo.to_owned())
        }
        Cause::NoKey { file, key } => folders::no_key(lang, file, key),
        Cause::Value {
            file,
            key,
            value,
            needed,
        } => (
            lang.pick(
                format!("{file} has {key} = {value}, which cannot be used"),
                format!("{file} tiene {key} = {value}, que no sirve"),
            ),
            files::needed(lang, needed),
        ),
        Cause::Disagree { file, one, other } => folders::disagree(lang, file, one, other),
        Cause::UnknownArchitecture {
            named,
            torchscript,
            trusted,
        } => laws::unknown(lang, named, torchscript.as_deref(), *trusted),
        Cause::NoCheckpoint { folder, passed } => laws::no_checkpoint(lang, folder, passed),
        Cause::NoSuchCheckpoint { asked, there, reason } => {
            laws::no_such_checkpoint(lang, asked, there, reason.as_ref())
        }
        Cause::LatestUnusable { file, reason, before } => laws::latest(lang, file, reason, before.as_deref()),
        Cause::NotACheckpoint { file, kind } => laws::not_a_checkpoint(lang, file, *kind),
        Cause::Changed { file } => laws::changed(lang, file),
        Cause::Damaged { file, part, byte } => laws::damaged(lang, file, part.as_deref(), *byte),
        Cause::NoWeights { file, found, more } => laws::no_weights(lang, file, found, *more),
        Cause::WeightsTooLarge { bytes, limit_bytes } => laws::weights_too_large(lang, *bytes, *limit_bytes),
        Cause::Unfit {
            architecture,
            place,
            with,
        } => unfit::told(lang, *architecture, place.as_deref(), with),
        Cause::NoSuchWeights {
            asked,
            fitting,
            there,
        } => laws::no_such_weights(lang, asked, fitting, there),
        Cause::OtherType { types } => laws::other_type(lang, types),
        Cause::Differs {
            export,
            apart,
            allowed,
        } => laws::differs(lang, *export, *apart, *allowed),
        Cause::CannotTrace { architecture, memory } => laws::cannot_trace(lang, *architecture, *memory),
        Cause::NotTorchScript { file } => laws::not_torchscript(lang, file),
        Cause::NotALaw { apart } => laws::not_a_law(lang, *apart),
        Cause::Grid { wrong } => world::grid(lang, wrong),
        Cause::Blob { side_cells, grid } => world::blob(lang, *side_cells, *grid),
        Cause::Blobs {
            count,
            side_cells,
            limit_cells,
        } => world::blobs(lang, *count, *side_cells, *limit_cells),
        Cause::State { file, wrong } => {
            let (what, todo) = world::state(lang, wrong);
            (format!("{file} {what}"), todo.to_owned())
        }
        Cause::SeedChannel { channel, channels } => world::seed_channel(lang, *channel, *channels),
        Cause::NotSparse => world::not_sparse(lang),
        Cause::Endless => world::endless(lang),
        Cause::Vacuum { wrong } => owned(world::vacuum(lang, *wrong)),
        Cause::Module { wrong } => owned(world::module(lang, *wrong)),
        Cause::OutOfRange { what, value, range } => world::out_of_range(lang, *what, *value, range),
        Cause::TooMany { what, found, limit } => {
            let (what, todo) = world::too_many(lang, *what, *found, *limit);
            (what, todo.to_owned())
        }
        Cause::NotFinite { step, place } => world::not_finite(lang, *step, *place),
        Cause::Restored { step } => world::restored(lang, *step),
        Cause::Running => server::running(lang),
        Cause::EngineNotStarted { program, why } => server::not_started(lang, program, why),
        Cause::EngineVersion { found, expected } => server::version(lang, *found, *expected),
        Cause::EngineSlow { wait, seconds } => server::slow(lang, *wait, *seconds),
        Cause::EngineDied { end, stage } => server::died(lang, *end, *stage),
        Cause::EngineNonsense { stage } => server::nonsense(lang, *stage),
        Cause::Cuda { why } => engine::cuda(lang, why),
        Cause::Diagnosing { name } => server::diagnosing(lang, name),
        Cause::NotDiagnosed { name } => server::not_diagnosed(lang, name),
        Cause::DiagnosisEnded => server::diagnosis_ended(lang),
        Cause::NotUnderstood { asked, status } => server::not_understood(lang, asked, *status),
    }
}

/// More lines of a cause, for the details: all that does not fit, one by one.
pub fn lines(lang: Lang, cause: &Cause) -> Vec<String> {
    match cause {
        Cause::Unfit { with, .. } => unfit::lines(lang, with),
        Cause::NoCheckpoint { passed, .. } => passed
            .iter()
            .map(|remark| super::remarks::remark(lang, remark))
            .collect(),
        _ => Vec::new(),
    }
}

fn owned((what, todo): (&str, &str)) -> Told {
    (what.to_owned(), todo.to_owned())
}

/// One of two pairs, as a text.
fn pick(lang: Lang, en: (&str, &str), es: (&str, &str)) -> Told {
    owned(lang.pick(en, es))
}

#[cfg(test)]
mod tests;
