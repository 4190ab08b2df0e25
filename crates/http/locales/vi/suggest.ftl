suggest-title = Gợi ý từ các khiếu nại trước
suggest-because = vì: { $words }
# Before the references of complaints.
suggest-like = như
suggest-days = { $days } ngày
suggest-given = đã trao: { $given }
