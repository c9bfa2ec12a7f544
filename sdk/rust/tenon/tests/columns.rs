//! Batches: typed access, column methods, calls of those of other plugins.

use tenon::testing::{Fault, Host as TestHost, Running};
use tenon::{Batch, BatchBuffer, BatchOut, Call, Code, Columns, Error, Host, Plugin, Result};

struct Doubler {
    host: Host,
}

const DOUBLE: u32 = 0;
const PANIC: u32 = 1;
const FAIL_AFTER_ONE: u32 = 2;
const ASK: u32 = 3;

impl Plugin for Doubler {
    fn new(host: Host, _: &Call) -> Result<Self> {
        Ok(Doubler { host })
    }
    fn column(&self, call: &Call, method: u32, input: &Batch, out: &mut BatchOut) -> Result<()> {
        match method {
            DOUBLE | FAIL_AFTER_ONE => {
                let doubled: Vec<i64> =
                    input.flat::<i64>("price")?.iter().map(|price| 2 * price).collect();
                let mut batch = BatchBuffer::new(input.rows());
                batch.flat("price", doubled)?;
                batch.text("name", &input.text("name")?)?;
                out.write(&batch)?;
                match method {
                    FAIL_AFTER_ONE => Err(Error::new(Code::Limit, "one is enough")),
                    _ => Ok(()),
                }
            }
            PANIC => panic!("in a column method"),
            ASK => {
                let method = self.host.method(call, "acme.halves/1", "halve")?;
                let copy = BatchBuffer::copy(input)?;
                let halves = Columns::new(&self.host).call(call, &method, &copy)?;
                halves.iter().try_for_each(|batch| out.write(batch))
            }
            _ => Err(Error::new(Code::NotFound, "no such method")),
        }
    }
}

fn prices(prices: &[i64]) -> BatchBuffer {
    let mut batch = BatchBuffer::new(prices.len());
    batch.flat("price", prices).unwrap();
    let names: Vec<String> = prices.iter().map(|price| format!("ש{price}")).collect();
    batch.text("name", &names).unwrap();
    batch
}

fn doubler() -> Running<Doubler> {
    let host = TestHost::new();
    host.provide_columns("acme.halves/1", "halve", |input| {
        let halves: Vec<i64> = input.flat::<i64>("price")?.iter().map(|price| price / 2).collect();
        let mut batch = BatchBuffer::new(input.rows());
        batch.flat("half", halves)?;
        Ok(vec![batch.clone(), batch])
    });
    host.provide("acme.halves/1", "as_text", |_| Ok("1".to_string()));
    Running::start(&host).unwrap()
}

#[test]
fn a_column_method_takes_a_batch_and_writes_batches() {
    let answers = doubler().batch(DOUBLE, &prices(&[1, 2, 3])).unwrap();
    assert_eq!(answers.len(), 1);
    let answer = answers[0].batch();
    assert_eq!(answer.flat::<i64>("price").unwrap(), [2, 4, 6]);
    assert_eq!(answer.text("name").unwrap(), ["ש1", "ש2", "ש3"]);
    assert_eq!(answer.names().collect::<Vec<_>>(), ["price", "name"]);
    assert_eq!(doubler().batch(DOUBLE, &prices(&[])).unwrap()[0].rows(), 0);
}

#[test]
fn a_column_that_is_missing_or_of_another_type_is_named() {
    let mut batch = BatchBuffer::new(2);
    batch.flat("price", [1.0, 2.0]).unwrap();
    batch.ragged::<u32>("tags", [7, 8, 9], [0, 1, 3]).unwrap();
    let view = batch.batch();
    let cases = [
        (view.flat::<i64>("price").err(), "column price is of type f64, not i64"),
        (view.flat::<u8>("prize").err(), "column prize is missing"),
        (view.flat::<u32>("tags").err(), "column tags is not one element a row"),
        (view.ragged::<f64>("price").err(), "column price has no offsets"),
        (view.text("tags").err(), "column tags is of type u32, not u8"),
    ];
    for (found, expected) in cases {
        let found = found.unwrap();
        assert_eq!((found.code, found.message.as_str()), (Code::Invalid, expected));
        assert!(expected.contains(&found.path));
    }
}

