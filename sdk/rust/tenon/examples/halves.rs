//! A column method: halves of numbers. `tour` calls it.

use tenon::{Batch, BatchBuffer, BatchOut, Call, Code, Error, Host, Plugin, Result};

pub struct Halves;

impl Plugin for Halves {
    fn new(_: Host, _: &Call) -> Result<Self> {
        Ok(Halves)
    }
    fn column(&self, _: &Call, method: u32, input: &Batch, output: &mut BatchOut) -> Result<()> {
        if method != 0 {
            return Err(Error::new(Code::NotFound, "there is no such method"));
        }
        let numbers = input.flat::<i64>("number")?;
        let names = input.text("name")?;
        let mut answer = BatchBuffer::new(input.rows());
        answer.flat("half", numbers.iter().map(|n| *n as f64 / 2.0).collect::<Vec<f64>>())?;
        answer.text("name", &names)?;
        output.write(&answer)
    }
}

tenon::plugin!(
    Halves,
    r#"{
  "manifest": 1,
  "id": "halves",
  "version": "0.1.0",
  "description": "Halves of numbers, in columns",
  "provides": [{
    "interface": "example.halves/1",
    "version": "1.0.0",
    "kind": "column",
    "methods": [{"name": "halve", "summary": "number i64, name text: half f64, name"}]
  }]
}"#
);
