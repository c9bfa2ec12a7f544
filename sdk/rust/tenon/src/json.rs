//! As much JSON as the host's own answers need: lists of keys, of providers.

use crate::{Code, Error, Result};

/// Deeper than anything that the host writes.
const DEEPEST: usize = 32;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(crate) fn list(&self) -> Result<&[Value]> {
        match self {
            Value::List(items) => Ok(items),
            other => Err(wrong("the answer", "a list", other)),
        }
    }
    pub(crate) fn as_text(&self) -> Result<String> {
        match self {
            Value::Text(text) => Ok(text.clone()),
            other => Err(wrong("an item", "a text", other)),
        }
    }
    /// The text under `key` of an object.
    pub(crate) fn text(&self, key: &str) -> Result<String> {
        match self.member(key) {
            Value::Text(text) => Ok(text.clone()),
            other => Err(wrong(key, "a text", other)),
        }
    }
    pub(crate) fn integer(&self, key: &str) -> Result<i64> {
        match self.member(key) {
            Value::Number(number) if number.fract() == 0.0 => Ok(*number as i64),
            other => Err(wrong(key, "a whole number", other)),
        }
    }
    fn member(&self, key: &str) -> &Value {
        let found = match self {
            Value::Object(members) => members.iter().find(|(name, _)| name == key),
            _ => None,
        };
        found.map_or(&Value::Null, |(_, value)| value)
    }
}

fn wrong(where_: &str, expected: &str, found: &Value) -> Error {
    let found = match found {
        Value::Null => "null or nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    };
    Error::new(Code::Internal, format!("{where_} is {found}, not {expected}"))
}

pub(crate) fn parse(text: &str) -> Result<Value> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0).ok_or_else(|| reader.broken())?;
    reader.skip_spaces();
    match reader.at == text.len() {
        true => Ok(value),
        false => Err(reader.broken()),
    }
}

/// A text as JSON.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn broken(&self) -> Error {
        Error::new(Code::Internal, format!("the answer is no JSON at byte {}", self.at))
    }
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }
    fn skip_spaces(&mut self) {
        let spaces = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        self.at = self.text.len() - self.rest().trim_start_matches(spaces).len();
    }
    /// Steps over `word` when it is next.
    fn take(&mut self, word: &str) -> Option<()> {
        self.skip_spaces();
        let there = self.rest().starts_with(word);
        self.at += if there { word.len() } else { 0 };
        there.then_some(())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_spaces();
        if depth == DEEPEST {
            return None;
        }
        match *self.rest().as_bytes().first()? {
            b'n' => self.take("null").map(|()| Value::Null),
            b't' => self.take("true").map(|()| Value::Bool(true)),
            b'f' => self.take("false").map(|()| Value::Bool(false)),
            b'"' => self.string().map(Value::Text),
            b'[' => self.items(("[", "]"), |reader| reader.value(depth + 1)).map(Value::List),
            b'{' => {
                let members = self.items(("{", "}"), |reader| {
                    let key = reader.string()?;
                    reader.take(":")?;
                    Some((key, reader.value(depth + 1)?))
                });
                members.map(Value::Object)
            }
            _ => self.number(),
        }
    }

    fn items<T>(
        &mut self,
        (open, close): (&str, &str),
        item: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut items = Vec::new();
        self.take(open)?;
        if self.take(close).is_some() {
            return Some(items);
        }
        loop {
            items.push(item(self)?);
            if self.take(",").is_none() {
                return self.take(close).map(|()| items);
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.rest();
        let part = |c: char| matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        let number = &rest[..rest.len() - rest.trim_start_matches(part).len()];
        let value = number.parse().ok()?;
        self.at += number.len();
        Some(Value::Number(value))
    }

    fn string(&mut self) -> Option<String> {
        self.take("\"")?;
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(['"', '\\'])?;
            out.push_str(&rest[..plain]);
            let escaped = rest[plain..].starts_with('\\');
            self.at += plain + 1;
            if !escaped {
                return Some(out);
            }
            out.push(self.escape()?);
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            _ => return None,
        })
    }
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first.into());
        }
        if !self.rest().starts_with("\\u") {
            return None;
        }
        self.at += 2;
        let second = self.unit()?;
        char::decode_utf16([first, second]).next()?.ok()
    }
    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4)?;
        // from_str_radix would take a sign.
        let unit = match digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            true => u16::from_str_radix(digits, 16).ok()?,
            false => return None,
        };
        self.at += 4;
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_kind_are_read() {
        let read = parse(r#" {"a": [1, -2.5e1, true, false, null], "b": {"c": ""}} "#).unwrap();
        let numbers = vec![
            Value::Number(1.0),
            Value::Number(-25.0),
            Value::Bool(true),
            Value::Bool(false),
            Value::Null,
        ];
        assert_eq!(read.member("a"), &Value::List(numbers));
        assert_eq!(read.member("b").text("c").unwrap(), "");
    }

    #[test]
    fn texts_come_back_as_they_were() {
        for text in ["", "plain", "\"\\\n\u{1}\u{7f}", "שלום 😀"] {
            assert_eq!(parse(&quote(text)).unwrap().as_text().unwrap(), text);
        }
        let escaped = r#""\u05e9\ud83d\ude00\/\b\f\r\t""#;
        assert_eq!(parse(escaped).unwrap().as_text().unwrap(), "ש😀/\u{8}\u{c}\r\t");
    }

    #[test]
    fn what_is_no_json_is_refused_and_never_a_panic() {
        let deep = "[".repeat(100_000);
        for bad in [
            "",
            "[",
            "[1",
            "[1,]",
            "{\"a\"}",
            "{1:2}",
            "\"",
            "\"\\",
            "\"\\u",
            "\"\\ud83d\"",
            "\"\\ud83dx\"",
            "\"\\ud83d\\u0041\"",
            "\"\\u+041\"",
            "nul",
            "1 2",
            "+-",
            "é",
            &deep,
        ] {
            assert_eq!(parse(bad).unwrap_err().code, Code::Internal, "{bad}");
        }
    }

    #[test]
    fn a_member_of_another_kind_is_named() {
        let error = parse(r#"{"state": 7}"#).unwrap().text("state").unwrap_err();
        assert_eq!(error.message, "state is a number, not a text");
    }
}
