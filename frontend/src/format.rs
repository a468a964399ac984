//! Numbers as each language writes them: `1 234,5` and `1,234.5`.

use crate::i18n::Lang;

/// Keeps a number's groups on one line, and has the width of a digit in a monospaced font.
const NO_BREAK_SPACE: char = '\u{a0}';

/// Writes numbers in a language.
#[derive(Debug, Clone, Copy)]
pub struct Numbers(pub Lang);

impl Numbers {
    /// A whole number, its thousands apart.
    pub fn integer(self, value: u64) -> String {
        let digits = value.to_string();
        let separator = self.0.pick(',', NO_BREAK_SPACE);
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }

    /// A number with so many decimals.
    pub fn decimal(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        let plain = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::new();
        if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            out.push('−');
        }
        match whole.parse() {
            Ok(whole) => out.push_str(&self.integer(whole)),
            Err(_) => out.push_str(whole),
        }
        if !fraction.is_empty() {
            out.push(self.0.pick('.', ','));
            out.push_str(fraction);
        }
        out
    }

    /// A pace: a decimal below ten, whole above.
    pub fn pace(self, value: f64) -> String {
        let decimals = usize::from(value > 0.0 && value < 9.95);
        self.decimal(value, decimals)
    }

    /// Seconds as a stage shows them.
    pub fn seconds(self, seconds: f64) -> String {
        let decimals = if seconds < 0.095 { 2 } else { 1 };
        format!("{}{NO_BREAK_SPACE}s", self.decimal(seconds, decimals))
    }

    /// A long time in two units.
    pub fn duration(self, seconds: f64) -> String {
        let whole = seconds.max(0.0).round() as u64;
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
        match (hours, minutes) {
            (0, 0) => format!("{rest}{NO_BREAK_SPACE}s"),
            (0, _) => format!("{minutes}{NO_BREAK_SPACE}min {rest}{NO_BREAK_SPACE}s"),
            _ => format!(
                "{}{NO_BREAK_SPACE}h {minutes}{NO_BREAK_SPACE}min",
                self.integer(hours)
            ),
        }
    }

    /// Bytes in the unit that suits them.
    pub fn bytes(self, bytes: u64) -> String {
        const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
        let mut value = bytes as f64;
        let mut unit = 0;
        while value >= 999.5 && unit + 1 < UNITS.len() {
            value /= 1000.0;
            unit += 1;
        }
        let decimals = usize::from(unit > 0 && value < 9.95);
        format!("{}{NO_BREAK_SPACE}{}", self.decimal(value, decimals), UNITS[unit])
    }

    /// A size and a limit, in units that tell them apart.
    pub fn sizes(self, bytes: u64, limit_bytes: u64) -> (String, String) {
        let short = (self.bytes(bytes), self.bytes(limit_bytes));
        if short.0 != short.1 || bytes == limit_bytes {
            return short;
        }
        let exact = |bytes| format!("{}{NO_BREAK_SPACE}bytes", self.integer(bytes));
        (exact(bytes), exact(limit_bytes))
    }

    /// An end of a legend's range: short, in three digits, with an exponent when it is far from 1.
    pub fn level(self, value: f64) -> String {
        if value == 0.0 {
            return "0".to_owned();
        }
        if !(1e-3..1e5).contains(&value.abs()) {
            return error_size(value);
        }
        let magnitude = value.abs().log10().floor() as i32;
        let text = self.decimal(value, usize::try_from(2 - magnitude).unwrap_or(0));
        let point = self.0.pick('.', ',');
        if text.contains(point) {
            text.trim_end_matches('0').trim_end_matches(point).to_owned()
        } else {
            text
        }
    }

    /// A figure of any kind: a count as it is, anything else short.
    pub fn figure(self, value: f64) -> String {
        const EXACT: f64 = 9e15;
        if value.fract() == 0.0 && value.abs() < EXACT {
            return self.decimal(value, 0);
        }
        self.level(value)
    }

    /// A number that somebody wrote, with all of its digits; what is no number as it is: `NaN`.
    pub fn exact(self, value: f64) -> String {
        const PLAIN: std::ops::Range<f64> = 1e-4..1e15;
        if !value.is_finite() {
            return value.to_string();
        }
        if value != 0.0 && !PLAIN.contains(&value.abs()) {
            return self.scientific(&format!("{value:e}"));
        }
        let digits = value.abs().to_string();
        let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        self.decimal(value, decimals)
    }

    /// How far two numbers are apart, in two digits: `2.5e-7`; what is no number as it is.
    pub fn difference(self, value: f64) -> String {
        if !value.is_finite() {
            return value.to_string();
        }
        self.scientific(&format!("{value:.1e}"))
    }

    fn scientific(self, text: &str) -> String {
        text.replace('.', self.0.pick(".", ","))
    }

    /// A share, in percent.
    pub fn percent(self, share: f64) -> String {
        let percent = share * 100.0;
        let text = if percent >= 9.95 || percent == 0.0 {
            self.decimal(percent, 0)
        } else {
            self.level(percent)
        };
        format!("{text}{NO_BREAK_SPACE}%")
    }

    /// A coefficient such as a learning rate, as short as it can be.
    pub fn coefficient(self, value: f64) -> String {
        self.level(value)
    }
}

