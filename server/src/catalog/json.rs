//! JSON as Python writes and reads it, of which little is kept: the figures, texts and words of the outermost object, and those
//! of the objects right in it.
//!
//! Beyond the standard it takes NaN, Infinity and -Infinity, numbers of any length, lone surrogates, and lists in lists as deep
//! as they come. Nothing recurses and nothing that is passed over is stored, so that a history of a million losses costs its
//! reading alone. The last of equal keys wins, as in Python and in `serde_json`.

use atheria_shared::cause::{Expected, JsonFault};
use atheria_shared::limits::{CONFIG_DEPTH, CONFIG_KEYS, CONFIG_TEXT_BYTES};

/// A value, as far as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// As it is written: a number may be longer than any of ours.
    Number(String),
    /// Its first [`CONFIG_TEXT_BYTES`].
    Text(String),
    /// Whatever is in it.
    List,
    /// Its keys, if it lies in the outermost object; none of one that lies deeper.
    Object(Object),
}

/// Keys and values, in order, each key once.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Object(Vec<(String, Value)>);

impl Object {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.iter()
            .find_map(|(there, value)| (there == key).then_some(value))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Keeps the last of equal keys, at the place of the first.
    fn from_all(all: Vec<(String, Value)>) -> Self {
        let mut places = std::collections::HashMap::new();
        let mut kept: Vec<(String, Value)> = Vec::new();
        for (key, value) in all {
            let place = places.get(&key).copied();
            if let Some(there) = place.and_then(|place: usize| kept.get_mut(place)) {
                there.1 = value;
            } else {
                places.insert(key.clone(), kept.len());
                kept.push((key, value));
            }
        }
        Self(kept)
    }
}

