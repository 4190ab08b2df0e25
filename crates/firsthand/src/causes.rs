//! `firsthand causes`: how often what is suggested is what was tagged, on a file of labelled complaints; and how well what
//! rises is found.

mod clusters;

use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, Subcommand};
use firsthand_domain::suggestion::{Learner, Lesson};

use crate::{Failure, import};

#[derive(Subcommand)]
pub(crate) enum CausesCommand {
    /// Goes through labelled complaints by date, suggests for each before learning it, and tells how often it was right.
    Suggestions(Suggestions),
    /// Plants clusters in quiet weeks and tells how many of them are found, and how many of the alerts are of them.
    Clusters(clusters::Clusters),
}

#[derive(Args)]
pub(crate) struct Suggestions {
    /// A CSV file with a header, also packed with gzip; - for standard input.
    file: String,
    /// The column of the date, and how it is written.
    #[arg(long)]
    date: String,
    /// As %Y/%m/%d.
    #[arg(long)]
    format: String,
    /// The column of a number that orders what has one date.
    #[arg(long)]
    id: String,
    /// The column of the product.
    #[arg(long)]
    product: String,
    /// The column of the text; rows without one are left out.
    #[arg(long)]
    text: String,
    /// The column of the label to be guessed.
    #[arg(long)]
    cause: String,
    /// So many are learnt before the first is scored.
    #[arg(long, default_value_t = 100)]
    unscored: usize,
}

/// A labelled complaint.
struct Row {
    order: (jiff::civil::Date, u64),
    product: String,
    text: String,
    cause: String,
}

/// How often something was right.
#[derive(Default)]
struct Score {
    scored: u32,
    among_three: u32,
    /// Of each label: said and right, said and wrong, not said.
    labels: BTreeMap<String, (u32, u32, u32)>,
}

impl Score {
    fn add(&mut self, said: &[String], right: &str) {
        self.scored += 1;
        self.among_three += u32::from(said.iter().take(3).any(|cause| cause == right));
        match said.first() {
            Some(first) if first == right => self.labels.entry(right.to_owned()).or_default().0 += 1,
            first => {
                self.labels.entry(right.to_owned()).or_default().2 += 1;
                if let Some(first) = first {
                    self.labels.entry(first.clone()).or_default().1 += 1;
                }
            }
        }
    }

    fn tell(&self, name: &str, labels: &BTreeSet<&str>) {
        let f1 = |(hit, wrong, missed): (u32, u32, u32)| {
            f64::from(2 * hit) / f64::from((2 * hit + wrong + missed).max(1))
        };
        let sum: f64 = labels.iter().filter_map(|label| self.labels.get(*label)).map(|l| f1(*l)).sum();
        let count = f64::from(u32::try_from(labels.len()).unwrap_or(u32::MAX)).max(1.0);
        let three = f64::from(self.among_three) / f64::from(self.scored.max(1));
        println!("{name}: right among the first three {three:.4}, macro-F1 of the first {:.4}", sum / count);
    }
}

pub(crate) fn run(command: &CausesCommand) -> Result<(), Failure> {
    match command {
        CausesCommand::Suggestions(asked) => suggestions(asked),
        CausesCommand::Clusters(asked) => {
            clusters::run(asked);
            Ok(())
        }
    }
}

fn suggestions(asked: &Suggestions) -> Result<(), Failure> {
    let mut rows = read(asked)?;
    rows.sort_by_key(|row| row.order);
    let (mut learner, mut frequent) = (Learner::default(), BTreeMap::<String, BTreeMap<String, u32>>::new());
    let (mut learnt, mut usual) = (Score::default(), Score::default());
    for (number, row) in rows.iter().enumerate() {
        if number >= asked.unscored {
            let suggested = learner.suggest(Some(&row.product), &row.text, 3);
            learnt.add(&suggested.into_iter().map(|s| s.cause).collect::<Vec<_>>(), &row.cause);
            let mut here: Vec<(&String, &u32)> = frequent.get(&row.product).into_iter().flatten().collect();
            here.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
            usual.add(
                &here.into_iter().take(3).map(|(cause, _)| cause.clone()).collect::<Vec<_>>(),
                &row.cause,
            );
        }
        learner.learn(&Lesson::of(Some(&row.product), &row.text), &row.cause);
        *frequent.entry(row.product.clone()).or_default().entry(row.cause.clone()).or_default() += 1;
    }
    let scored: BTreeSet<&str> = rows.iter().skip(asked.unscored).map(|row| row.cause.as_str()).collect();
    println!("{} complaints with a text, {} scored, {} labels", rows.len(), learnt.scored, scored.len());
    learnt.tell("learnt from tags", &scored);
    usual.tell("most frequent of the product", &scored);
    Ok(())
}

fn read(asked: &Suggestions) -> Result<Vec<Row>, Failure> {
    let wrong = |error: &dyn std::fmt::Display| Failure::refused(format!("{}: {error}", asked.file));
    let source = import::open(&asked.file, None).map_err(|e| wrong(&e))?;
    let mut rows = csv::Reader::from_reader(source.text);
    let header = rows.headers().map_err(|e| wrong(&e))?.clone();
    let column = |name: &str| {
        let at = header.iter().position(|column| column == name);
        at.ok_or_else(|| Failure::usage(format!("there is no column {name}")))
    };
    let (date, id, product, text, cause) = (
        column(&asked.date)?,
        column(&asked.id)?,
        column(&asked.product)?,
        column(&asked.text)?,
        column(&asked.cause)?,
    );
    let mut read = Vec::new();
    for row in rows.records() {
        let row = row.map_err(|e| wrong(&e))?;
        let cell = |at: usize| row.get(at).unwrap_or_default().trim().to_owned();
        let line = row.position().map_or(0, csv::Position::line);
        if cell(text).is_empty() {
            continue;
        }
        let day = jiff::civil::Date::strptime(&asked.format, cell(date));
        let day = day.map_err(|e| Failure::refused(format!("line {line}: {}: {e}", asked.date)))?;
        let number = cell(id).parse();
        let number = number.map_err(|e| Failure::refused(format!("line {line}: {}: {e}", asked.id)))?;
        read.push(Row { order: (day, number), product: cell(product), text: cell(text), cause: cell(cause) });
    }
    Ok(read)
}
