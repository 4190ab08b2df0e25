# Times. Short names with | between them: months from January, days from Monday.
moments-months = Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec
moments-days = Mon|Tue|Wed|Thu|Fri|Sat|Sun
# $number is the month as a number; a language uses that or the name.
moments-date = { $day } { $month }
moments-date-year = { $day } { $month } { $year }
moments-today = today
moments-yesterday = yesterday
moments-tomorrow = tomorrow
moments-minutes = { $minutes } min
moments-hours = { $hours } h { $minutes } min
moments-hours-about = { $hours } h
moments-days-long = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
moments-late = { $time } late
moments-left = { $time } left
