# Problems, what is done about them, and whether it helped.

problem-state-open = Open
problem-state-solved = Solved
problem-state-reopened = Open again

action-state-proposed = Proposed
action-state-approved = Approved
action-state-implementing = Being put in place
action-state-implemented = In place, being watched
action-state-effective = It works
action-state-partial = It helps in part
action-state-ineffective = It does not help
action-state-worse = It has become worse
action-state-inconclusive = Cannot be told
action-state-closed = Closed

who-owner = the person who sees to it
who-verifier = the person who verifies it

refusal-own-action = You see to this yourself. Somebody else approves it and asks whether it helped.
refusal-action-over = Not now: this action is “{ $state }”. This has its place while it is: { $states }.
refusal-plan-missing = First lock the plan by which it will be judged.
refusal-watch-extended = It has been watched longer once already. Decide now: another plan, or close it.
refusal-problem-over = Not now: this problem is “{ $state }”. This has its place while it is: { $states }.
refusal-no-fix-proven = None of the actions has been shown to help yet. Ask for a verdict first.

wrong-window-long = This is more than five years. Choose a shorter time.
wrong-baseline-trigger = Leave out the time in which it stood out: it was high partly by chance.
wrong-baseline-late = The time before must end before the fix and before the watch begins.
wrong-watch-early = The watch begins after the fix and the days left out.
wrong-implemented = This does not fit the plan. Choose another time, or lock another plan first.
wrong-watch-end = Choose a day after the end of the watch.
wrong-share = Write a share within the limits, such as 0.5.
wrong-same-person = Choose somebody else: the one who sees to it does not verify it.
wrong-problem = Choose a problem from the list.

label-title = In one line
label-owner = Who sees to it
label-verifier = Who verifies
label-baseline = Time before
label-watch = Time after
label-trigger = Time in which it stood out
label-washout-days = Days left out after the fix
label-exposure = Measured on
label-target-ratio = Aimed at
label-alpha = Risk of error
label-implemented-at = In place since
label-unit-cost = Cost of one complaint
label-cost = Cost

actions-letter = You told us about this: { $causes }. We looked into why it happens. Since { $date } this is different: { $title }.
actions-letter-effect = Since then it happens less often: { $percent } % fewer such cases.
actions-letter-thanks = Without you we would not have known. Thank you for telling us.
