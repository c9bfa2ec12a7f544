//! Topics of events and their patterns, as `tenon/events.h` has them.

use crate::json;
use crate::raw::*;
use crate::{Code, Error, Result};

const MOST_WORDS: usize = 16;
const HOST: &str = "tenon.";

fn is_plain(word: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    !word.is_empty() && word.chars().all(fits)
}

pub(super) fn check_topic(topic: &str) -> Result<()> {
    check(topic, "topic", |_, word| is_plain(word))
}

pub(super) fn check_pattern(pattern: &str) -> Result<()> {
    let last = pattern.split('.').count() - 1;
    check(pattern, "pattern", |i, word| {
        is_plain(word) || word == "*" || (word == "**" && i == last)
    })
}

fn check(text: &str, what: &str, fits: impl Fn(usize, &str) -> bool) -> Result<()> {
    let words = text.split('.').count();
    let whole = text.len() <= TN_EVENT_TOPIC_MAX as usize && words <= MOST_WORDS;
    if whole && text.split('.').enumerate().all(|(i, word)| fits(i, word)) {
        return Ok(());
    }
    let why = "expected words of a-z, 0-9, _ and - with dots between them";
    Err(Error::new(Code::Invalid, format!("the {what} {text:?} is none; {why}")).at(what))
}

pub(super) fn check_data(data: &str) -> Result<()> {
    if data.len() > TN_EVENT_DATA_MAX as usize {
        let why = format!("the data of an event has {} bytes, too many", data.len());
        return Err(Error::new(Code::TooLarge, why).at("data"));
    }
    let no_json = |_| Error::new(Code::Invalid, "the data of an event is no JSON").at("data");
    json::parse(data).map(drop).map_err(no_json)
}

pub(super) fn matches(pattern: &str, topic: &str) -> bool {
    if topic.starts_with(HOST) && !pattern.starts_with(HOST) {
        return false;
    }
    let (mut wanted, mut words) = (pattern.split('.'), topic.split('.'));
    loop {
        match (wanted.next(), words.next()) {
            (None, None) => return true,
            (Some("**"), Some(_)) => return true,
            (Some(want), Some(word)) if want == "*" || want == word => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_word_and_two_are_the_rest() {
        let cases = [
            ("a.b", "a.b", true),
            ("a.b", "a.c", false),
            ("a.*", "a.b", true),
            ("a.*", "a.b.c", false),
            ("a.**", "a.b.c", true),
            ("a.**", "a", false),
            ("*", "a", true),
            ("**", "tenon.provider", false),
            ("tenon.*", "tenon.provider", true),
        ];
        for (pattern, topic, expected) in cases {
            assert_eq!(matches(pattern, topic), expected, "{pattern} {topic}");
        }
    }

    #[test]
    fn topics_and_patterns_have_their_form() {
        for bad in ["", ".", "a..b", "A", "a b", "*", "a.**", &"a.".repeat(16), &"a".repeat(201)] {
            assert_eq!(check_topic(bad).unwrap_err().code, Code::Invalid, "{bad}");
        }
        check_topic("shop.order-1.created_2").unwrap();
        check_pattern("shop.*.**").unwrap();
        check_pattern("**.shop").unwrap_err();
        assert_eq!(check_data("{").unwrap_err().path, "data");
    }
}
