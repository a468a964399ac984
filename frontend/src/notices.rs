//! What the user was told, kept in a list until it is cleared.

use atheria_shared::error::ApiError;
use atheria_shared::remark::Remark;
use atheria_shared::session::Notice;

use crate::address::Unread;
use crate::i18n::errors::ErrorText;
use crate::i18n::{Lang, address, errors, remarks, words};

/// Notices that are kept.
const KEPT: usize = 50;

/// What is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// By the server, of a session.
    Session(Notice),
    /// A request that failed.
    Failed(ApiError),
    /// Settings in the page's address that cannot be read.
    Unread(Vec<Unread>),
    /// The session that the address asks for is over; its experiment is opened anew.
    SessionOver,
    /// What was asked of the world did not reach it.
    Unsent,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Good to know; may leave the screen by itself.
    Info,
    /// Something is not as it should be, and the page goes on.
    Warning,
    /// Something could not be done; stays until it is dismissed.
    Error,
}

impl Told {
    /// How much it matters.
    pub fn weight(&self) -> Weight {
        match self {
            Self::Session(Notice::Exported { export, .. }) if export.remarks.contains(&Remark::AllZero) => {
                Weight::Warning
            }
            Self::Session(Notice::Exported { .. }) => Weight::Info,
            Self::Session(
                Notice::Missed { .. } | Notice::CudaFellBack { .. } | Notice::EngineRestarted { .. },
            )
            | Self::Unread(_)
            | Self::SessionOver
            | Self::Unsent => Weight::Warning,
            Self::Session(Notice::CommandRefused { .. }) | Self::Failed(_) => Weight::Error,
        }
    }

    /// What happened, and more about it.
    pub fn text(&self, lang: Lang) -> (String, String) {
        match self {
            Self::Session(notice) => words::notice(lang, notice),
            Self::Failed(error) => {
                let text = errors::error(lang, error);
                (text.what, text.todo)
            }
            Self::Unread(unread) => address::unread(lang, unread),
            Self::SessionOver => {
                let texts = lang.texts();
                (texts.session_over.to_owned(), texts.session_over_text.to_owned())
            }
            Self::Unsent => {
                let texts = lang.texts();
                (texts.unsent.to_owned(), texts.unsent_text.to_owned())
            }
        }
    }

    /// The details that can be copied; empty when there are none.
    pub fn details(&self, lang: Lang) -> Details {
        match self {
            Self::Session(Notice::Exported { export, .. }) => Details {
                lines: export
                    .remarks
                    .iter()
                    .map(|remark| remarks::remark(lang, remark))
                    .collect(),
                technical: Vec::new(),
            },
            Self::Session(Notice::Missed { .. }) | Self::Unread(_) | Self::SessionOver | Self::Unsent => {
                Details::default()
            }
            Self::Failed(error)
            | Self::Session(
                Notice::CudaFellBack { error }
                | Notice::EngineRestarted { error, .. }
                | Notice::CommandRefused { error },
            ) => errors::error(lang, error).into(),
        }
    }
}

/// What there is beyond what was told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// In the user's language.
    pub lines: Vec<String>,
    /// The program's own words, English.
    pub technical: Vec<String>,
}

impl Details {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.technical.is_empty()
    }

    /// All of it, as it is copied.
    pub fn text(&self) -> String {
        let all: Vec<&str> = self
            .lines
            .iter()
            .chain(&self.technical)
            .map(String::as_str)
            .collect();
        all.join("\n")
    }
}

impl From<ErrorText> for Details {
    fn from(text: ErrorText) -> Self {
        Self {
            lines: text.lines,
            technical: text.technical,
        }
    }
}

/// One of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Tells it from the others.
    pub id: u64,
    /// What was told.
    pub told: Told,
    /// How often in a row.
    pub times: u32,
    /// Whether it is still to be seen without opening the list.
    pub afloat: bool,
}

/// The list, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notices {
    entries: Vec<Entry>,
    made: u64,
}

