//! Has the clock of the machine jumped? Held against one that only counts.

/// More than this, in microseconds, is a jump.
const JUMP: i64 = 60 * 1_000_000;

/// What both clocks said when they last agreed.
#[derive(Debug)]
pub(super) struct Clock {
    wall: i64,
    counted: u64,
}

impl Clock {
    pub(super) fn set(wall: i64, counted: u64) -> Self {
        Self { wall, counted }
    }

    /// By how many seconds the wall clock has jumped since they last agreed, if by more than a minute. A clock that is
    /// slowly put right is followed.
    pub(super) fn jumped(&mut self, wall: i64, counted: u64) -> Option<i64> {
        let passed = i64::try_from(counted.saturating_sub(self.counted)).unwrap_or(i64::MAX);
        let jump = wall.saturating_sub(self.wall).saturating_sub(passed);
        *self = Self::set(wall, counted);
        (jump.saturating_abs() > JUMP).then_some(jump / 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_told_once_and_time_that_passes_is_none() {
        let second = 1_000_000;
        let mut clock = Clock::set(1000 * second, 5);
        assert_eq!(clock.jumped(1001 * second, 1_000_005), None);
        assert_eq!(clock.jumped(8601 * second, 7_601_000_005), None, "a program held for two hours");
        assert_eq!(clock.jumped(12_202 * second, 7_602_000_005), Some(3600));
        assert_eq!(clock.jumped(12_203 * second, 7_603_000_005), None);
        assert_eq!(clock.jumped(8604 * second, 7_604_000_005), Some(-3600));
        assert_eq!(clock.jumped(8665 * second, 7_605_000_005), None, "a minute is no jump");
    }
}
