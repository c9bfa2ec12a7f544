//! The state's face.

use tenon::testing::{Fault, Host};
use tenon::{Call, Code, Entry, Result, State};

fn with_state<T>(host: &Host, body: impl FnOnce(&State, &Call) -> Result<T>) -> Result<T> {
    host.with_face(|face, call| body(&State::new(face), call))
}

#[test]
fn values_are_kept_with_a_version() {
    let host = Host::new();
    with_state(&host, |state, call| {
        assert_eq!(state.get(call, "k")?, None);
        state.put(call, "k", "one")?;
        state.put(call, "k", [2u8, 0])?;
        assert_eq!(state.get(call, "k")?, Some(Entry { value: vec![2, 0], version: 2 }));
        state.remove(call, "k")?;
        state.remove(call, "k")?;
        assert_eq!(state.get(call, "k")?, None);
        Ok(())
    })
    .unwrap();
    host.set_state("k", "seen");
    assert_eq!(host.state("k").unwrap(), b"seen");
}

#[test]
fn a_write_against_another_version_is_a_conflict() {
    let host = Host::new();
    with_state(&host, |state, call| {
        state.put_if(call, "k", "one", 0)?;
        let again = state.put_if(call, "k", "two", 0).unwrap_err();
        assert_eq!((again.code, again.path.as_str()), (Code::Conflict, "k"));
        state.put_if(call, "k", "two", 1)?;
        state.remove(call, "k")?;
        state.put_if(call, "k", "three", 0)
    })
    .unwrap();
    assert_eq!(host.state("k").unwrap(), b"three");
}

#[test]
fn keys_are_listed_by_pages() {
    let host = Host::new();
    for key in ["b", "a/1", "a/\"2\"", "a/3", "a/ש"] {
        host.set_state(key, "");
    }
    let keys = |after: &str, limit| {
        with_state(&host, |state, call| state.list(call, "a/", after, limit)).unwrap()
    };
    assert_eq!(keys("", 100), ["a/\"2\"", "a/1", "a/3", "a/ש"]);
    assert_eq!(keys("a/1", 1), ["a/3"]);
    assert_eq!(keys("a/ש", 1), [""; 0]);
}

#[test]
fn a_failure_is_not_taken_for_an_absent_key() {
    let host = Host::new();
    host.fail("state.get", Code::Unavailable, Fault { times: 1, ..Fault::default() });
    let get = || with_state(&host, |state, call| state.get(call, "k"));
    assert_eq!(get().unwrap_err().code, Code::Unavailable);
    assert_eq!(get().unwrap(), None);
}

#[test]
fn a_key_that_is_none_is_refused() {
    for key in ["", &"k".repeat(513)] {
        let put = with_state(&Host::new(), |state, call| state.put(call, key, ""));
        assert_eq!(put.unwrap_err().code, Code::Invalid);
    }
}