/// The outermost object of a text.
pub(super) fn read(text: &str) -> Result<Object, JsonFault> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(2)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.wrong(Expected::End));
    }
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(JsonFault::NotAnObject),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The next byte that is no blank.
    fn next(&mut self) -> Option<u8> {
        self.blanks();
        self.peek()
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.rest().starts_with(word);
        if there {
            self.at += word.len();
        }
        there
    }

    fn wrong(&self, expected: Expected) -> JsonFault {
        let before = self.text.get(..self.at).unwrap_or_default();
        if self.at >= self.text.len() {
            return JsonFault::End { expected };
        }
        let line_starts = before.rfind('\n').map_or(0, |at| at + 1);
        JsonFault::Syntax {
            line: 1 + before.matches('\n').count(),
            column: 1 + before.get(line_starts..).unwrap_or_default().chars().count(),
            expected,
        }
    }

    /// A value, and what is in it for so many objects deep. It calls itself no more often than that.
    fn value(&mut self, kept: u8) -> Result<Value, JsonFault> {
        match self.next() {
            Some(b'{') if kept > 0 => self.object(kept - 1).map(Value::Object),
            Some(open @ (b'{' | b'[')) => {
                self.pass_over()?;
                Ok(if open == b'{' {
                    Value::Object(Object::default())
                } else {
                    Value::List
                })
            }
            Some(b'"') => self.text(CONFIG_TEXT_BYTES).map(Value::Text),
            _ => self.scalar(),
        }
    }

    fn object(&mut self, kept: u8) -> Result<Object, JsonFault> {
        let mut all = Vec::new();
        self.at += 1;
        if self.next() == Some(b'}') {
            self.at += 1;
            return Ok(Object::default());
        }
        loop {
            let key = self.key()?;
            let value = self.value(kept)?;
            if all.len() >= CONFIG_KEYS {
                return Err(JsonFault::Keys);
            }
            all.push((key, value));
            match self.next() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Object::from_all(all));
                }
                _ => return Err(self.wrong(Expected::CommaOrBrace)),
            }
        }
    }

    /// A key and the colon after it.
    fn key(&mut self) -> Result<String, JsonFault> {
        if self.next() != Some(b'"') {
            return Err(self.wrong(Expected::Key));
        }
        let key = self.text(CONFIG_TEXT_BYTES)?;
        if self.next() != Some(b':') {
            return Err(self.wrong(Expected::Colon));
        }
        self.at += 1;
        Ok(key)
    }

    /// Whatever lies in a list or an object, and its end.
    fn pass_over(&mut self) -> Result<(), JsonFault> {
        // What has been opened and not been closed: true for an object.
        let mut open: Vec<bool> = Vec::new();
        loop {
            // A value begins here.
            match self.next() {
                Some(bracket @ (b'{' | b'[')) => {
                    if open.len() >= CONFIG_DEPTH {
                        return Err(JsonFault::Depth);
                    }
                    self.at += 1;
                    let object = bracket == b'{';
                    if self.next() != Some(if object { b'}' } else { b']' }) {
                        open.push(object);
                        if object {
                            self.key()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                Some(b'"') => {
                    self.text(0)?;
                }
                _ => {
                    self.scalar()?;
                }
            }
            // It has ended, and with it perhaps those around it.
            loop {
                let Some(&object) = open.last() else { return Ok(()) };
                match (self.next(), object) {
                    (Some(b','), _) => {
                        self.at += 1;
                        if object {
                            self.key()?;
                        }
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        open.pop();
                    }
                    (_, true) => return Err(self.wrong(Expected::CommaOrBrace)),
                    (_, false) => return Err(self.wrong(Expected::CommaOrBracket)),
                }
            }
        }
    }

    fn scalar(&mut self) -> Result<Value, JsonFault> {
        for (word, value) in [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
        ] {
            if self.take(word) {
                return Ok(value);
            }
        }
        for word in ["NaN", "Infinity", "-Infinity"] {
            if self.take(word) {
                return Ok(Value::Number(word.to_owned()));
            }
        }
        self.number().map(|number| {
            let end = number.floor_char_boundary(CONFIG_TEXT_BYTES);
            Value::Number(number.get(..end).unwrap_or_default().to_owned())
        })
    }

    fn number(&mut self) -> Result<&'a str, JsonFault> {
        let start = self.at;
        self.take("-");
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(Expected::Digit)?,
            _ => return Err(self.wrong(Expected::Value)),
        }
        if self.take(".") {
            self.digits(Expected::Digit)?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits(Expected::Digit)?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// One digit or more.
    fn digits(&mut self, expected: Expected) -> Result<(), JsonFault> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.wrong(expected));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    /// A text in double quotes, of which so many bytes are kept.
    fn text(&mut self, keep_bytes: usize) -> Result<String, JsonFault> {
        let mut text = String::new();
        let mut keep = |more: &str| {
            let room = keep_bytes.saturating_sub(text.len());
            text.push_str(more.get(..more.floor_char_boundary(room)).unwrap_or_default());
        };
        self.at += 1;
        loop {
            let rest = self.rest();
            let plain = rest
                .bytes()
                .position(|byte| byte == b'"' || byte == b'\\' || byte < b' ')
                .unwrap_or(rest.len());
            keep(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    let c = self.escaped()?;
                    keep(c.encode_utf8(&mut [0; 4]));
                }
                _ => return Err(self.wrong(Expected::Quote)),
            }
        }
    }

    /// What a backslash stands for. A surrogate without its other half is no character: it becomes U+FFFD.
    fn escaped(&mut self) -> Result<char, JsonFault> {
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.wrong(Expected::Escape)),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, JsonFault> {
        let first = self.four_digits()?;
        if (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.four_digits()?;
            if let Some(Ok(c)) = char::decode_utf16([first, second]).next() {
                return Ok(c);
            }
            // Two that do not belong together: the second is read by itself.
            self.at = before;
        }
        Ok(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Result<u16, JsonFault> {
        let digits = self
            .rest()
            .get(..4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.wrong(Expected::HexDigits))?;
        self.at += 4;
        Ok(digits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same of what `serde_json` reads.
    fn kept(value: &serde_json::Value, depth: u8) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(word) => Value::Bool(*word),
            serde_json::Value::Number(number) => Value::Number(number.to_string()),
            serde_json::Value::String(text) => Value::Text(text.clone()),
            serde_json::Value::Array(_) => Value::List,
            serde_json::Value::Object(_) if depth == 0 => Value::Object(Object::default()),
            serde_json::Value::Object(map) => Value::Object(Object(
                map.iter()
                    .map(|(key, value)| (key.clone(), kept(value, depth - 1)))
                    .collect(),
            )),
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(|f| serde_json::json!(f)),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec((any::<String>(), inner), 0..6)
                    .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_valid_is_read_as_serde_json_reads_it(
            pairs in prop::collection::vec((any::<String>(), any_json()), 0..6),
            pretty: bool,
        ) {
            let json = serde_json::Value::Object(pairs.into_iter().collect());
            let text = if pretty {
                serde_json::to_string_pretty(&json).unwrap()
            } else {
                json.to_string()
            };
            prop_assert_eq!(Value::Object(read(&text).unwrap()), kept(&json, 2));
        }

        #[test]
        fn what_serde_json_takes_is_taken(text in r#"[{}\[\]",:a0-9eE.+\\ un/-]{0,24}"#) {
            let text = format!("{{\"a\":{text}}}");
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            match read(&text) {
                // Numbers beyond theirs are ours alone.
                Ok(_) => {}
                Err(error) => prop_assert!(theirs.is_err(), "{} {}", text, error),
            }
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = read(&text);
            let _ = read(&format!("{{\"a\": \"{text}"));
        }
    }

    fn value(json: &str) -> Value {
        read(&format!("{{\"a\": {json}}}"))
            .unwrap()
            .get("a")
            .unwrap()
            .clone()
    }

    #[test]
    fn python_writes_more_than_json_has() {
        for number in [
            "NaN",
            "Infinity",
            "-Infinity",
            "123456789012345678901234567890",
            "1e400",
            "-0.5E-3",
        ] {
            assert_eq!(value(number), Value::Number(number.into()));
        }
        assert_eq!(
            value(r#""\ud800x\udc00""#),
            Value::Text("\u{fffd}x\u{fffd}".into())
        );
        assert_eq!(
            value(r#""\ud83c\udf38\ud83c\u0041""#),
            Value::Text("🌸\u{fffd}A".into())
        );
        assert_eq!(value(r#"{"b": [{"c": 1}], "d": {"e": 2}}"#), {
            let inner = ("d".to_owned(), Value::Object(Object::default()));
            Value::Object(Object(vec![("b".to_owned(), Value::List), inner]))
        });
    }

    #[test]
    fn the_last_of_equal_keys_wins() {
        let read = read(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
        let all: Vec<_> = read.iter().map(|(key, _)| key).collect();
        assert_eq!(all, ["a", "b"]);
        assert_eq!(read.get("a"), Some(&Value::Number("3".into())));
    }

    #[test]
    fn depth_and_length_cost_no_stack_and_are_limited() {
        for depth in [200, 5_000, CONFIG_DEPTH] {
            let lists = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            assert_eq!(value(&lists), Value::List);
        }
        let too_deep = format!("{{\"a\": {}", "[".repeat(CONFIG_DEPTH + 1));
        assert_eq!(read(&too_deep), Err(JsonFault::Depth));
        let history = format!("[{}0.1]", "0.125, ".repeat(200_000));
        assert_eq!(value(&history), Value::List);
        let long = "x".repeat(CONFIG_TEXT_BYTES + 1);
        assert_eq!(value(&format!("\"{long}\"")), Value::Text(long[1..].to_owned()));
        let keys = |count: usize| {
            let keys: Vec<String> = (0..count).map(|n| format!("\"{n}\": 0")).collect();
            read(&format!("{{{}}}", keys.join(",")))
        };
        assert!(keys(CONFIG_KEYS).is_ok());
        assert_eq!(keys(CONFIG_KEYS + 1), Err(JsonFault::Keys));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let messages = [
            "{",
            "[]",
            "7",
            "{}x",
            "{\"a\" 1}",
            "{\n  \"a\": 1,\n}",
            "{\"a\": 01}",
            "{\"a\": [1 2]}",
            "{\"a\": [1, 2}",
            "{'a': 1}",
            "{\"a\": \"x\ny\"}",
            "{\"a\": \"\\x\"}",
            "{\"a\": \"\\u12g4\"}",
            "{\"a\": True}",
            "{\"a\": \"b",
        ]
        .map(|text| read(text).unwrap_err().to_string());
        insta::assert_json_snapshot!(messages);
    }
}
