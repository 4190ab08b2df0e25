# 哪些投诉属于同一件事。
merge-open = 关联或合并…
merge-of = { $reference }：关联或合并
merge-what-stays = 合并后保留什么
merge-closes = 此投诉将结案，并入较早的投诉继续处理。较早的投诉保留其负责人、受理日期和编号。
merge-owed = { $customers ->
    [0] 没有已知姓名的客户。
   *[other] { $customers } 位客户一并转入，每位仍会得到答复。
} { $points ->
    [0] 没有未了事项。
   *[other] { $points } 项未了事项一并转入。
}
merge-undo = 可在较早的投诉中撤销：此投诉将恢复原状。
merge-same-customer = 同一客户的未结投诉
merge-none-same = 该客户没有您可查看的其他未结投诉。
merge-alike = 内容相近的未结投诉
merge-none-alike = 没有内容相近的其他未结投诉。
merge-stays = 仍由 { $name } 负责，受理时间 { $time } 不变。
merge-reason = 为何是同一件
merge-into = 并入此投诉
merge-by-reference = 其他投诉可按编号选择：在投诉页面使用“合并…”或“关联…”。
merge-keep = 保留本投诉的
merge-there = (对方：{ $what })
merge-there-nothing = (对方未填)
