# The words for codes: kind, then code.
channel-phone = 电话
channel-email = 邮件
channel-web = 网页表单
channel-counter = 柜台
channel-app = 应用
channel-chat = 在线聊天
channel-social = 社交媒体
channel-sms = 短信
channel-letter = 信件
channel-field = 上门

by-phone = 电话
by-email = 邮件
by-web = 网页表单
by-counter = 柜台
by-app = 应用
by-chat = 在线聊天
by-social = 社交媒体
by-sms = 短信
by-letter = 信件
by-field = 上门

severity-minor = 一般
severity-serious = 严重
severity-critical = 紧急

stage-received = 已受理
stage-acknowledged = 已告知客户
stage-investigating = 调查中
stage-decided = 已决定
stage-replied = 已答复
stage-closed = 已结案

closure-accepted = 客户接受
closure-unanswered = 联系不上客户
closure-deadlock = 未达成一致
closure-withdrawn = 客户撤回
closure-void = 并非投诉
closure-merged = 已并入另一投诉
closure-imported = 导入时已完结

role-agent = 客服
role-lead = 组长
role-admin = 管理员
role-auditor = 审计

handoff-offered = 等待答复
handoff-accepted = 已接手
handoff-declined = 已拒绝
handoff-lapsed = 已过期
handoff-recalled = 已收回

succession-offered = 等待答复
succession-accepted = 已接手
succession-declined = 已拒绝
succession-recalled = 已收回

reply-kind-substantive = 正式答复
reply-kind-progress = 进展通报
reply-kind-holding = 告知延期
reply-kind-courtesy = 确认函

reply-state-sent = 已发出，未确认送达
reply-state-delivered = 已送达
reply-state-failed = 未送达
reply-state-posted = 已公布在编号页

finding-upheld = 投诉成立
finding-partly-upheld = 部分成立
finding-rejected = 不成立

answer-accepted = 接受答复
answer-disputed = 不接受答复
answer-no-answer = 多次联系均无回应

promise-made = 未到期
promise-kept = 已兑现
promise-broken = 未兑现
promise-superseded = 已更改
promise-void = 应客户要求取消
promise-kept-late = 逾期兑现
promise-abandoned = 已放弃

direction-in = 客户来联系
direction-out = 我们联系客户

cause-role-primary = 主要原因
cause-role-contributing = 次要原因
confidence-suspected = 推测
confidence-confirmed = 已确认

link-same-as = 同一事件
link-related = 相关
link-repeat-of = 重复投诉
link-about-handling = 针对处理过程

identifier-name = 姓名
identifier-phone = 电话
identifier-email = 邮件
identifier-order = 订单

who-first-contact = 首问负责人
who-handler = 处理人
who-lead = 组长
who-admin = 管理员
who-offerer = 转交人
who-the-person = 本人
who-another-administrator = 其他管理员

missing-substantive-reply = 已送达客户的正式答复
missing-unanswered-points = 对每个问题的答复
missing-open-promises = 承诺的兑现或解除
missing-primary-cause = 主要原因
missing-customer-answer = 客户对答复的意见
missing-external-body = 已告知客户的外部机构
missing-second-decider = 另一人的决定
