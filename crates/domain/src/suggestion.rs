//! Which cause a complaint may have, learnt from what staff tagged before: a suggestion with the words that speak for it,
//! never applied by itself.
//!
//! Causes that were tagged for the same product come first. Among them one counts for more the more often it was tagged
//! there, and the more of the complaint's words its earlier complaints had beyond what all complaints have of them; rare
//! words weigh more. So each suggestion can be explained by its words. Learning adds one to a few counts: nothing is
//! trained, and what was learnt last is known at once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::search::shingles;

/// How much words count beside how often a cause was tagged. Measured with `firsthand causes suggestions` on the public
/// complaints about banks: from 50 to 60 both figures are at their best.
const WORDS_COUNT: f64 = 60.0;
/// Words that this few complaints had say nothing yet.
const FEWEST: u32 = 2;
/// Words that are told for a suggestion.
const TOLD: usize = 5;
/// With more words than this, those that one complaint alone had are forgotten: they say nothing yet.
const MOST_WORDS: usize = 300_000;

/// What one complaint teaches: its product and its words. A word is known by a number made of it and cannot be read
/// back, so what people wrote is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    product: Box<str>,
    words: Box<[u64]>,
}

impl Lesson {
    /// Of a text about a product.
    #[must_use]
    pub fn of(product: Option<&str>, text: &str) -> Self {
        let words = shingles(text).iter().map(|word| number(word)).collect();
        Self { product: product.unwrap_or_default().into(), words }
    }

    /// What it is about; empty where nobody said.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }
}

fn number(word: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    word.hash(&mut hash);
    hash.finish()
}

/// What was tagged so far. `L` names a cause.
#[derive(Debug, Clone)]
pub struct Learner<L> {
    /// The causes by their place in what follows, and how often each was tagged.
    causes: Vec<(L, u32)>,
    places: BTreeMap<L, u32>,
    /// How often each cause was tagged for each product.
    products: HashMap<Box<str>, BTreeMap<u32, u32>>,
    words: HashMap<u64, Word>,
    all: u32,
    /// With so many words it is time to forget some.
    full: usize,
}

/// How many complaints had a word, and how many of each cause, in the order of the causes.
#[derive(Debug, Clone, Default)]
struct Word {
    all: u32,
    of: Vec<(u32, u32)>,
}

/// One cause that may fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion<L> {
    /// Which.
    pub cause: L,
    /// How often it was tagged for this product; for any, where there is no product.
    pub tagged: u32,
    /// What speaks for it in the text, the most telling first; as it was folded.
    pub words: Vec<String>,
}

/// A word of a text that is known: what it weighs, and which of the causes had it how often.
struct Known<'l> {
    text: String,
    weight: f64,
    share: f64,
    of: &'l [(u32, u32)],
}

impl<L> Default for Learner<L> {
    fn default() -> Self {
        let (causes, places, products, words) = (Vec::new(), BTreeMap::new(), HashMap::new(), HashMap::new());
        Self { causes, places, products, words, all: 0, full: MOST_WORDS }
    }
}

impl<L: Ord + Clone> Learner<L> {
    /// Learns that a complaint has a cause.
    pub fn learn(&mut self, lesson: &Lesson, cause: &L) {
        let place = self.place(cause);
        *self.products.entry(lesson.product.clone()).or_default().entry(place).or_default() += 1;
        if let Some((_, tagged)) = self.causes.get_mut(at(place)) {
            *tagged += 1;
        }
        self.all += 1;
        for word in &lesson.words {
            let word = self.words.entry(*word).or_default();
            word.all += 1;
            match word.of.binary_search_by_key(&place, |(cause, _)| *cause) {
                Ok(found) => {
                    if let Some((_, count)) = word.of.get_mut(found) {
                        *count += 1;
                    }
                }
                Err(before) => word.of.insert(before, (place, 1)),
            }
        }
        if self.words.len() > self.full {
            self.words.retain(|_, word| word.all >= FEWEST);
            // What is left may be many still: they are gone through again when they have doubled, and not each time.
            self.full = MOST_WORDS.max(self.words.len() * 2);
        }
    }

