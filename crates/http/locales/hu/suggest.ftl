suggest-title = Korábbi panaszok alapján
suggest-because = mert: { $words }
# Before the references of complaints.
suggest-like = mint
suggest-days = { $days } nap
suggest-given = adott: { $given }
