//! Which cause a complaint may have, learnt from what staff tagged before: a suggestion with the words that speak for it,
//! never applied by itself.
//!
//! Causes that were tagged for the same product come first. Among them one counts for more the more often it was tagged
//! there, and the more of the complaint's words its earlier complaints had beyond what all complaints have of them; rare
//! words weigh more. So each suggestion can be explained by its words. Learning adds one to a few counts: nothing is
//! trained, and what was learnt last is known at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::search::shingles;

/// How much words count beside how often a cause was tagged. Measured with `firsthand causes suggestions` on the public
/// complaints about banks: from 50 to 60 both figures are at their best.
const WORDS_COUNT: f64 = 60.0;
/// Words that this few complaints had say nothing yet.
const FEWEST: u32 = 2;
/// Words that are told for a suggestion.
const TOLD: usize = 5;

/// What was tagged so far. `L` names a cause.
#[derive(Debug, Clone)]
pub struct Learner<L> {
    /// How often each cause was tagged for each product.
    products: BTreeMap<String, BTreeMap<L, u32>>,
    /// How often each cause was tagged.
    causes: BTreeMap<L, u32>,
    /// Of each word, how many complaints had it, and how many of each cause.
    words: HashMap<String, (u32, BTreeMap<L, u32>)>,
    all: u32,
}

/// One cause that may fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion<L> {
    /// Which.
    pub cause: L,
    /// How often it was tagged for this product.
    pub tagged: u32,
    /// What speaks for it in the text, the most telling first; as it was folded.
    pub words: Vec<String>,
}

impl<L> Default for Learner<L> {
    fn default() -> Self {
        Self { products: BTreeMap::new(), causes: BTreeMap::new(), words: HashMap::new(), all: 0 }
    }
}

impl<L: Ord + Clone> Learner<L> {
    /// Learns that a complaint about a product has a cause.
    pub fn learn(&mut self, product: Option<&str>, text: &str, cause: &L) {
        let product = product.unwrap_or_default().to_owned();
        *self.products.entry(product).or_default().entry(cause.clone()).or_default() += 1;
        *self.causes.entry(cause.clone()).or_default() += 1;
        self.all += 1;
        for word in shingles(text) {
            let (all, of) = self.words.entry(word).or_default();
            *all += 1;
            *of.entry(cause.clone()).or_default() += 1;
        }
    }

    /// The causes that fit best, at most so many: first those tagged for this product, then the others, the most frequent
    /// first. Nothing before anything was learnt.
    #[must_use]
    pub fn suggest(&self, product: Option<&str>, text: &str, most: usize) -> Vec<Suggestion<L>> {
        let none = BTreeMap::new();
        let here = self.products.get(product.unwrap_or_default()).unwrap_or(&none);
        let text = shingles(text);
        let words = self.weighed(&text);
        let all: f64 = words.iter().map(|(_, weight, _)| weight).sum();
        let mut scored: Vec<(f64, Suggestion<L>)> = here
            .iter()
            .map(|(cause, tagged)| {
                let (score, words) = self.speaking(cause, &words);
                let score = if all > 0.0 { score / all } else { 0.0 };
                let suggestion = Suggestion { cause: cause.clone(), tagged: *tagged, words };
                (f64::from(*tagged).ln() + WORDS_COUNT * score, suggestion)
            })
            .collect();
        scored.sort_by(|(one, a), (other, b)| other.total_cmp(one).then_with(|| a.cause.cmp(&b.cause)));
        let mut others: Vec<(&L, &u32)> =
            self.causes.iter().filter(|(cause, _)| !here.contains_key(*cause)).collect();
        others.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let others = others.into_iter().map(|(cause, _)| {
            let (_, words) = self.speaking(cause, &words);
            Suggestion { cause: cause.clone(), tagged: 0, words }
        });
        scored.into_iter().map(|(_, suggestion)| suggestion).chain(others).take(most).collect()
    }

    /// The words of a text that are known, with their weight and the share of all complaints that have them.
    fn weighed<'t>(&self, text: &'t BTreeSet<String>) -> Vec<(&'t str, f64, f64)> {
        let all = f64::from(self.all);
        let known = |word: &'t String| {
            let (having, _) = self.words.get(word).filter(|(having, _)| *having >= FEWEST)?;
            let having = f64::from(*having);
            let rare = ((all + 1.0) / having).ln();
            Some((word.as_str(), rare * rare, having / all))
        };
        text.iter().filter_map(known).collect()
    }

    /// How much the words speak for a cause, and those that do most.
    fn speaking(&self, cause: &L, words: &[(&str, f64, f64)]) -> (f64, Vec<String>) {
        // One more than there are: what was tagged once is not believed whole.
        let tagged = f64::from(self.causes.get(cause).copied().unwrap_or_default()) + 1.0;
        let mut told: Vec<(f64, &str)> = Vec::new();
        let mut sum = 0.0;
        for (word, weight, share) in words {
            let of = self.words.get(*word).and_then(|(_, of)| of.get(cause)).copied().unwrap_or_default();
            let beyond = weight * (f64::from(of) / tagged - share);
            sum += beyond;
            if beyond > 0.0 && of > 0 {
                told.push((beyond, word));
            }
        }
        told.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        (sum, told.into_iter().take(TOLD).map(|(_, word)| word.to_owned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught() -> Learner<&'static str> {
        let mut learner = Learner::default();
        for n in 0..6 {
            learner.learn(Some("kettle"), &format!("the lid leaks water on the table {n}"), &"leak");
            learner.learn(
                Some("kettle"),
                &format!("it came a week late, the driver never called {n}"),
                &"late",
            );
            learner.learn(Some("phone"), &format!("the screen broke {n}"), &"broken");
        }
        learner.learn(Some("kettle"), "late again", &"late");
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
        assert_eq!(learner.suggest(None, "the screen broke", 1).len(), 1);
        assert!(Learner::<&str>::default().suggest(Some("kettle"), "leaks", 3).is_empty());
    }

    #[test]
    fn the_same_is_suggested_whatever_came_in_between_of_other_products() {
        let mut learner = taught();
        let before = learner.suggest(Some("kettle"), "water leaks", 2);
        learner.learn(Some("phone"), "battery", &"broken");
        assert_eq!(learner.suggest(Some("kettle"), "water leaks", 2)[0].cause, before[0].cause);
    }

    #[test]
    fn every_script_is_read() {
        let mut learner = Learner::default();
        for n in 0..3 {
            learner.learn(Some("x"), &format!("产品漏水 {n}"), &"leak");
            learner.learn(Some("x"), &format!("giao hàng trễ {n}"), &"late");
        }
        assert_eq!(learner.suggest(Some("x"), "又漏水了", 1)[0].cause, "leak");
        assert_eq!(learner.suggest(Some("x"), "GIAO HANG TRE", 1)[0].cause, "late");
    }
}
