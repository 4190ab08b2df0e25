# Tiền, bồi thường và thẩm quyền duyệt.
money = { $amount } { $code }

award-type-refund = Hoàn tiền
award-type-credit = Ghi có vào tài khoản
award-type-replacement = Đổi sản phẩm
award-type-redelivery = Giao lại
award-type-fee-waiver = Miễn phí dịch vụ
award-type-voucher = Phiếu mua hàng
award-type-gift = Quà tặng
award-type-apology-visit = Đến tận nơi xin lỗi
award-type-ex-gratia = Chi thiện chí

basis-liability = trách nhiệm của mình
basis-contract = theo hợp đồng
basis-statute = theo luật
basis-goodwill = thiện chí

award-state-proposed = chờ duyệt
award-state-approved = đã duyệt
award-state-refused = không duyệt
award-state-withdrawn = đã rút lại
award-state-offered = đã báo khách
award-state-accepted = khách đồng ý
award-state-declined = khách không nhận
award-state-lapsed = quá hạn trả lời
award-state-executed = đã chi trả
award-state-reversed = đã thu hồi
award-state-held = tạm giữ để xem xét

ratification-ratified = đã phê chuẩn
ratification-condemned = không phê chuẩn

grant-state-draft = bản nháp
grant-state-active = có hiệu lực
grant-state-suspended = tạm ngưng
grant-state-expired = hết hạn
grant-state-revoked = đã thu hồi

limit-per-award = một khoản
limit-per-case = một khiếu nại
limit-per-customer = một khách trong kỳ
limit-per-holder = một người duyệt trong kỳ
limit-per-unit = một nhóm trong kỳ
limit-per-batch = một sự cố
limit-four-eyes-above = khi không có người thứ hai

not-covered-currency = loại tiền khác
not-covered-type = hình thức bồi thường khác
not-covered-basis = căn cứ khác
not-covered-scope = nhóm, sản phẩm, kênh hoặc nguyên nhân khác
not-covered-not-in-force = hiện không có hiệu lực

differs-value = số tiền
differs-payee = người nhận
differs-record = nội dung đã lưu

who-holder-of-parent = người giữ thẩm quyền cấp trên
who-writer = người đã lập
who-staff = nhân viên tại đây

missing-awards-under-way = các khoản bồi thường được chi trả hoặc kết thúc

refusal-limit-exceeded = Hạn mức cho { $which } là { $limit }; còn lại { $remaining }.
refusal-limit-exceeded-none = Bạn không có thẩm quyền duyệt khoản này.
refusal-limit-exceeded-not-covered = Thẩm quyền của bạn không gồm khoản này: { $why }.
refusal-limit-exceeded-next = { $words } Hãy hỏi: { $next }.
refusal-next-holder = { $name } (đến { $limit })
refusal-self-approval = Bạn đã đề xuất hoặc sửa khoản này. Người khác phải duyệt.
refusal-related-party = Bạn là bên liên quan của khoản này, hoặc có quan hệ với họ. Người khác phải quyết định.
refusal-approved-already = Bạn đã duyệt khoản này rồi. Cần thêm một người khác duyệt.
refusal-another-person-needed = Với số tiền này, người đề xuất, người duyệt và người chi phải khác nhau. Hãy nhờ đồng nghiệp.
refusal-award-over = Chưa làm được: khoản này { $state }. Việc này làm khi: { $states }.
refusal-awards-under-way = Còn { $count } khoản bồi thường đang xử lý. Hãy chi trả hoặc kết thúc trước.
refusal-remedy-missing = Hãy ghi khách muốn gì trước khi đề nghị bồi thường.
refusal-approval-broken = Không đúng với nội dung đã duyệt: { $differs }. Hãy xin duyệt lại.
refusal-nothing-to-ratify = Không có gì để phê chuẩn: đây không phải khoản khẩn cấp, hoặc đã có người cho ý kiến.
refusal-self-grant = Không ai tự giao thẩm quyền cho mình hoặc cho hiệu lực bản mình lập. Hãy nhờ đồng nghiệp.
refusal-grant-over = Chưa làm được: thẩm quyền { $state }. Việc này làm khi: { $states }.
refusal-parent-not-in-force = Thẩm quyền cấp trên { $state }. Cấp trên phải có hiệu lực trước.

