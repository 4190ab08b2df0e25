suggest-title = 根据以往投诉的建议
suggest-because = 依据：{ $words }
# Before the references of complaints.
suggest-like = 例如
suggest-days = { $days } 天
suggest-given = 已给予：{ $given }
