# The words for codes: kind, then code.
channel-phone = Điện thoại
channel-email = Email
channel-web = Biểu mẫu web
channel-counter = Tại quầy
channel-app = Ứng dụng
channel-chat = Trò chuyện
channel-social = Mạng xã hội
channel-sms = Tin nhắn SMS
channel-letter = Thư
channel-field = Tại nhà khách

by-phone = qua điện thoại
by-email = qua email
by-web = qua biểu mẫu web
by-counter = tại quầy
by-app = qua ứng dụng
by-chat = qua trò chuyện
by-social = qua mạng xã hội
by-sms = qua tin nhắn
by-letter = qua thư
by-field = tại chỗ

severity-minor = Nhẹ
severity-serious = Nghiêm trọng
severity-critical = Khẩn cấp

stage-received = Đã tiếp nhận
stage-acknowledged = Đã báo tiếp nhận
stage-investigating = Đang xem xét
stage-decided = Đã quyết định
stage-replied = Đã trả lời
stage-closed = Đã đóng

closure-accepted = Khách đồng ý
closure-unanswered = Không liên lạc được khách
closure-deadlock = Không đạt thỏa thuận
closure-withdrawn = Khách rút lại
closure-void = Không phải khiếu nại
closure-merged = Đã gộp vào hồ sơ khác
closure-imported = Nhập vào đã xong

role-agent = Nhân viên
role-lead = Trưởng nhóm
role-admin = Quản trị viên
role-auditor = Kiểm soát viên

handoff-offered = đang chờ trả lời
handoff-accepted = đã nhận
handoff-declined = đã từ chối
handoff-lapsed = đã hết hạn
handoff-recalled = đã thu lại

succession-offered = đang chờ trả lời
succession-accepted = đã nhận
succession-declined = đã từ chối
succession-recalled = đã thu lại

reply-kind-substantive = Câu trả lời
reply-kind-progress = Báo tiến độ
reply-kind-holding = Báo cần thêm thời gian
reply-kind-courtesy = Xác nhận

reply-state-sent = đã gửi, chưa xác nhận
reply-state-delivered = đã đến tay khách
reply-state-failed = không đến được
reply-state-posted = đã đăng theo mã hồ sơ

finding-upheld = Khách đúng
finding-partly-upheld = Khách đúng một phần
finding-rejected = Không chấp nhận

answer-accepted = Đồng ý với câu trả lời
answer-disputed = Không đồng ý
answer-no-answer = Không phản hồi sau mọi lần liên lạc

promise-made = chưa đến hạn
promise-kept = đã giữ lời
promise-broken = đã lỡ hẹn
promise-superseded = đã thay bằng hẹn khác
promise-void = khách cho bỏ
promise-kept-late = giữ lời trễ
promise-abandoned = đã bỏ

direction-in = Khách liên hệ
direction-out = Ta liên hệ khách

cause-role-primary = Nguyên nhân chính
cause-role-contributing = Nguyên nhân góp phần
confidence-suspected = nghi ngờ
confidence-confirmed = đã xác nhận

link-same-as = Cùng sự việc
link-related = Có liên quan
link-repeat-of = Lặp lại của
link-about-handling = Về cách xử lý của

identifier-name = Tên
identifier-phone = Điện thoại
identifier-email = Email
identifier-order = Đơn hàng

who-first-contact = người chịu trách nhiệm
who-handler = người xử lý
who-lead = trưởng nhóm
who-admin = quản trị viên
who-offerer = người đã đề nghị
who-the-person = chính người đó
who-another-administrator = quản trị viên khác

missing-substantive-reply = câu trả lời đã đến tay khách
missing-unanswered-points = trả lời cho mọi điểm khiếu nại
missing-open-promises = các lời hẹn được giữ hoặc gỡ
missing-primary-cause = nguyên nhân chính
missing-customer-answer = ý kiến của khách về câu trả lời
missing-external-body = cơ quan bên ngoài đã báo cho khách
missing-second-decider = quyết định của người thứ hai
