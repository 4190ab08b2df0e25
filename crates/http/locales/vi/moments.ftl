# Times. Short names with | between them: months from January, days from Monday.
moments-months = Th1|Th2|Th3|Th4|Th5|Th6|Th7|Th8|Th9|Th10|Th11|Th12
moments-days = T2|T3|T4|T5|T6|T7|CN
# $number is the month as a number; a language uses that or the name.
moments-date = { $day }/{ $number }
moments-date-year = { $day }/{ $number }/{ $year }
moments-today = hôm nay
moments-yesterday = hôm qua
moments-tomorrow = ngày mai
moments-minutes = { $minutes } phút
moments-hours = { $hours } giờ { $minutes } phút
moments-hours-about = { $hours } giờ
moments-days-long = { $days } ngày
moments-late = trễ { $time }
moments-left = còn { $time }
