//! Complaints from files: staged in batches while the file is read, published in one transaction.

use firsthand_domain::award::BookAward;
use firsthand_domain::complaint::Complaint;
use firsthand_domain::customer::Complainant;
use firsthand_domain::id::{ComplaintId, StaffId};
use firsthand_domain::import::ImportedComplaint;
use firsthand_domain::money::{Currency, Money};
use firsthand_domain::verb::Verb;
use firsthand_domain::{Known, Refusal};
use uuid::Uuid;

use crate::complaints::{Words, decide, history, take_in};
use crate::statement::{pick, same};
use crate::writer::Unit;
use crate::{Database, Error, Result, awards, customers, feed, lists, staff};

statements! {
    STAGED = same("select line, body from import_row where run = $1 and line > $2 order by line limit $3");
    DROP = same("delete from import_row where run = $1");
    TAKE_KEY = same("insert into import_key (source, key, complaint) values ($1, $2, $3) \
                     on conflict (source, key) do nothing");
    KEEP_AMOUNT = same("insert into import_amount (complaint, minor, currency) values ($1, $2, $3)");
    AMOUNTS = same("select i.complaint, c.reference, i.minor, i.currency from import_amount i \
                    join complaint c on c.id = i.complaint where i.complaint > $1 and i.minor > 0 \
                    order by i.complaint limit $2");
    BOOKED = same("delete from import_amount where complaint = $1");
    /// Of a table just filled PostgreSQL believes that it is small, and SQLite that its columns tell nothing apart.
    LOOK = pick("pragma optimize", "analyze");
    HAS_KEY = same("select complaint from import_key where source = $1 and key = $2");
}

/// Complaints of an import after which the database looks anew at what it holds.
const MANY: u64 = 500;

/// One import under way.
#[derive(Debug, Clone, Copy)]
pub struct Run(Uuid);

/// What publishing did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// Complaints that are here now and were not before.
    pub added: u64,
    /// Rows that were here already.
    pub present: u64,
    /// Of these, the lines of those that said something else when they came. What is here stays as it is.
    pub differing: Vec<i64>,
}

/// What other systems paid, put on record as awards: those of one change.
#[derive(Debug, Clone, Default)]
pub struct Booked {
    /// So many became awards.
    pub awards: u64,
    /// By reference, why not; the amount stays beside the complaint.
    pub refused: Vec<(String, Refusal)>,
    /// Where the next change goes on; nothing when all were seen.
    pub next: Option<ComplaintId>,
}

/// What became of a row.
enum Row {
    Added,
    Present,
    Differs,
}

/// Begins an import.
#[must_use]
pub fn begin(database: &Database) -> Run {
    Run((database.wiring.new_id)(database.now()))
}

/// Stages rows with the lines they stand on.
///
/// # Errors
/// The database could not.
pub async fn stage(database: &Database, run: Run, rows: Vec<(i64, ImportedComplaint)>) -> Result<()> {
    let rows: Vec<(i64, String)> =
        rows.iter().map(|(line, row)| Ok((*line, serde_json::to_string(row)?))).collect::<Result<_>>()?;
    database
        .change(move |unit| {
            let rows = rows.clone();
            Box::pin(async move {
                // Three values a row: both engines take many thousands in one statement.
                for some in rows.chunks(1000) {
                    on!(&mut unit.tx, |c| {
                        let mut insert =
                            sqlx::QueryBuilder::<Db>::new("insert into import_row (run, line, body) ");
                        insert.push_values(some, |mut row, (line, body)| {
                            row.push_bind(run.0).push_bind(*line).push_bind(body.as_str());
                        });
                        insert.build().execute(c).await.map(|_| ())
                    })?;
                }
                Ok(())
            })
        })
        .await
}

/// Gives up what was staged.
///
/// # Errors
/// The database could not.
pub async fn drop_staged(database: &Database, run: Run) -> Result<u64> {
    database.change(move |unit| Box::pin(async move { run!(&mut unit.tx, DROP, run.0) })).await
}

/// Publishes everything staged, or nothing. A row that is here already, under the same source and key, adds nothing.
///
/// # Errors
/// The importer cannot be a first contact, or the database could not.
pub async fn publish(database: &Database, run: Run, source: &str, by: StaffId) -> Result<Published> {
    let source = source.to_owned();
    database
        .change(move |unit| {
            let source = source.clone();
            Box::pin(async move { publish_all(unit, run, &source, by).await })
        })
        .await
}

