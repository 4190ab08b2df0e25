# Times. Short names with | between them: months from January, days from Monday.
moments-months = jan.|febr.|márc.|ápr.|máj.|jún.|júl.|aug.|szept.|okt.|nov.|dec.
moments-days = h|k|sze|cs|p|szo|v
# $number is the month as a number; a language uses that or the name.
moments-date = { $month } { $day }.
moments-date-year = { $year }. { $month } { $day }.
moments-today = ma
moments-yesterday = tegnap
moments-tomorrow = holnap
moments-minutes = { $minutes } perc
moments-hours = { $hours } óra { $minutes } perc
moments-hours-about = { $hours } óra
moments-days-long = { $days } nap
moments-late = { $time } késés
moments-left = még { $time }
