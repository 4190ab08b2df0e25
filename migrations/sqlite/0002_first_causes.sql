-- The causes every desk begins with; leads add their own. `unknown` and `other` are always there.
insert into cause (id, code, name, value_category, servqual, family, created_at) values
    (x'01900000000070008000000000000001', 'unknown', '{"en": "Looked into, not found", "hu": "Megvizsgálva, nem derült ki", "vi": "Đã tìm hiểu, chưa rõ nguyên nhân", "zh": "已调查，原因不明"}', null, null, null, 0),
    (x'01900000000070008000000000000002', 'other', '{"en": "Something else", "hu": "Egyéb", "vi": "Nguyên nhân khác", "zh": "其他"}', null, null, null, 0),
    (x'01900000000070008000000000000003', 'late', '{"en": "Late", "hu": "Késés", "vi": "Trễ hẹn", "zh": "延误"}', 'convenience', 'reliability', 'method', 0),
    (x'01900000000070008000000000000004', 'damaged', '{"en": "Damaged or faulty", "hu": "Sérült vagy hibás", "vi": "Hư hỏng hoặc lỗi", "zh": "损坏或有缺陷"}', 'product', 'reliability', 'material', 0),
    (x'01900000000070008000000000000005', 'wrong-item', '{"en": "Wrong item or place", "hu": "Téves áru vagy hely", "vi": "Sai hàng hoặc sai địa điểm", "zh": "货品或地点错误"}', 'convenience', 'reliability', 'people', 0),
    (x'01900000000070008000000000000006', 'billing-error', '{"en": "Wrong price or bill", "hu": "Hibás ár vagy számla", "vi": "Sai giá hoặc sai hóa đơn", "zh": "价格或账单错误"}', 'product', 'reliability', 'machine', 0),
    (x'01900000000070008000000000000007', 'misinformed', '{"en": "Wrong or missing information", "hu": "Hibás vagy hiányzó tájékoztatás", "vi": "Thông tin sai hoặc thiếu", "zh": "信息错误或缺失"}', 'mindset', 'assurance', 'method', 0),
    (x'01900000000070008000000000000008', 'conduct', '{"en": "Conduct of staff", "hu": "A munkatárs magatartása", "vi": "Thái độ nhân viên", "zh": "员工态度"}', 'mindset', 'empathy', 'people', 0),
    (x'01900000000070008000000000000009', 'promise-not-kept', '{"en": "Promise not kept", "hu": "Be nem tartott ígéret", "vi": "Không giữ lời hứa", "zh": "承诺未兑现"}', 'relationship', 'reliability', 'method', 0),
    (x'0190000000007000800000000000000a', 'hard-to-reach', '{"en": "Hard to reach or slow to answer", "hu": "Nehezen elérhető vagy lassú válasz", "vi": "Khó liên hệ hoặc trả lời chậm", "zh": "难以联系或回复缓慢"}', 'convenience', 'responsiveness', 'method', 0);