async fn publish_all(unit: &mut Unit<'_>, run: Run, source: &str, by: StaffId) -> Result<Published> {
    const AT_ONCE: i64 = 500;
    let importer = staff::by_id_in_change(unit, by).await?.ok_or(Refusal::NotFound)?;
    let (mut done, mut last) = (Published::default(), i64::MIN);
    loop {
        let rows: Vec<(i64, String)> = all!(&mut unit.tx, STAGED, run.0, last, AT_ONCE)?;
        let Some((line, _)) = rows.last() else { break };
        last = *line;
        for (line, body) in rows {
            let row: ImportedComplaint = serde_json::from_str(&body)?;
            match publish_one(unit, source, &importer, &row).await? {
                Row::Added => done.added += 1,
                Row::Present => done.present += 1,
                Row::Differs => {
                    done.present += 1;
                    done.differing.push(line);
                }
            }
        }
    }
    run!(&mut unit.tx, DROP, run.0)?;
    if done.added > 0 {
        feed::note_many(unit, by).await?;
    }
    if done.added >= MANY {
        run!(&mut unit.tx, LOOK)?;
    }
    Ok(done)
}

async fn publish_one(
    unit: &mut Unit<'_>,
    source: &str,
    importer: &firsthand_domain::staff::Staff,
    row: &ImportedComplaint,
) -> Result<Row> {
    let present: Option<(Uuid,)> = find!(&mut unit.tx, HAS_KEY, source, row.key.as_str())?;
    if let Some((id,)) = present {
        let receipt = history(&mut unit.tx, ComplaintId(id), 0, 1).await?;
        let same = receipt.first().is_some_and(|came| row.is_what_came(&came.entry.fact, &came.text));
        return Ok(if same { Row::Present } else { Row::Differs });
    }
    let row = &lists::spelled(&mut unit.tx, row).await?;
    let complainant = row.customer.clone().map_or(Complainant::Anonymous, Complainant::Described);
    let customer = customers::resolve(unit, &complainant).await?;
    let words =
        Words { narrative: &row.narrative, summary: row.summary.as_ref(), order_ref: row.order_ref.as_ref() };
    let known = Known::default();
    let complaint = take_in(unit, customer, &words, |unit, intake| {
        decide(unit, Some(importer), &known, |context| Complaint::import(row, intake, context))
    })
    .await?;
    // Two imports of one file at once: the slower finds its rows taken, and all of it is undone.
    if run!(&mut unit.tx, TAKE_KEY, source, row.key.as_str(), complaint.id.0)? == 0 {
        return Err(Refusal::Taken { field: "id".into() }.into());
    }
    if let Some(amount) = &row.amount {
        run!(&mut unit.tx, KEEP_AMOUNT, complaint.id.0, amount.minor, amount.currency.code())?;
    }
    Ok(Row::Added)
}

/// Makes awards of amounts that were imported, of at most so many complaints after one: each under the grant that is
/// named, by whoever holds it, as far as it covers them.
///
/// # Errors
/// The database could not.
pub async fn book(
    database: &Database,
    by: StaffId,
    like: &BookAward,
    after: Option<ComplaintId>,
    at_most: i64,
) -> Result<Booked> {
    let like = like.clone();
    database
        .change(move |unit| {
            let like = like.clone();
            Box::pin(async move { book_some(unit, by, &like, after, at_most).await })
        })
        .await
}

async fn book_some(
    unit: &mut Unit<'_>,
    by: StaffId,
    like: &BookAward,
    after: Option<ComplaintId>,
    at_most: i64,
) -> Result<Booked> {
    let after = after.map_or(Uuid::nil(), |id| id.0);
    let rows: Vec<(Uuid, String, i64, String)> = all!(&mut unit.tx, AMOUNTS, after, at_most)?;
    let full = i64::try_from(rows.len()).is_ok_and(|seen| seen == at_most);
    let next = rows.last().filter(|_| full).map(|(id, ..)| ComplaintId(*id));
    let mut done = Booked { next, ..Booked::default() };
    for (id, reference, minor, currency) in rows {
        let currency = Currency::from_code(&currency)
            .ok_or_else(|| Error::Corrupt(format!("import_amount.currency of {reference}")))?;
        let mut body = like.clone();
        body.paid.value = Money::new(minor, currency);
        let verb = Verb::BookAward(Box::new(body));
        match awards::perform(unit, by, ComplaintId(id), &verb, None).await {
            Ok(Ok(_)) => {
                run!(&mut unit.tx, BOOKED, id)?;
                done.awards += 1;
            }
            Ok(Err(refusal)) | Err(Error::Refused(refusal)) => done.refused.push((reference, refusal)),
            Err(other) => return Err(other),
        }
    }
    Ok(done)
}