    /// Forgets what it learnt. A word that was forgotten meanwhile stays so.
    pub fn unlearn(&mut self, lesson: &Lesson, cause: &L) {
        let Some(place) = self.places.get(cause).copied() else { return };
        let Some(here) = self.products.get_mut(&lesson.product) else { return };
        let Some(tagged) = here.get_mut(&place) else { return };
        *tagged -= 1;
        if *tagged == 0 {
            here.remove(&place);
        }
        if here.is_empty() {
            self.products.remove(&lesson.product);
        }
        if let Some((_, tagged)) = self.causes.get_mut(at(place)) {
            *tagged = tagged.saturating_sub(1);
        }
        self.all = self.all.saturating_sub(1);
        for number in &lesson.words {
            let Some(word) = self.words.get_mut(number) else { continue };
            let Ok(found) = word.of.binary_search_by_key(&place, |(cause, _)| *cause) else { continue };
            if let Some((_, count)) = word.of.get_mut(found) {
                *count -= 1;
                if *count == 0 {
                    word.of.remove(found);
                }
            }
            word.all = word.all.saturating_sub(1);
            if word.all == 0 {
                self.words.remove(number);
            }
        }
    }

    /// How many complaints taught it.
    #[must_use]
    pub fn taught(&self) -> u32 {
        self.all
    }

    /// The causes that fit best, at most so many: first those tagged for this product, then the others, the most frequent
    /// first. Where no product is said, words decide among all. Nothing before anything was learnt.
    #[must_use]
    pub fn suggest(&self, product: Option<&str>, text: &str, most: usize) -> Vec<Suggestion<L>> {
        let words = self.weighed(text);
        let here: Vec<(u32, u32)> = match product {
            Some(product) => {
                self.products.get(product).into_iter().flatten().map(|(c, n)| (*c, *n)).collect()
            }
            None => (0..).zip(&self.causes).map(|(place, (_, tagged))| (place, *tagged)).collect(),
        };
        let mut of_words = vec![0.0; self.causes.len()];
        let (mut all, mut usual) = (0.0, 0.0);
        for word in &words {
            all += word.weight;
            usual += word.weight * word.share;
            for (place, count) in word.of {
                if let Some(sum) = of_words.get_mut(at(*place)) {
                    *sum += word.weight * f64::from(*count);
                }
            }
        }
        let mut scored: Vec<(f64, u32, u32)> = here
            .into_iter()
            .filter(|(_, tagged)| *tagged > 0)
            .map(|(place, tagged)| {
                let sum = of_words.get(at(place)).copied().unwrap_or_default();
                let score = if all > 0.0 { (sum / self.believed(place) - usual) / all } else { 0.0 };
                (f64::from(tagged).ln() + WORDS_COUNT * score, place, tagged)
            })
            .collect();
        let by_name = |a: u32, b: u32| self.name(a).cmp(&self.name(b));
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| by_name(a.1, b.1)));
        let mut found: Vec<(u32, u32)> = scored.iter().map(|(_, place, tagged)| (*place, *tagged)).collect();
        if found.len() < most {
            let taken: HashSet<u32> = found.iter().map(|(place, _)| *place).collect();
            let mut others: Vec<(u32, u32)> = (0..)
                .zip(&self.causes)
                .map(|(place, (_, tagged))| (place, *tagged))
                .filter(|(place, tagged)| *tagged > 0 && !taken.contains(place))
                .collect();
            others.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| by_name(a.0, b.0)));
            found.extend(others.into_iter().map(|(place, _)| (place, 0)));
        }
        found.truncate(most);
        let told = |(place, tagged)| {
            let cause = self.name(place)?.clone();
            Some(Suggestion { cause, tagged, words: self.speaking(place, &words) })
        };
        found.into_iter().filter_map(told).collect()
    }

    fn place(&mut self, cause: &L) -> u32 {
        if let Some(place) = self.places.get(cause) {
            return *place;
        }
        let place = u32::try_from(self.causes.len()).unwrap_or(u32::MAX);
        self.causes.push((cause.clone(), 0));
        self.places.insert(cause.clone(), place);
        place
    }

    fn name(&self, place: u32) -> Option<&L> {
        self.causes.get(at(place)).map(|(cause, _)| cause)
    }

    /// One more than there are: what was tagged once is not believed whole.
    fn believed(&self, place: u32) -> f64 {
        self.causes.get(at(place)).map_or(0.0, |(_, tagged)| f64::from(*tagged)) + 1.0
    }

    /// The words of a text that are known, with their weight and the share of all complaints that have them.
    fn weighed(&self, text: &str) -> Vec<Known<'_>> {
        let all = f64::from(self.all);
        let known = |text: String| {
            let word = self.words.get(&number(&text)).filter(|word| word.all >= FEWEST)?;
            let having = f64::from(word.all);
            let rare = ((all + 1.0) / having).ln();
            Some(Known { text, weight: rare * rare, share: having / all, of: &word.of })
        };
        shingles(text).into_iter().filter_map(known).collect()
    }

    /// The words that speak most for a cause.
    fn speaking(&self, place: u32, words: &[Known<'_>]) -> Vec<String> {
        let tagged = self.believed(place);
        let mut told: Vec<(f64, &str)> = Vec::new();
        for word in words {
            let Ok(found) = word.of.binary_search_by_key(&place, |(cause, _)| *cause) else { continue };
            let of = word.of.get(found).map_or(0, |(_, count)| *count);
            let beyond = word.weight * (f64::from(of) / tagged - word.share);
            if beyond > 0.0 {
                told.push((beyond, &word.text));
            }
        }
        told.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        told.into_iter().take(TOLD).map(|(_, word)| word.to_owned()).collect()
    }
}

