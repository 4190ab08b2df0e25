# 问题、改进措施及其效果。

problem-state-open = 未解决
problem-state-solved = 已解决
problem-state-reopened = 重新打开

action-state-proposed = 已提出
action-state-approved = 已批准
action-state-implementing = 实施中
action-state-implemented = 已实施，观察中
action-state-effective = 有效
action-state-partial = 部分有效
action-state-ineffective = 无效
action-state-worse = 情况变差
action-state-inconclusive = 尚无定论
action-state-closed = 已关闭

who-owner = 负责该措施的人
who-verifier = 负责核验的人

refusal-own-action = 此措施由您负责，须由他人批准并查询效果。
refusal-action-over = 暂不能操作：该措施目前为“{ $state }”。仅在以下状态可操作：{ $states }。
refusal-plan-missing = 请先锁定评估计划。
refusal-watch-extended = 观察期已延长过一次。请现在决定：另定计划，或关闭。
refusal-problem-over = 暂不能操作：该问题目前为“{ $state }”。仅在以下状态可操作：{ $states }。
refusal-no-fix-proven = 尚无措施被证明有效。请先查询效果。

wrong-window-long = 超过五年。请选择更短的时间。
wrong-baseline-trigger = 请避开异常升高的那段时间：当时偏高部分出于偶然。
wrong-baseline-late = 之前的时段须在改进和观察开始之前结束。
wrong-watch-early = 观察须在改进及其后略去的天数之后开始。
wrong-implemented = 与计划不符。请选择其他时间，或先锁定另一计划。
wrong-watch-end = 请选择观察结束之后的日期。
wrong-share = 请填写范围内的比例，例如 0.5。
wrong-same-person = 请选择他人：负责人不能自行核验。
wrong-problem = 请从列表中选择问题。

label-title = 一句话说明
label-owner = 负责人
label-verifier = 核验人
label-baseline = 之前的时段
label-watch = 之后的时段
label-trigger = 异常升高的时段
label-washout-days = 改进后略去的天数
label-exposure = 计算基数
label-target-ratio = 目标
label-alpha = 允许误差
label-implemented-at = 实施时间
label-unit-cost = 每件投诉的成本
label-cost = 费用

actions-letter = 您曾向我们反映：{ $causes }。我们查明了原因。自{ $date }起，我们已作出改变：{ $title }。
actions-letter-effect = 此后，这类情况减少了 { $percent } %。
actions-letter-thanks = 没有您，我们不会知道。感谢您告诉我们。
