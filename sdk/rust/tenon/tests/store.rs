//! The store's face: statements, rows, transactions.

use tenon::testing::{Answer, Fault, Host};
use tenon::{params, Call, Code, Migration, Mode, Result, Rows, SqlParam, SqlValue, Store};

fn people() -> Host {
    let host = Host::new();
    host.on_sql("SELECT", |_| {
        let ada = vec!["Ada".into(), 36.into(), 1.5.into(), SqlValue::Null, vec![1u8, 2].into()];
        let bob = vec!["Bob".into(), 7.into(), 2.into(), "x".into(), SqlValue::Null];
        Ok(Answer::rows(&["name", "age", "size", "note", "photo"], vec![ada, bob]))
    });
    host.on_sql("INSERT", |statement| match statement.params.first() {
        Some(SqlValue::Text(name)) if name == "nobody" => {
            Err(tenon::Error::new(Code::Conflict, "there is one already").at("name"))
        }
        _ => Ok(Answer::Changed(1)),
    });
    host
}

fn steps(host: &Host) -> Vec<(String, bool)> {
    host.statements().into_iter().map(|one| (one.sql, one.transaction != 0)).collect()
}

fn with_store<T>(host: &Host, body: impl FnOnce(&Store, &Call) -> Result<T>) -> Result<T> {
    host.with_face(|face, call| body(&Store::new(face), call))
}

#[test]
fn rows_are_read_by_name_and_type() {
    let rows = with_store(&people(), |store, call| store.query(call, "SELECT 1", &[])).unwrap();
    assert_eq!((rows.len(), rows.columns().len(), rows.is_empty()), (2, 5, false));
    let ada = rows.get(0).unwrap();
    assert_eq!(ada.get::<&str>("name").unwrap(), "Ada");
    assert_eq!(ada.get::<i64>("age").unwrap(), 36);
    assert_eq!(ada.get::<f64>("size").unwrap(), 1.5);
    assert_eq!(ada.get::<Option<String>>("note").unwrap(), None);
    assert_eq!(ada.get::<&[u8]>("photo").unwrap(), [1, 2]);
    assert!(rows.get(2).is_none());
    let sizes: Result<Vec<f64>> = rows.iter().map(|row| row.get("size")).collect();
    assert_eq!(sizes.unwrap(), [1.5, 2.0]); // an integer is a number
}

#[test]
fn a_value_of_another_type_is_an_error_that_names_column_row_and_type() {
    let rows = with_store(&people(), |store, call| store.query(call, "SELECT 1", &[])).unwrap();
    let bob = rows.get(1).unwrap();
    let error = bob.get::<i64>("name").unwrap_err();
    assert_eq!(error.message, "column name of row 1 is text, not an integer");
    assert_eq!((error.code, error.path.as_str()), (Code::Invalid, "name"));
    assert_eq!(
        bob.get::<&[u8]>("photo").unwrap_err().message,
        "column photo of row 1 is NULL, not bytes"
    );
    let missing = bob.get::<i64>("agee").unwrap_err().message;
    assert_eq!(missing, "there is no column agee in the rows, but name, age, size, note, photo");
}

#[test]
fn parameters_of_every_kind_arrive() {
    let host = people();
    let (text, bytes, value) = ("t".to_string(), vec![9u8], SqlValue::Real(0.5));
    let changed = with_store(&host, |store, call| {
        let all = params![
            1u8,
            -2i64,
            true,
            2.5,
            "s",
            &text,
            &bytes,
            &bytes[..],
            &value,
            None::<i64>,
            Some("o"),
            SqlParam::NULL
        ];
        store.execute(call, "INSERT", all)
    });
    assert_eq!(changed.unwrap(), 1);
    let expected: Vec<SqlValue> = vec![
        1.into(),
        (-2).into(),
        1.into(),
        2.5.into(),
        "s".into(),
        "t".into(),
        vec![9u8].into(),
        vec![9u8].into(),
        0.5.into(),
        SqlValue::Null,
        "o".into(),
        SqlValue::Null,
    ];
    assert_eq!(host.statements()[0].params, expected);
}

#[test]
fn migrations_arrive_in_their_order() {
    let host = people();
    const STEPS: &[Migration] = &[
        Migration::new(1, "people", "CREATE TABLE {people} (name TEXT)"),
        Migration { version: 2, name: "age", sqlite: "ALTER 2", postgres: "ALTER 2 B" },
    ];
    with_store(&host, |store, call| store.migrate(call, STEPS)).unwrap();
    assert_eq!(host.statements()[1].sql, "ALTER 2");
    let twice = with_store(&host, |store, call| store.migrate(call, &[STEPS[0], STEPS[0]]));
    assert_eq!(twice.unwrap_err().message, "step 2 has the version 1");
}