fn at(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learn(learner: &mut Learner<&'static str>, product: &str, text: &str, cause: &'static str) {
        learner.learn(&Lesson::of(Some(product), text), &cause);
    }

    fn taught() -> Learner<&'static str> {
        let mut learner = Learner::default();
        for n in 0..6 {
            learn(&mut learner, "kettle", &format!("the lid leaks water on the table {n}"), "leak");
            learn(
                &mut learner,
                "kettle",
                &format!("it came a week late, the driver never called {n}"),
                "late",
            );
            learn(&mut learner, "phone", &format!("the screen broke {n}"), "broken");
        }
        learn(&mut learner, "kettle", "late again", "late");
        learner
    }

    #[test]
    fn words_decide_among_what_the_product_had() {
        let learner = taught();
        let suggested = learner.suggest(Some("kettle"), "Water LEAKS from it, the screen is fine", 3);
        let causes: Vec<_> = suggested.iter().map(|s| s.cause).collect();
        assert_eq!(causes, ["leak", "late", "broken"], "what another product had comes last");
        assert_eq!((suggested[0].tagged, suggested[2].tagged), (6, 0));
        assert!(suggested[0].words.contains(&"leaks".to_owned()), "{suggested:?}");
        assert!(!suggested[1].words.contains(&"leaks".to_owned()), "{suggested:?}");
    }

    #[test]
    fn without_words_the_most_frequent_comes_first() {
        let learner = taught();
        assert_eq!(learner.suggest(Some("kettle"), "", 1)[0].cause, "late");
        assert_eq!(learner.suggest(Some("kettle"), "zzz", 1)[0].cause, "late");
        assert!(Learner::<&str>::default().suggest(Some("kettle"), "leaks", 3).is_empty());
    }

    #[test]
    fn the_same_is_suggested_whatever_came_in_between_of_other_products() {
        let mut learner = taught();
        let before = learner.suggest(Some("kettle"), "water leaks", 2);
        learn(&mut learner, "phone", "battery", "broken");
        assert_eq!(learner.suggest(Some("kettle"), "water leaks", 2)[0].cause, before[0].cause);
    }

    #[test]
    fn every_script_is_read() {
        let mut learner = Learner::default();
        for n in 0..3 {
            learn(&mut learner, "x", &format!("产品漏水 {n}"), "leak");
            learn(&mut learner, "x", &format!("giao hàng trễ {n}"), "late");
        }
        assert_eq!(learner.suggest(Some("x"), "又漏水了", 1)[0].cause, "leak");
        assert_eq!(learner.suggest(Some("x"), "GIAO HANG TRE", 1)[0].cause, "late");
    }

    #[test]
    fn where_no_product_is_said_words_decide_among_all() {
        let learner = taught();
        let suggested = learner.suggest(None, "the SCREEN broke", 3);
        assert_eq!((suggested[0].cause, suggested[0].tagged), ("broken", 6));
        assert_eq!(suggested.len(), 3);
    }

    #[test]
    fn what_is_unlearnt_leaves_no_trace() {
        let before = taught();
        let mut learner = before.clone();
        let lessons = [("kettle", "the lid is loose"), ("oven", "too hot"), ("kettle", "")]
            .map(|(product, text)| Lesson::of(Some(product), text));
        for (lesson, cause) in lessons.iter().zip(["leak", "heat", "late"]) {
            learner.learn(lesson, &cause);
        }
        assert_eq!(learner.suggest(Some("oven"), "hot", 1)[0].cause, "heat");
        for (lesson, cause) in lessons.iter().zip(["leak", "heat", "late"]) {
            learner.unlearn(lesson, &cause);
            // Of another product it was never learnt.
            learner.unlearn(&Lesson::of(Some("lamp"), "the lid"), &cause);
        }
        for (product, text) in [("kettle", "the lid is loose"), ("oven", "too hot"), ("phone", "screen")] {
            assert_eq!(learner.suggest(Some(product), text, 9), before.suggest(Some(product), text, 9));
        }
        assert_eq!((learner.taught(), learner.words.len()), (before.taught(), before.words.len()));
    }

    #[test]
    fn a_changed_tag_teaches_the_new_one() {
        let mut learner = Learner::default();
        let lesson = Lesson::of(Some("kettle"), "it smells");
        for _ in 0..3 {
            learner.learn(&lesson, &"wrong");
        }
        learner.unlearn(&lesson, &"wrong");
        learner.learn(&lesson, &"right");
        let told: Vec<_> =
            learner.suggest(Some("kettle"), "", 9).iter().map(|s| (s.cause, s.tagged)).collect();
        assert_eq!(told, [("wrong", 2), ("right", 1)]);
    }

    #[test]
    fn words_of_one_complaint_are_forgotten_when_there_are_too_many() {
        let mut learner = Learner { full: 50, ..Learner::default() };
        let lessons: Vec<Lesson> =
            (0..40).map(|n| Lesson::of(None, &format!("leaks once{n} never{n}"))).collect();
        for lesson in &lessons {
            learner.learn(lesson, &"leak");
        }
        // Since the first time it may be twice as many as the limit: nothing is forgotten below it.
        assert!(learner.words.len() < 81 && learner.full == MOST_WORDS, "{}", learner.words.len());
        for lesson in &lessons {
            learner.unlearn(lesson, &"leak");
        }
        assert!(learner.words.is_empty() && learner.suggest(None, "leaks", 3).is_empty());
    }

    /// Complaints of 300 causes with a hundred words each, of words as frequent as in a language. `LESSONS` says how many;
    /// of 50,000, built as it is delivered, a suggestion takes some 40 microseconds.
    #[test]
    #[expect(
        clippy::disallowed_methods,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is measured is how long it takes, and ranks are small"
    )]
    fn with_many_complaints_it_still_answers_at_once() {
        let lessons: u32 = std::env::var("LESSONS").map_or(3_000, |n| n.parse().unwrap());
        let mut seed = 7_u64;
        let mut chance = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from((seed >> 33) as u32) / f64::from(1_u32 << 31)
        };
        let mut text = |cause: u32| {
            let word = |_| {
                let rank = (50_000_f64.powf(chance())) as u32;
                if rank.is_multiple_of(7) { format!("c{cause}w{rank} ") } else { format!("w{rank} ") }
            };
            (0..100).map(word).collect::<String>()
        };
        let mut learner = Learner::default();
        for n in 0..lessons {
            learner.learn(&Lesson::of(Some(["a", "b", "c"][(n % 3) as usize]), &text(n % 300)), &(n % 300));
        }
        let texts: Vec<(u32, String)> = (0..200).map(|n| (n * 3 % 300, text(n * 3 % 300))).collect();
        let start = std::time::Instant::now();
        let right =
            texts.iter().filter(|(cause, text)| learner.suggest(Some("a"), text, 3)[0].cause == *cause);
        let right = right.count();
        let each = start.elapsed() / 200;
        let start = std::time::Instant::now();
        let cut: usize = texts.iter().map(|(_, text)| shingles(text).len()).sum();
        eprintln!("{:?} of it to cut {cut} words", start.elapsed() / 200);
        eprintln!("{each:?} each, {right} of 200 right, {} words", learner.words.len());
        assert!(right > 150, "{right}");
        // Many times what it takes: a slow machine is no fault, a slow way is.
        assert!(each < std::time::Duration::from_millis(20), "{each:?}");
    }
}
