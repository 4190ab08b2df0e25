# The words for codes: kind, then code.
channel-phone = Phone
channel-email = E-mail
channel-web = Web form
channel-counter = Counter
channel-app = App
channel-chat = Chat
channel-social = Social network
channel-sms = Text message
channel-letter = Letter
channel-field = At the customer’s

by-phone = by phone
by-email = by e-mail
by-web = by web form
by-counter = at the counter
by-app = in the app
by-chat = by chat
by-social = on a social network
by-sms = by text message
by-letter = by letter
by-field = on site

severity-minor = Minor
severity-serious = Serious
severity-critical = Critical

stage-received = Received
stage-acknowledged = Acknowledged
stage-investigating = Investigating
stage-decided = Decided
stage-replied = Replied
stage-closed = Closed

closure-accepted = Accepted by the customer
closure-unanswered = Customer could not be reached
closure-deadlock = No agreement
closure-withdrawn = Withdrawn by the customer
closure-void = Not a complaint
closure-merged = Merged into another
closure-imported = Brought in as finished

role-agent = Agent
role-lead = Lead
role-admin = Administrator
role-auditor = Auditor

handoff-offered = waiting for an answer
handoff-accepted = accepted
handoff-declined = declined
handoff-lapsed = lapsed
handoff-recalled = taken back

succession-offered = waiting for an answer
succession-accepted = accepted
succession-declined = declined
succession-recalled = taken back

reply-kind-substantive = Answer
reply-kind-progress = Progress report
reply-kind-holding = Needs more time
reply-kind-courtesy = Confirmation

reply-state-sent = sent, not confirmed
reply-state-delivered = delivered
reply-state-failed = not delivered
reply-state-posted = posted under the reference

finding-upheld = Upheld
finding-partly-upheld = Partly upheld
finding-rejected = Rejected

answer-accepted = Accepts the answer
answer-disputed = Does not accept it
answer-no-answer = No answer after every attempt

promise-made = open
promise-kept = kept
promise-broken = broken
promise-superseded = replaced
promise-void = let go at the customer’s request
promise-kept-late = kept late
promise-abandoned = given up

direction-in = From the customer
direction-out = To the customer

cause-role-primary = Main cause
cause-role-contributing = Contributing cause
confidence-suspected = suspected
confidence-confirmed = confirmed

link-same-as = Same incident
link-related = Related
link-repeat-of = Repeat of
link-about-handling = About the handling of

identifier-name = Name
identifier-phone = Phone
identifier-email = E-mail
identifier-order = Order

who-first-contact = the person responsible
who-handler = the handler
who-lead = a lead
who-admin = an administrator
who-offerer = the person who offered it
who-the-person = the person themselves
who-another-administrator = another administrator

missing-substantive-reply = a delivered answer to the customer
missing-unanswered-points = answers to all points
missing-open-promises = promises kept or released
missing-primary-cause = the main cause
missing-customer-answer = what the customer says to the answer
missing-external-body = the external body the customer was told of
missing-second-decider = a decision by a second person
