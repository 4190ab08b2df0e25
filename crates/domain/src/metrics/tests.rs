//! Where a complaint counts, at the edges.

use crate::code::{Answer, Channel};
use crate::history::{Actor, Entry, Fact};
use crate::time::Timestamp;

use super::{Again, Metric, Part, UNKNOWN};

#[test]
fn keys_lead_back() {
    for metric in Metric::ALL {
        assert_eq!(Metric::from_key(metric.key()), Some(*metric));
        assert!(!UNKNOWN.contains(&metric.key()));
    }
    assert_eq!(Metric::from_key("nothing"), None);
    for part in Part::ALL {
        assert_eq!(Part::from_code(part.code()), Some(part));
    }
}

#[test]
fn a_dispute_is_no_reopening() {
    let entry = |seq, fact| Entry { seq, at: Timestamp::from_micros(0), actor: Actor::System, fact };
    let disputed =
        |seq| entry(seq, Fact::CustomerAnswered { answer: Answer::Disputed, channel: Channel::Phone });
    let reopened = |seq, cycle| entry(seq, Fact::Reopened { cycle });
    assert_eq!(Again::of(&[]), Again::default());
    let by_customer = [disputed(5), reopened(6, 2)];
    assert_eq!(Again::of(&by_customer), Again { disputed: true, reopened: false });
    let by_desk = [reopened(6, 2), disputed(9)];
    assert_eq!(Again::of(&by_desk), Again { disputed: false, reopened: true });
    let both = [disputed(5), reopened(6, 2), disputed(9), reopened(12, 3)];
    assert_eq!(Again::of(&both), Again { disputed: true, reopened: true });
}