#[test]
fn a_transaction_is_rolled_back_unless_committed() {
    let host = people();
    with_store(&host, |store, call| {
        let transaction = store.begin(call, Mode::Write)?;
        transaction.execute("INSERT 1", params!["Ada"])?;
        transaction.commit()?;
        let reading = store.begin(call, Mode::Read)?;
        reading.query("SELECT 2", &[])?;
        drop(reading);
        let failing = store.begin(call, Mode::Write)?;
        failing.execute("INSERT 3", params!["nobody"])?;
        failing.commit()
    })
    .unwrap_err();
    let expected = [
        "BEGIN WRITE",
        "INSERT 1",
        "COMMIT",
        "BEGIN READ",
        "SELECT 2",
        "ROLLBACK",
        "BEGIN WRITE",
        "INSERT 3",
        "ROLLBACK",
    ];
    assert_eq!(steps(&host), expected.map(|sql| (sql.to_string(), true)));
}

#[test]
fn a_panic_rolls_back_as_well() {
    let host = people();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        with_store(&host, |store, call| {
            let _transaction = store.begin(call, Mode::Write)?;
            panic!("on the way");
            #[allow(unreachable_code)]
            Ok(())
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(steps(&host).last().unwrap().0, "ROLLBACK");
}

#[test]
fn a_transaction_that_is_forgotten_ends_with_its_call() {
    let host = people();
    with_store(&host, |store, call| {
        std::mem::forget(store.begin(call, Mode::Write)?);
        Ok(())
    })
    .unwrap();
    assert_eq!(steps(&host).last().unwrap().0, "ROLLBACK");
}

#[test]
fn a_commit_that_fails_ends_the_transaction() {
    let host = people();
    host.fail("store.commit", Code::Unavailable, Fault::default());
    let error = with_store(&host, |store, call| store.begin(call, Mode::Write)?.commit());
    assert_eq!(error.unwrap_err().code, Code::Unavailable);
    assert_eq!(host.calls("store.rollback"), 0);
}

#[test]
fn many_rows_go_with_one_statement_all_or_nothing() {
    let host = people();
    with_store(&host, |store, call| {
        let transaction = store.begin(call, Mode::Write)?;
        let rows = [["a".into(), 1.into()], ["b".into(), SqlParam::NULL]];
        transaction.execute_many("INSERT", &rows)?;
        transaction.execute_many::<2>("INSERT", &[])?;
        transaction.commit()
    })
    .unwrap();
    let params: Vec<_> = host.statements().into_iter().map(|one| one.params).collect();
    assert_eq!(params[1..3], [vec!["a".into(), 1.into()], vec!["b".into(), SqlValue::Null]]);
    assert_eq!(params.len(), 4);
}

#[test]
fn the_stores_error_passes_and_an_answer_of_the_wrong_kind_is_one() {
    let host = people();
    let refused = with_store(&host, |store, call| store.execute(call, "INSERT", params!["nobody"]));
    assert_eq!(
        refused.unwrap_err(),
        tenon::Error::new(Code::Conflict, "there is one already").at("name")
    );
    let wrong = with_store(&host, |store, call| store.execute(call, "SELECT", &[]));
    assert_eq!(wrong.unwrap_err().code, Code::Invalid);
    let unknown = with_store(&host, |store, call| store.query(call, "DROP", &[])).unwrap_err();
    assert_eq!(unknown.message, "the test scripts no answer to \"DROP\"");
}

#[test]
fn bytes_that_are_no_whole_result_are_refused() {
    let mut whole = vec![1, 0, 0, 0, 1, 0, 0, 0, b'n'];
    whole.extend([1, 7, 0, 0, 0, 0, 0, 0, 0, 3, 2, 0, 0, 0, b'h', b'i', 0]);
    let rows = Rows::decode(&whole).unwrap();
    let values: Vec<SqlValue> = rows.iter().flat_map(|row| row.values().to_vec()).collect();
    assert_eq!(values, [7.into(), "hi".into(), SqlValue::Null]);
    let ends = [9, 18, 25, 26]; // where a row ends
    for size in 0..whole.len() {
        let read = Rows::decode(&whole[..size]);
        assert_eq!(read.is_ok(), ends.contains(&size), "{size}");
        assert!(read.is_ok() || read.unwrap_err().code == Code::DataLoss);
    }
    for broken in [
        &[0, 0, 0, 0, 1][..],                           // a row without columns
        &[1, 0, 0, 0, 0, 0, 0, 0, 9],                   // an unknown type
        &[255, 255, 255, 255],                          // too many columns
        &[1, 0, 0, 0, 255, 255, 255, 255],              // a name longer than the rest
        &[1, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 0, 0xff], // text that is not UTF-8
    ] {
        assert_eq!(Rows::decode(broken).unwrap_err().code, Code::DataLoss, "{broken:?}");
    }
}
