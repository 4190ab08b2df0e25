# My desk.
desk-oldest-first = soonest due first
desk-due = due { $time }
desk-late = { $count ->
    [one] One customer has waited too long.
    [100] More than 99 customers have waited too long.
   *[other] { $count } customers have waited too long.
}
desk-things = { $count ->
    [0] Nothing needs you now.
    [one] One thing needs you.
    [100] More than 99 things need you.
   *[other] { $count } things need you.
}
desk-nothing = Nothing needs you now.
desk-nobody-waits = Nobody is waiting for you.
desk-promised = Promised, soonest first
desk-nothing-promised = You owe nobody a promise.
desk-to = to
desk-from = From
desk-every-duty = all duties on this complaint
desk-customer-told = The customer was told:
desk-nothing-offered = Nobody has offered you anything.
desk-accept = Accept
desk-decline = Decline…
desk-decline-now = Decline
desk-why-not = Why not?
desk-answer-by = answer by { $time }
desk-given = Handed over, not accepted
desk-given-to = To
desk-ago = { $time } ago
desk-still-responsible = Not accepted yet: you are still responsible.
desk-still-handler = Not accepted yet: you are still handling it.
desk-nothing-given = Nothing you handed over is waiting to be accepted.
desk-all = all { $count }
desk-all-given = all you handed over
