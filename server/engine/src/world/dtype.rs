//! What the numbers of a file are, and how they become the engine's own: exactly, or not at all.

use crate::real::Real;

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Two floats: the real and the imaginary part.
    Complex,
    /// One float.
    Real,
    /// An integer.
    Signed,
    /// An integer that is never negative.
    Unsigned,
}

/// How an element lies in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dtype {
    /// What it is.
    pub(super) class: Class,
    /// Bytes of an element.
    pub(super) bytes: u8,
    /// Whether the highest byte comes first.
    pub(super) big_endian: bool,
}

/// The first number that a world's precision does not have: where it was in what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inexact(pub(super) usize);

impl Dtype {
    /// What numpy's word stands for; none for one that is not read.
    pub(super) fn of_numpy(descr: &str) -> Option<Self> {
        let mut letters = descr.chars();
        let big_endian = match letters.next()? {
            '<' | '|' | '=' => false,
            '>' => true,
            _ => return None,
        };
        let class = match letters.next()? {
            'c' => Class::Complex,
            'f' => Class::Real,
            'i' => Class::Signed,
            'u' => Class::Unsigned,
            _ => return None,
        };
        let bytes = match (class, letters.as_str()) {
            (Class::Signed | Class::Unsigned, "1") => 1,
            (Class::Real | Class::Signed | Class::Unsigned, "2") => 2,
            (Class::Real | Class::Signed | Class::Unsigned, "4") => 4,
            (_, "8") => 8,
            (Class::Complex, "16") => 16,
            _ => return None,
        };
        Some(Self {
            class,
            bytes,
            big_endian,
        })
    }

    /// Whether it is an integer of either kind.
    pub(super) fn is_integer(self) -> bool {
        matches!(self.class, Class::Signed | Class::Unsigned)
    }

    /// Numbers of an element: a complex one has two.
    pub(super) fn parts(self) -> usize {
        if self.class == Class::Complex { 2 } else { 1 }
    }

    /// Appends the floats in these bytes, of whole elements. A number that is not finite is taken as it is.
    ///
    /// # Errors
    /// The first that `F` does not have.
    pub(super) fn take_floats<F: Real>(self, numbers: &mut Vec<F>, bytes: &[u8]) -> Result<(), Inexact> {
        let before = numbers.len();
        match usize::from(self.bytes) / self.parts() {
            2 => numbers
                .extend(words(bytes, self.big_endian).map(|word| F::of(half(u16::from_le_bytes(word))))),
            4 => numbers
                .extend(words(bytes, self.big_endian).map(|word| F::of(f64::from(f32::from_le_bytes(word))))),
            _ => {
                let mut inexact = None;
                for (at, word) in words(bytes, self.big_endian).enumerate() {
                    let value = f64::from_le_bytes(word);
                    let number = F::of(value);
                    // Compared as bits, so that the sign of a zero counts; nothing is compared of what is not finite.
                    if value.is_finite() && number.double().to_bits() != value.to_bits() {
                        inexact.get_or_insert(Inexact(before + at));
                    }
                    numbers.push(number);
                }
                return inexact.map_or(Ok(()), Err);
            }
        }
        Ok(())
    }

    /// Appends the integers in these bytes, of whole elements; one beyond 63 bits is -1, which nothing is.
    pub(super) fn take_integers(self, integers: &mut Vec<i64>, bytes: &[u8]) {
        let big = self.big_endian;
        match (self.class, self.bytes) {
            (Class::Signed, 1) => {
                integers.extend(words(bytes, big).map(|word| i64::from(i8::from_le_bytes(word))));
            }
            (Class::Signed, 2) => {
                integers.extend(words(bytes, big).map(|word| i64::from(i16::from_le_bytes(word))));
            }
            (Class::Signed, 4) => {
                integers.extend(words(bytes, big).map(|word| i64::from(i32::from_le_bytes(word))));
            }
            (Class::Signed, _) => integers.extend(words(bytes, big).map(i64::from_le_bytes)),
            (_, 1) => integers.extend(words(bytes, big).map(|word| i64::from(u8::from_le_bytes(word)))),
            (_, 2) => integers.extend(words(bytes, big).map(|word| i64::from(u16::from_le_bytes(word)))),
            (_, 4) => integers.extend(words(bytes, big).map(|word| i64::from(u32::from_le_bytes(word)))),
            _ => integers
                .extend(words(bytes, big).map(|word| i64::try_from(u64::from_le_bytes(word)).unwrap_or(-1))),
        }
    }
}

/// The bytes as words of `N`, each with its lowest byte first.
fn words<const N: usize>(bytes: &[u8], big_endian: bool) -> impl Iterator<Item = [u8; N]> {
    bytes.as_chunks().0.iter().map(move |&word| {
        let mut word: [u8; N] = word;
        if big_endian {
            word.reverse();
        }
        word
    })
}

/// A float16.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction > 0.0 => f64::NAN,
        31 => f64::INFINITY,
        _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    };
    sign * size
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "numbers that were never rounded")]
mod tests {
    use super::*;

    #[test]
    fn numpys_words_are_known_and_no_others() {
        for good in ["<c8", ">c16", "<f2", ">f4", "=f8", "|i1", "|u1", ">i2", "<u8"] {
            assert!(Dtype::of_numpy(good).is_some(), "{good}");
        }
        for bad in [
            "", "<", "c8", "<c4", "<c32", "<f16", "<f1", "|O", "|b1", "<U3", "<i16", "<f4 ", "<i8<i8",
            "<M8[s]",
        ] {
            assert!(Dtype::of_numpy(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn half_numbers_are_those_of_ieee_754() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65_504.0),
            (0x0400, 2_f64.powi(-14)),
            (0x0001, 2_f64.powi(-24)),
            (0x3555, 0.333_251_953_125),
            (0x7c00, f64::INFINITY),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert!(half(0x7e00).is_nan());
        assert!(half(0x8000) == 0.0 && half(0x8000).is_sign_negative());
    }

    #[test]
    fn a_number_that_would_be_rounded_is_found() {
        let double = Dtype::of_numpy("<f8").unwrap();
        let bytes: Vec<u8> = [0.5, -0.0, f64::NAN, 0.1, 1e300]
            .iter()
            .flat_map(|value: &f64| value.to_le_bytes())
            .collect();
        let mut short: Vec<f32> = vec![];
        assert_eq!(double.take_floats(&mut short, &bytes[..24]), Ok(()));
        assert_eq!(double.take_floats(&mut short, &bytes[24..]), Err(Inexact(3)));
        let mut long: Vec<f64> = vec![];
        assert_eq!(double.take_floats(&mut long, &bytes), Ok(()));
        assert_eq!(long[3..], [0.1, 1e300]);
    }

    #[test]
    fn an_integer_beyond_63_bits_is_none() {
        let mut integers = vec![];
        Dtype::of_numpy(">u8")
            .unwrap()
            .take_integers(&mut integers, &[0xff; 8]);
        Dtype::of_numpy(">i2")
            .unwrap()
            .take_integers(&mut integers, &[0xff, 0xfe, 1, 2]);
        assert_eq!(integers, [-1, -2, 258]);
    }
}
