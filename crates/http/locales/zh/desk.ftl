# 我的工作台。
desk-oldest-first = 最先到期的在前
desk-due = { $time } 到期
desk-late = { $count ->
    [100] 有超过 99 位客户等待过久。
   *[other] 有 { $count } 位客户等待过久。
}
desk-things = { $count ->
    [0] 目前没有需要您处理的事项。
    [100] 有超过 99 件事项需要您处理。
   *[other] 有 { $count } 件事项需要您处理。
}
desk-nothing = 目前没有需要您处理的事项。
desk-nobody-waits = 没有客户在等您。
desk-promised = 已承诺，最先到期的在前
desk-nothing-promised = 您没有待兑现的承诺。
desk-to = 客户：
desk-from = 来自
desk-every-duty = 此投诉的全部职责
desk-customer-told = 已告知客户：
desk-nothing-offered = 目前没有人请您接手。
desk-accept = 接手
desk-decline = 不接手…
desk-decline-now = 不接手
desk-why-not = 不接手的原因
desk-answer-by = 请在 { $time } 前答复
desk-given = 已转交，尚未接手
desk-given-to = 转交给
desk-ago = { $time }前
desk-still-responsible = 对方尚未接手，仍由您负责。
desk-still-handler = 对方尚未接手，仍由您处理。
desk-nothing-given = 没有等待对方接手的转交。
desk-all = 查看全部 { $count } 件
desk-all-given = 查看全部已转交
