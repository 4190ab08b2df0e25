# The proof of an award, the register of grants, the ledger and the report of awards.
register-nav-awards = Awards
register-nav-grants = Authority register
register-nav-ledger = Ledger

register-award = Award
register-award-of = { $what }: { $value }
register-agrees = Reckoned again: agrees. Every limit, sum and ledger entry is what was cited.
register-agrees-not = Reckoned again: does not agree. What was cited is not what is found; see below.
register-what = What was decided
register-to = To
register-asked = Asked for by
register-approved = Approved by
register-given = Given by
register-unratified = no holder has spoken to it yet
register-undecided = Nothing is decided yet.
register-authority-of = Under which authority { $name } approved, { $time }
register-same = agrees
register-differs = does not agree
register-entry = Ledger entry { $number }
register-no-entry = no ledger entry
register-chain = Chain to the root instrument
register-version = version { $version }
register-delegated = Written by { $name }
register-rests-on = Rests on { $document }
register-limits-then = Limits at that instant
register-limit = Limit
register-of = Of
register-allowed = Allowed
register-used = Used
register-left = Left
register-again = Found again
register-binding = left least
register-competing = Awards that competed
register-competing-none = No other award counted for these limits then.
register-counted = Counted for
register-hidden = not shown to you
register-entries = Ledger entries
register-number = No.
register-when = When
register-step = What
register-who = Who
register-hash = Hash
register-role-holder-agent = Every agent
register-role-holder-lead = Every lead
register-role-holder-admin = Every administrator
register-in-days =
    { $days ->
        [one] { $what } in { $days } day
       *[other] { $what } in { $days } days
    }
register-four-eyes =
    { $count ->
        [one] { $value }: { $count } other person
       *[other] { $value }: { $count } other people
    }

register-grant = Grant
register-as-of = As it stood on
register-state = State
register-any = all
register-show = Show
register-stands = As it stands now.
register-stood = As it stood at the end of { $day }.
register-tree = Delegation
register-matrix = People and kinds of award
register-no-grants = No grant matches.
register-first-only = Only the first { $count } are shown. Narrow by state or currency.
register-new-root = New root grant
register-new-child = Pass on a part
register-until = until { $day }
register-no-end = no end
register-ends-soon =
    { $days ->
        [one] ends within { $days } day
       *[other] ends within { $days } days
    }
register-use = { $used } of { $limit } used
register-up-to = up to { $value }
register-by = by { $name }
register-steps = What happened to it
register-step-written = Written
register-step-activated = Put in force
register-step-suspended = Suspended
register-step-resumed = Put in force again
register-step-revoked = Revoked
register-below = Passed on as
register-activate = Put in force
register-suspend = Suspend
register-resume = Put in force again
register-revoke = Revoke
register-for-cause = For cause: what was approved under it and is not given yet stops for review
register-scope = Where
register-everywhere = everywhere
register-activated-by = Put in force by
register-valid = Valid
register-from-to = { $from } to { $to }
register-from = from { $from }, no end
register-levels =
    { $count ->
        [one] may be passed on, { $count } level below
       *[other] may be passed on, { $count } levels below
    }
register-not-passed = may not be passed on
register-awards-under = Awards decided under it
register-write = Write the grant
register-draft-words = It stays a draft until somebody who neither wrote nor holds it puts it in force.
register-one-a-line = One a line; none means all
register-none-means-all = None means all
register-optional-limits = At least one limit. What is left empty bounds nothing of its own.
register-choose = Choose
register-roles = Roles
register-people = People
register-done = Done. It is in the ledger.

ledger-title = Ledger
ledger-count =
    { $count ->
        [one] { $count } entry
       *[other] { $count } entries
    }
ledger-last = The last was made { $time } and has this hash:
ledger-how = To verify it, run this beside the database; it reads with code of its own. With --checkpoint it holds the ledger against one that was kept elsewhere.
ledger-empty = Nothing was decided yet.
ledger-about-grant = grant
ledger-about-award = award
ledger-older = Older entries
ledger-award-proposed = Award asked for
ledger-award-amended = Award changed
ledger-award-approved = Award approved
ledger-award-refused = Award refused
ledger-award-withdrawn = Award withdrawn
ledger-award-offered = Award offered
ledger-award-accepted = Award accepted
ledger-award-declined = Award declined
ledger-award-lapsed = Award not answered in time
ledger-award-executed = Award given
ledger-award-reversed = Award taken back
ledger-award-held = Award held for review
ledger-award-ratified = Word on an emergency award
ledger-grant-written = Grant written
ledger-grant-activated = Grant put in force
ledger-grant-suspended = Grant suspended
ledger-grant-resumed = Grant put in force again
ledger-grant-revoked = Grant revoked
ledger-authority-refused = Refused for want of authority
ledger-customer-merged = Two customer records said to be one person
ledger-customer-unmerged = Two customer records said to be two persons
ledger-related-declared = Relation declared
ledger-erasure = Person erased

report-title = Awards
report-by = By
report-by-person = Approver
report-by-cause = Cause
report-by-unit = Team
report-by-basis = Basis
report-by-type = Kind of award
report-from = Decided from
report-to = to
report-sums = What was given
report-sums-words = Awards decided from { $from } to { $to } that stand. Sums are of one currency each.
report-count = Awards
report-sum = Sum
report-median = Median
report-share = Share
report-none = No award was decided in this time.
report-no-cause = no cause yet
report-no-team = no team
report-csv = CSV
report-within = Within limits
report-within-words = How much of it stays within the limits for one award that are in force.
report-within-limit = Up to { $limit }
report-front = Decided in one step by whoever asked
report-near = Close to the limit
report-near-words = Awards from 90 to 100 percent of the limit they were decided under, beside those of all others.
report-near-count = { $near } of { $all }
report-near-peers = Others
report-near-chance = Chance
report-near-flag = stands out
report-near-none = Nobody decided an award under a limit.
report-gaps = Gaps in authority
report-gap-type = { $type } in { $currency }: given in this time, and nobody may give it now
report-gap-award = { $value } is asked for, and nobody may approve it
report-gaps-none = Somebody may give everything that is asked for.
report-expiring = Grants that end within 30 days
report-expiring-none = None.
report-exceptions = Exceptions
report-unratified =
    { $days ->
        [one] Emergency awards no holder has spoken to within { $days } day
       *[other] Emergency awards no holder has spoken to within { $days } days
    }
report-not-in-force = Decided under a grant that was not in force
report-late =
    { $days ->
        [one] Accepted, and not given within { $days } day
       *[other] Accepted, and not given within { $days } days
    }
report-list = Awards behind the figures
report-list-all = All awards of this time
report-more = More awards
