# Which complaints belong together.
merge-open = Link or merge…
merge-of = { $reference }: link or merge
merge-what-stays = What stays if it is merged
merge-closes = This complaint closes and goes on under the earlier one. The earlier one keeps its responsible person, its day of receipt and its number.
merge-owed = { $customers ->
    [0] Nobody who complained is known by name.
    [one] One customer goes along and still gets an answer of their own.
   *[other] { $customers } customers go along and each still gets an answer.
} { $points ->
    [0] No point is open.
    [one] One open point goes along.
   *[other] { $points } open points go along.
}
merge-undo = It can be undone from the earlier one: then this one stands again where it stood.
merge-same-customer = Open complaints of the same customer
merge-none-same = This customer has no other open complaint you may know of.
merge-alike = Open complaints that tell much the same
merge-none-alike = No other open complaint tells much the same.
merge-stays = { $name } stays responsible, received { $time } stays.
merge-reason = Why they are one
merge-into = Merge into this one
merge-by-reference = Another one is named by its number, with “Merge…” or “Link…” on the page of the complaint.
merge-keep = Of this complaint, keep
merge-there = (there: { $what })
merge-there-nothing = (not said there)