impl Notices {
    /// Adds one, and answers its id. The same again is counted, not repeated.
    pub fn tell(&mut self, told: Told) -> u64 {
        if let Some(first) = self.entries.first_mut()
            && first.told == told
        {
            first.times += 1;
            first.afloat = true;
            return first.id;
        }
        self.made += 1;
        let entry = Entry {
            id: self.made,
            told,
            times: 1,
            afloat: true,
        };
        self.entries.insert(0, entry);
        self.entries.truncate(KEPT);
        self.made
    }

    /// Takes one off the screen; it stays in the list.
    pub fn sink(&mut self, id: u64) {
        for entry in self.entries.iter_mut().filter(|entry| entry.id == id) {
            entry.afloat = false;
        }
    }

    /// Takes all off the screen: the list is being read.
    pub fn sink_all(&mut self) {
        for entry in &mut self.entries {
            entry.afloat = false;
        }
    }

    /// Empties the list.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// All, newest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The newest that is to be seen; an error before anything else.
    pub fn afloat(&self) -> Option<&Entry> {
        let mut afloat = self.entries.iter().filter(|entry| entry.afloat);
        let first = afloat.clone().next()?;
        afloat
            .find(|entry| entry.told.weight() == Weight::Error)
            .or(Some(first))
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::ErrorCode;
    use atheria_shared::session::{ExportMethod, ExportReport};

    use super::*;

    fn failed(message: &str) -> Told {
        Told::Failed(ApiError::new(ErrorCode::Internal, message).with_details(vec!["more".to_owned()]))
    }

    #[test]
    fn the_same_again_is_counted() {
        let mut notices = Notices::default();
        let id = notices.tell(failed("a"));
        assert_eq!(notices.tell(failed("a")), id);
        assert_ne!(notices.tell(failed("b")), id);
        assert_eq!(notices.entries().len(), 2);
        assert_eq!(notices.entries()[1].times, 2);
    }

    #[test]
    fn an_error_stays_afloat_before_a_newer_remark() {
        let mut notices = Notices::default();
        let id = notices.tell(failed("a"));
        notices.tell(Told::Session(Notice::Missed { events: 3 }));
        assert_eq!(notices.afloat().map(|entry| entry.id), Some(id));
        notices.sink(id);
        assert_ne!(notices.afloat().map(|entry| entry.id), Some(id));
        notices.sink_all();
        assert_eq!(notices.afloat(), None);
        assert_eq!(notices.entries().len(), 2);
    }

    #[test]
    fn the_servers_words_are_technical_ones() {
        let details = failed("a").details(Lang::Es);
        assert_eq!((details.lines.len(), details.text().as_str()), (0, "a\nmore"));
        assert_eq!(details.technical, ["a", "more"]);
    }

    #[test]
    fn an_export_is_told_with_its_remarks_in_the_users_language() {
        let export = ExportReport {
            file: "model_ep9.pt".to_owned(),
            folder: None,
            checkpoint: "ep9.pth".to_owned(),
            method: ExportMethod::Script,
            made: true,
            max_abs_error: 0.0,
            episode: None,
            loss: None,
            checkpoint_sha256: String::new(),
            remarks: vec![Remark::NoChecksums],
        };
        let told = |export: ExportReport| Told::Session(Notice::Exported { export, seconds: 1.0 });
        assert_eq!(told(export.clone()).weight(), Weight::Info);
        assert!(
            told(export.clone())
                .details(Lang::Es)
                .text()
                .contains("sumas de verificación")
        );
        let zero = ExportReport {
            remarks: vec![Remark::AllZero],
            ..export
        };
        assert_eq!(told(zero).weight(), Weight::Warning);
    }

    #[test]
    fn the_list_has_an_end() {
        let mut notices = Notices::default();
        for n in 0..200 {
            notices.tell(failed(&n.to_string()));
        }
        assert_eq!(notices.entries().len(), KEPT);
    }
}
