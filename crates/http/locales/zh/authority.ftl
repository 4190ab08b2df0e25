# 金额、补偿与审批权限。
money = { $code } { $amount }

award-type-refund = 退款
award-type-credit = 账户抵扣
award-type-replacement = 换货
award-type-redelivery = 重新配送
award-type-fee-waiver = 免收费用
award-type-voucher = 代金券
award-type-gift = 赠品
award-type-apology-visit = 上门致歉
award-type-ex-gratia = 善意补偿

basis-liability = 我方责任
basis-contract = 合同约定
basis-statute = 法律规定
basis-goodwill = 善意

award-state-proposed = 待审批
award-state-approved = 已批准
award-state-refused = 未批准
award-state-withdrawn = 已撤回
award-state-offered = 已告知客户
award-state-accepted = 客户已接受
award-state-declined = 客户未接受
award-state-lapsed = 逾期未答复
award-state-executed = 已给付
award-state-reversed = 已收回
award-state-held = 暂停待复核

ratification-ratified = 已追认
ratification-condemned = 未予追认

grant-state-draft = 草稿
grant-state-active = 生效中
grant-state-suspended = 已暂停
grant-state-expired = 已到期
grant-state-revoked = 已撤销

limit-per-award = 单笔补偿
limit-per-case = 单件投诉
limit-per-customer = 同一客户期内合计
limit-per-holder = 同一审批人期内合计
limit-per-unit = 同一小组期内合计
limit-per-batch = 同一事件
limit-four-eyes-above = 无需第二人审批

not-covered-currency = 币种不同
not-covered-type = 补偿方式不同
not-covered-basis = 依据不同
not-covered-scope = 小组、产品、渠道或原因不同
not-covered-not-in-force = 目前未生效

differs-value = 金额
differs-payee = 收款方
differs-record = 记录内容

who-holder-of-parent = 上级授权的持有人
who-writer = 拟定人
who-staff = 本台人员

missing-awards-under-way = 补偿的给付或终止

refusal-limit-exceeded = { $which }的限额为 { $limit }，尚余 { $remaining }。
refusal-limit-exceeded-none = 您没有批准此项补偿的权限。
refusal-limit-exceeded-not-covered = 您的权限不包括此项：{ $why }。
refusal-limit-exceeded-next = { $words }请找：{ $next }。
refusal-next-holder = { $name }（至 { $limit }）
refusal-self-approval = 此项补偿由您提出或修改，须由他人审批。
refusal-related-party = 您是此项补偿的当事方或与其有关联，须由他人决定。
refusal-approved-already = 您已批准过此项补偿，还需另一人审批。
refusal-another-person-needed = 达到此金额时，提出、审批和给付须由不同的人进行。请找同事。
refusal-award-over = 现在不能操作：该补偿{ $state }。可操作状态：{ $states }。
refusal-awards-under-way = 尚有 { $count } 项补偿未了，请先给付或终止。
refusal-remedy-missing = 请先记录客户的诉求，再提出补偿。
refusal-approval-broken = 与批准的内容不符：{ $differs }。请重新报批。
refusal-nothing-to-ratify = 没有可追认的内容：并非紧急补偿，或已有人表态。
refusal-self-grant = 不得为自己授权，也不得启用自己拟定的授权。请找同事。
refusal-grant-over = 现在不能操作：该授权{ $state }。可操作状态：{ $states }。
refusal-parent-not-in-force = 上级授权{ $state }，须先生效。

wrong-amount = 请按币种的小数位填写金额，例如 1250.00。
wrong-amount-small = 请填写较小的金额。
wrong-amount-none = 金额须大于零。
wrong-other-currency = 币种不一致，请使用授权或补偿的币种。
wrong-document = 请填写依据的文件或上级授权。
wrong-sha256 = SHA-256 为 64 位 0 到 f 的字符。
wrong-grant = 请从列表中选择授权。
wrong-not-delegable = 该授权不得转授。
wrong-holder = 请选择在职且非审计员的人员，或一个角色。
wrong-limit = 请至少填写一项限额。
wrong-causes = 请从列表中选择原因。
wrong-types = 请至少选择一种补偿方式。
wrong-bases = 请至少选择一项依据。
wrong-four-eyes = 请填写超过多少金额需要多人审批。
wrong-levels = 此处不能再往下转授。
wrong-wider = 超出了上级授权的范围。
wrong-remedy = 请先记录客户的诉求，再给付。

label-holder = 持有人
label-types = 补偿方式
label-bases = 依据
label-basis = 依据
label-type = 补偿方式
label-currency = 币种
label-amount = 金额
label-limits = 限额
label-per-award = 单笔
label-per-case = 单件投诉
label-per-customer = 每位客户
label-per-holder = 每位审批人
label-per-unit = 每个小组
label-per-batch = 每个事件
label-days = 天数
label-teams = 小组
label-products = 产品
label-channels = 渠道
label-causes = 原因
label-valid-from = 生效时间
label-valid-until = 失效时间
label-parent = 上级授权
label-document = 文件
label-ref = 文件编号
label-sha256 = 文件的 SHA-256
label-four-eyes-above = 超过此额须第二人
label-approvers = 审批人数
label-may-subdelegate = 可转授
label-max-depth = 下级层数
label-payee = 收款方
label-incident = 事件
label-staff = 人员

fact-award-proposed = { $who } 提出补偿：{ $what }（{ $by }）
fact-award-amended = { $who } 修改补偿：{ $what }
fact-award-approved = { $who } 批准补偿：{ $what }
fact-award-approved-in-part = { $who } 批准补偿，尚需他人审批：{ $what }
fact-award-refused = { $who } 未批准补偿：{ $what }
fact-award-withdrawn = { $who } 撤回补偿：{ $what }
fact-award-offered = { $who } { $by }向客户提出 { $what }，请于 { $when } 前答复
fact-award-accepted = 客户{ $by }接受 { $what }。{ $who } 记录
fact-award-declined = 客户{ $by }未接受 { $what }。{ $who } 记录
fact-award-lapsed = 客户未在期限内答复：{ $what }
fact-award-executed = { $who } 已给付 { $what }
fact-award-reversed = { $who } 收回 { $what }
fact-award-held = { $who } 暂停补偿待复核：{ $what }
fact-award-ratified = { $who } 追认紧急补偿：{ $what }
fact-award-condemned = { $who } 未追认紧急补偿：{ $what }
fact-award-worth = { $type }，{ $value }
fact-award-emergency = 紧急