#[test]
fn ragged_columns_have_a_slice_for_each_row() {
    let mut batch = BatchBuffer::new(3);
    batch.ragged::<u32>("tags", vec![7, 8, 9], vec![0, 1, 1, 3]).unwrap();
    let view = batch.batch();
    let tags = view.ragged::<u32>("tags").unwrap();
    assert_eq!((tags.rows(), &tags[0], &tags[1], &tags[2]), (3, &[7][..], &[][..], &[8, 9][..]));
    assert_eq!(tags.iter().map(<[u32]>::len).collect::<Vec<_>>(), [1, 0, 2]);
}

#[test]
fn text_that_is_not_utf8_is_named_with_its_row() {
    let mut batch = BatchBuffer::new(2);
    batch.ragged::<u8>("name", *b"ab\xff", [0, 1, 3]).unwrap();
    let error = batch.batch().text("name").unwrap_err();
    assert_eq!(error.message, "column name row 1 is not UTF-8 at byte 1");
    assert_eq!(error.path, "name[1]");
}

#[test]
fn a_buffer_takes_no_column_that_does_not_fit() {
    let mut batch = BatchBuffer::new(2);
    batch.flat("a", [1u8, 2]).unwrap();
    let cases = [
        (batch.flat("b", [1u8]), "column b has 1 elements in a batch of 2 rows"),
        (batch.flat("a", [1i32, 2]), "column a is there twice"),
        (batch.text("c", &["x"]), "column c has 2 offsets in a batch of 2 rows, not one more"),
        (
            batch.ragged("d", [1u64], [0, 1]),
            "column d has 2 offsets in a batch of 2 rows, not one more",
        ),
        (batch.ragged("e", [1u64], [1, 1, 1]), "column e row 0 begins at element 1, not at 0"),
        (batch.ragged("f", [1u64], [0, 1, 0]), "column f row 1 spans the elements 1 to 0 of 1"),
        (batch.ragged("g", [1u64], [0, 0, 2]), "column g row 1 spans the elements 0 to 2 of 1"),
        (
            BatchBuffer::new(usize::MAX).ragged("h", [1u64], []),
            "column h has 0 offsets in a batch of 18446744073709551615 rows, not one more",
        ),
    ];
    for (refused, expected) in cases {
        assert_eq!(refused.unwrap_err().message, expected);
    }
    for i in 1..4096 {
        batch.flat(&format!("n{i}"), [0u8, 0]).unwrap();
    }
    let many = batch.flat("last", [0u8, 0]).unwrap_err().message;
    assert_eq!(many, "column last is one too many: a batch has at most 4096 columns");
}

#[test]
fn a_panic_or_an_error_in_a_column_method_is_the_calls() {
    let plugin = doubler();
    let panicked = plugin.batch(PANIC, &prices(&[1])).unwrap_err();
    assert_eq!(panicked, Error::new(Code::Internal, "panicked: in a column method"));
    assert_eq!(plugin.batch(FAIL_AFTER_ONE, &prices(&[1])).unwrap_err().code, Code::Limit);
    assert_eq!(plugin.batch(9, &prices(&[1])).unwrap_err().code, Code::NotFound);
    assert_eq!(plugin.batch(DOUBLE, &prices(&[4])).unwrap().len(), 1);
}

#[test]
fn column_methods_of_other_plugins_answer_or_fail_with_their_own_error() {
    let plugin = doubler();
    let answers = plugin.batch(ASK, &prices(&[10, 20])).unwrap();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[1].batch().flat::<i64>("half").unwrap(), [5, 10]);
    let without = BatchBuffer::new(1);
    assert_eq!(plugin.batch(ASK, &without).unwrap_err().message, "column price is missing");
    plugin.host().fail("column.call", Code::Unavailable, Fault::default());
    assert_eq!(plugin.batch(ASK, &prices(&[1])).unwrap_err().code, Code::Unavailable);
}

#[test]
fn a_method_of_the_other_kind_is_refused() {
    let plugin = doubler();
    let called = plugin.host().with_face(|face, call| {
        let text = face.method(call, "acme.halves/1", "as_text")?;
        Columns::new(face).call(call, &text, &prices(&[1]))
    });
    assert_eq!(called.unwrap_err().code, Code::Unsupported);
}