wrong-amount = Hãy ghi số tiền đúng số lẻ của loại tiền, ví dụ 1250000.
wrong-amount-small = Hãy ghi số tiền nhỏ hơn.
wrong-amount-none = Hãy ghi số tiền lớn hơn 0.
wrong-other-currency = Loại tiền không khớp. Hãy dùng loại tiền của thẩm quyền hoặc khoản này.
wrong-document = Hãy ghi văn bản làm căn cứ, hoặc thẩm quyền cấp trên.
wrong-sha256 = SHA-256 gồm 64 ký tự từ 0 đến f.
wrong-grant = Hãy chọn một thẩm quyền trong danh sách.
wrong-not-delegable = Thẩm quyền này không được giao tiếp.
wrong-holder = Hãy chọn người đang làm việc, không phải kiểm soát viên, hoặc một vai trò.
wrong-limit = Hãy ghi ít nhất một hạn mức.
wrong-causes = Hãy chọn nguyên nhân trong danh sách.
wrong-types = Hãy chọn ít nhất một hình thức bồi thường.
wrong-bases = Hãy chọn ít nhất một căn cứ.
wrong-four-eyes = Hãy ghi số tiền mà trên đó cần nhiều người duyệt.
wrong-levels = Không còn cấp nào được giao tiếp ở đây.
wrong-wider = Nội dung này vượt quá thẩm quyền cấp trên.
wrong-remedy = Hãy ghi khách muốn gì trước khi chi trả.

label-holder = Người giữ
label-types = Hình thức bồi thường
label-bases = Căn cứ
label-basis = Căn cứ
label-type = Hình thức bồi thường
label-currency = Loại tiền
label-amount = Số tiền
label-limits = Hạn mức
label-per-award = Mỗi khoản
label-per-case = Mỗi khiếu nại
label-per-customer = Mỗi khách
label-per-holder = Mỗi người duyệt
label-per-unit = Mỗi nhóm
label-per-batch = Mỗi sự cố
label-days = Số ngày
label-teams = Nhóm
label-products = Sản phẩm
label-channels = Kênh
label-causes = Nguyên nhân
label-valid-from = Hiệu lực từ
label-valid-until = Hiệu lực đến
label-parent = Thẩm quyền cấp trên
label-document = Văn bản
label-ref = Số văn bản
label-sha256 = SHA-256 của văn bản
label-four-eyes-above = Cần người thứ hai từ trên
label-approvers = Số người duyệt
label-may-subdelegate = Được giao tiếp
label-max-depth = Số cấp bên dưới
label-payee = Người nhận
label-incident = Sự cố
label-staff = Người

fact-award-proposed = { $who } đề xuất bồi thường: { $what } ({ $by })
fact-award-amended = { $who } sửa khoản bồi thường: { $what }
fact-award-approved = { $who } duyệt khoản bồi thường: { $what }
fact-award-approved-in-part = { $who } duyệt khoản bồi thường, còn chờ người khác duyệt: { $what }
fact-award-refused = { $who } không duyệt khoản bồi thường: { $what }
fact-award-withdrawn = { $who } rút lại khoản bồi thường: { $what }
fact-award-offered = { $who } đề nghị với khách { $what } { $by }, trả lời trước { $when }
fact-award-accepted = Khách đồng ý nhận { $what } { $by }. { $who } ghi lại
fact-award-declined = Khách không nhận { $what } { $by }. { $who } ghi lại
fact-award-lapsed = Khách không trả lời đề nghị đúng hạn: { $what }
fact-award-executed = { $who } đã chi trả { $what }
fact-award-reversed = { $who } thu hồi { $what }
fact-award-held = { $who } tạm giữ khoản bồi thường để xem xét: { $what }
fact-award-ratified = { $who } phê chuẩn khoản khẩn cấp: { $what }
fact-award-condemned = { $who } không phê chuẩn khoản khẩn cấp: { $what }
fact-award-worth = { $type }, { $value }
fact-award-emergency = Khẩn cấp