/// A tiny or huge number in one digit and an exponent: `3e-7`. The same in both languages.
pub fn error_size(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    format!("{value:.0e}").replace('-', "−").replace("e−", "e-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Numbers = Numbers(Lang::En);
    const ES: Numbers = Numbers(Lang::Es);

    #[test]
    fn thousands_are_apart() {
        assert_eq!(EN.integer(0), "0");
        assert_eq!(EN.integer(999), "999");
        assert_eq!(EN.integer(1_234_567), "1,234,567");
        assert_eq!(ES.integer(1_234_567), "1\u{a0}234\u{a0}567");
    }

    #[test]
    fn decimals_follow_the_language() {
        assert_eq!(EN.decimal(1234.5, 1), "1,234.5");
        assert_eq!(ES.decimal(1234.5, 1), "1\u{a0}234,5");
        assert_eq!(ES.decimal(-0.25, 2), "−0,25");
        assert_eq!(EN.decimal(-0.001, 1), "0.0");
        assert_eq!(EN.decimal(f64::NAN, 1), "–");
    }

    #[test]
    fn units_come_with_it() {
        assert_eq!(ES.seconds(0.64), "0,6\u{a0}s");
        assert_eq!(EN.seconds(0.012), "0.01\u{a0}s");
        assert_eq!(EN.duration(3_725.0), "1\u{a0}h 2\u{a0}min");
        assert_eq!(EN.duration(61.0), "1\u{a0}min 1\u{a0}s");
        assert_eq!(ES.bytes(1_234_567), "1,2\u{a0}MB");
        assert_eq!(EN.bytes(12), "12\u{a0}B");
        let (size, limit) = ES.sizes(2_100_000_000, 900);
        assert_eq!((size.as_str(), limit.as_str()), ("2,1\u{a0}GB", "900\u{a0}B"));
        let (size, limit) = EN.sizes(67_108_865, 67_108_864);
        assert_eq!(
            (size.as_str(), limit.as_str()),
            ("67,108,865\u{a0}bytes", "67,108,864\u{a0}bytes")
        );
    }

    #[test]
    fn a_pace_has_sensible_digits() {
        assert_eq!(EN.pace(184.4), "184");
        assert_eq!(EN.pace(2.04), "2.0");
        assert_eq!(EN.pace(0.0), "0");
    }

    #[test]
    fn what_was_written_keeps_its_digits() {
        assert_eq!(EN.exact(512.5), "512.5");
        assert_eq!(ES.exact(-1_234.125), "−1\u{a0}234,125");
        assert_eq!(EN.exact(10_000_000.0), "10,000,000");
        assert_eq!(EN.exact(1e-6), "1e-6");
        assert_eq!(ES.exact(1.5e-6), "1,5e-6");
        assert_eq!(EN.exact(0.0), "0");
        assert_eq!(EN.exact(f64::NAN), "NaN");
        assert_eq!(ES.difference(2.54e-7), "2,5e-7");
        assert_eq!(EN.difference(f64::INFINITY), "inf");
    }

    #[test]
    fn a_range_is_short() {
        assert_eq!(EN.level(2.0), "2");
        assert_eq!(ES.level(0.25), "0,25");
        assert_eq!(EN.level(1e-6), "1e-6");
        assert_eq!(EN.level(-std::f64::consts::PI), "−3.14");
        assert_eq!(EN.level(1500.0), "1,500");
        assert_eq!(error_size(2.9e-7), "3e-7");
        assert_eq!(EN.figure(1_234_567.0), "1,234,567");
        assert_eq!(EN.figure(-2.0), "−2");
        assert_eq!(ES.figure(0.125), "0,125");
        assert_eq!(EN.figure(f64::NAN), "–");
        assert_eq!(EN.percent(0.421), "42\u{a0}%");
        assert_eq!(ES.percent(0.0123), "1,23\u{a0}%");
        assert_eq!(EN.percent(2e-7), "2e-5\u{a0}%");
    }
}
