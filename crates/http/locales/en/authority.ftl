# Money, awards and the authority to give them.
money = { $amount } { $code }

award-type-refund = Refund
award-type-credit = Credit
award-type-replacement = Replacement
award-type-redelivery = Delivery anew
award-type-fee-waiver = Fee waived
award-type-voucher = Voucher
award-type-gift = Gift
award-type-apology-visit = Visit to apologise
award-type-ex-gratia = Goodwill payment

basis-liability = our liability
basis-contract = contract
basis-statute = required by law
basis-goodwill = goodwill

award-state-proposed = waiting for approval
award-state-approved = approved
award-state-refused = refused
award-state-withdrawn = withdrawn
award-state-offered = offered to the customer
award-state-accepted = accepted by the customer
award-state-declined = declined by the customer
award-state-lapsed = not answered in time
award-state-executed = given
award-state-reversed = taken back
award-state-held = held for review

ratification-ratified = ratified
ratification-condemned = not ratified

grant-state-draft = draft
grant-state-active = in force
grant-state-suspended = suspended
grant-state-expired = expired
grant-state-revoked = revoked

limit-per-award = one award
limit-per-case = one complaint
limit-per-customer = one customer in a period
limit-per-holder = one approver in a period
limit-per-unit = one team in a period
limit-per-batch = one incident
limit-four-eyes-above = without a second person

not-covered-currency = another currency
not-covered-type = another kind of award
not-covered-basis = another basis
not-covered-scope = other teams, products, channels or causes
not-covered-not-in-force = not in force now

differs-value = the amount
differs-payee = the payee
differs-record = what is on record

who-holder-of-parent = the holder of the grant above
who-writer = the person who wrote it
who-staff = a person at the desk

missing-awards-under-way = awards given or ended

refusal-limit-exceeded = { $limit } is the limit for { $which }; { $remaining } is left.
refusal-limit-exceeded-none = You hold no authority to give this.
refusal-limit-exceeded-not-covered = Your authority does not cover this: { $why }.
refusal-limit-exceeded-next = { $words } Ask: { $next }.
refusal-next-holder = { $name } (up to { $limit })
refusal-self-approval = You asked for this award or changed it. Somebody else approves it.
refusal-related-party = You are a party to this award, or related to one. Somebody else decides.
refusal-approved-already = You have approved this award already. Somebody else must approve it too.
refusal-another-person-needed = At this amount whoever asks, approves and gives are different people. Ask a colleague.
refusal-award-over = Not now: the award is { $state }. This has its place while it is: { $states }.
refusal-awards-under-way = Awards under way: { $count }. Give or end them first.
refusal-remedy-missing = Write down what the customer wants before something is offered.
refusal-approval-broken = This is not what was approved: { $differs }. Have it approved anew.
refusal-nothing-to-ratify = There is nothing here to ratify: it is no emergency award, or somebody has spoken already.
refusal-self-grant = Nobody gives authority to themselves, or puts in force what they wrote. Ask a colleague.
refusal-grant-over = Not now: the grant is { $state }. This has its place while it is: { $states }.
refusal-parent-not-in-force = The grant above is { $state }. It must be in force first.

wrong-amount = Write an amount with the usual decimals, such as 1250.00.
wrong-amount-small = Write a smaller amount.
wrong-amount-none = Write more than nothing.
wrong-other-currency = The currency is another. Use that of the grant or award.
wrong-document = Name the document this rests on, or the grant above.
wrong-sha256 = A SHA-256 has 64 digits from 0 to f.
wrong-grant = Choose a grant from the list.
wrong-not-delegable = This grant may not be passed on.
wrong-holder = Choose an active person who is not an auditor, or a role.
wrong-limit = Write at least one limit.
wrong-causes = Choose causes from the list.
wrong-types = Choose at least one kind of award.
wrong-bases = Choose at least one basis.
wrong-four-eyes = Write the amount above which so many approve.
wrong-levels = No further level may be passed on here.
wrong-wider = This goes beyond the grant above.
wrong-remedy = Write down what the customer wants before something is given.

label-holder = Holder
label-types = Kinds of award
label-bases = Bases
label-basis = Basis
label-type = Kind of award
label-currency = Currency
label-amount = Amount
label-limits = Limits
label-per-award = Per award
label-per-case = Per complaint
label-per-customer = Per customer
label-per-holder = Per approver
label-per-unit = Per team
label-per-batch = Per incident
label-days = Days
label-teams = Teams
label-products = Products
label-channels = Channels
label-causes = Causes
label-valid-from = Valid from
label-valid-until = Valid until
label-parent = Grant above
label-document = Document
label-ref = Document number
label-sha256 = SHA-256 of the document
label-four-eyes-above = Second person above
label-approvers = Approvers
label-may-subdelegate = May be passed on
label-max-depth = Levels below
label-payee = Payee
label-incident = Incident
label-staff = Person

fact-award-proposed = { $who } asks for an award: { $what } ({ $by })
fact-award-amended = { $who } changed the award: { $what }
fact-award-approved = { $who } approved the award: { $what }
fact-award-approved-in-part = { $who } approved the award, further approval needed: { $what }
fact-award-refused = { $who } refused the award: { $what }
fact-award-withdrawn = { $who } withdrew the award: { $what }
fact-award-offered = { $who } offered { $what } { $by }, answer by { $when }
fact-award-accepted = The customer accepts { $what } { $by }. Noted by { $who }
fact-award-declined = The customer declines { $what } { $by }. Noted by { $who }
fact-award-lapsed = The customer did not answer the offer in time: { $what }
fact-award-executed = { $who } gave { $what }
fact-award-reversed = { $who } took back { $what }
fact-award-held = { $who } stopped the award for review: { $what }
fact-award-ratified = { $who } ratified the emergency award: { $what }
fact-award-condemned = { $who } did not ratify the emergency award: { $what }
fact-award-worth = { $type }, { $value }
fact-award-emergency = Emergency
