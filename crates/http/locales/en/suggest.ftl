suggest-title = Suggested by earlier complaints
suggest-because = because: { $words }
# Before the references of complaints.
suggest-like = as
suggest-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
suggest-given = given: { $given }
