//! How often somebody may ask. A bucket for each key, as full as the requests of a minute and filling evenly; all
//! buckets are one table of fixed size, so that no number of keys costs memory. Two keys may share a bucket, by a hash
//! that nobody outside can know: then they share its limit.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Buckets: half a mebibyte of them.
const BUCKETS: usize = 1 << 16;
const MINUTE: u64 = 60_000_000;

/// One limit, for many keys.
pub(crate) struct Limiter {
    /// Microseconds that one request takes from a bucket, in 1/1024 so that large limits are exact enough.
    cost: u64,
    hasher: RandomState,
    /// When each bucket will be full again, in the same unit: the one number that a bucket needs (GCRA).
    full_at: Box<[AtomicU64]>,
}

impl Limiter {
    /// So many requests a minute for each key.
    pub(crate) fn per_minute(requests: u32) -> Self {
        let cost = (MINUTE << 10) / u64::from(requests.max(1));
        let full_at = (0..BUCKETS).map(|_| AtomicU64::new(0)).collect();
        Self { cost, hasher: RandomState::new(), full_at }
    }

    /// Takes one request of this key from its bucket.
    ///
    /// # Errors
    /// The bucket is empty; in how many seconds it is worth trying again.
    pub(crate) fn take(&self, key: impl Hash, now_micros: u64) -> Result<(), u64> {
        let now = now_micros << 10;
        let place = usize::try_from(self.hasher.hash_one(key) % BUCKETS as u64).unwrap_or(0);
        let Some(bucket) = self.full_at.get(place) else { return Ok(()) };
        let taken = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let next = full_at.max(now) + self.cost;
            (next - now <= MINUTE << 10).then_some(next)
        });
        match taken {
            Ok(_) => Ok(()),
            Err(full_at) => {
                let wait = (full_at + self.cost).saturating_sub(now + (MINUTE << 10)) >> 10;
                Err(wait.div_ceil(1_000_000).max(1))
            }
        }
    }
}

impl Limiter {
    /// Puts back what was taken for something that turned out not to count.
    pub(crate) fn give_back(&self, key: impl Hash) {
        let place = usize::try_from(self.hasher.hash_one(key) % BUCKETS as u64).unwrap_or(0);
        if let Some(bucket) = self.full_at.get(place) {
            let _ = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
                Some(full_at.saturating_sub(self.cost))
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_a_minute_and_fills_evenly() {
        let limiter = Limiter::per_minute(60);
        for _ in 0..60 {
            assert_eq!(limiter.take("eve", 5), Ok(()));
        }
        assert_eq!(limiter.take("eve", 5), Err(1));
        assert_eq!(limiter.take("eve", 1_000_005), Ok(()));
        assert_eq!(limiter.take("eve", 1_000_005), Err(1));
        assert_eq!((0..100).filter(|_| limiter.take("eve", 31_000_005).is_ok()).count(), 30);
        let slow = Limiter::per_minute(1);
        assert_eq!((slow.take("eve", 0), slow.take("eve", 1_000_000)), (Ok(()), Err(59)));
    }

    #[test]
    fn one_key_does_not_use_up_anothers() {
        let limiter = Limiter::per_minute(1);
        let refused = (0..1000).filter(|key| limiter.take(key, 0).is_err()).count();
        assert!(refused < 50, "{refused} of 1000 keys met in one bucket");
    }

    #[test]
    fn a_large_limit_is_kept_to_the_request() {
        let limiter = Limiter::per_minute(60_000);
        assert_eq!((0..70_000).filter(|_| limiter.take("eve", 1).is_ok()).count(), 60_000);
    }

    #[test]
    fn threads_at_once_do_not_take_more_than_there_is() {
        let limiter = Limiter::per_minute(100);
        let taken: usize = std::thread::scope(|scope| {
            let takers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..100).filter(|_| limiter.take("eve", 0).is_ok()).count()))
                .collect();
            takers.into_iter().map(|t| t.join().unwrap()).sum()
        });
        assert_eq!(taken, 100);
    }
}
