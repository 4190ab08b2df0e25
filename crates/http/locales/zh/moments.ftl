# Times. Short names with | between them: months from January, days from Monday.
moments-months = 1|2|3|4|5|6|7|8|9|10|11|12
moments-days = 周一|周二|周三|周四|周五|周六|周日
# $number is the month as a number; a language uses that or the name.
moments-date = { $number } 月 { $day } 日
moments-date-year = { $year } 年 { $number } 月 { $day } 日
moments-today = 今天
moments-yesterday = 昨天
moments-tomorrow = 明天
moments-minutes = { $minutes } 分钟
moments-hours = { $hours } 小时 { $minutes } 分
moments-hours-about = { $hours } 小时
moments-days-long = { $days } 天
moments-late = 超时 { $time }
moments-left = 还剩 { $time }
