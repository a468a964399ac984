//! The two languages of the page. [`texts`] holds plain strings, [`words`] and its siblings a text for every
//! value of a wire type. The compiler sees to it that no language lacks one.

pub mod address;
pub mod beside;
pub mod causes;
pub mod character;
pub mod checks;
pub mod errors;
pub mod findings;
pub mod glossary;
pub mod kinds;
pub mod remarks;
#[cfg(test)]
mod samples;
pub mod spoken;
pub mod standing;
pub mod state;
pub mod texts;
pub mod words;

pub use texts::Texts;

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

impl Lang {
    /// The code that the page's `lang` attribute and the browser's memory hold.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// What the switch shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::En => "EN",
            Self::Es => "ES",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::En => Self::Es,
            Self::Es => Self::En,
        }
    }

    /// From a language tag such as `es-AR`; English for whatever we do not speak.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("es") {
            Self::Es
        } else {
            Self::En
        }
    }

    /// The strings of this language.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::En => &texts::EN,
            Self::Es => &texts::ES,
        }
    }

    /// One of two.
    pub fn pick<T>(self, en: T, es: T) -> T {
        match self {
            Self::En => en,
            Self::Es => es,
        }
    }
}

/// That a text is there in both languages, as two texts, with all of its figures; and no English in the Spanish.
#[cfg(test)]
fn complete(en: &str, es: &str, figures: &[&str]) {
    const ENGLISH: [&str; 13] = [
        "the", "is", "of", "cannot", "and", "with", "it", "not", "are", "was", "which", "that", "to",
    ];
    assert!(!en.trim().is_empty() && !es.trim().is_empty());
    assert_ne!(en, es, "the same in both languages");
    for figure in figures {
        assert!(
            en.contains(figure) && es.contains(figure),
            "{figure} is lost: {en} / {es}"
        );
    }
    let mut words = es.split(|c: char| !c.is_alphanumeric() && c != '_');
    let english = words.find(|word| ENGLISH.contains(word));
    assert_eq!(english, None, "English in: {es}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browsers_language_is_understood() {
        for tag in ["es", "es-AR", "ES_mx"] {
            assert_eq!(Lang::from_tag(tag), Lang::Es, "{tag}");
        }
        for tag in ["en-GB", "de", "", "est"] {
            assert_eq!(Lang::from_tag(tag), Lang::En, "{tag}");
        }
    }
}
