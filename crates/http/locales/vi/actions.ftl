# Vấn đề, việc khắc phục, và kết quả.

problem-state-open = Đang mở
problem-state-solved = Đã giải quyết
problem-state-reopened = Mở lại

action-state-proposed = Đề xuất
action-state-approved = Đã duyệt
action-state-implementing = Đang thực hiện
action-state-implemented = Đã áp dụng, đang theo dõi
action-state-effective = Có hiệu quả
action-state-partial = Hiệu quả một phần
action-state-ineffective = Không hiệu quả
action-state-worse = Xấu hơn trước
action-state-inconclusive = Chưa kết luận được
action-state-closed = Đã đóng

who-owner = người phụ trách việc này
who-verifier = người kiểm chứng

refusal-own-action = Bạn phụ trách việc này. Người khác duyệt và hỏi kết quả.
refusal-action-over = Chưa làm được: việc này đang ở trạng thái “{ $state }”. Chỉ làm khi: { $states }.
refusal-plan-missing = Trước hết hãy khóa kế hoạch đánh giá.
refusal-watch-extended = Đã theo dõi thêm một lần rồi. Hãy quyết định: lập kế hoạch khác, hoặc đóng lại.
refusal-problem-over = Chưa làm được: vấn đề đang ở trạng thái “{ $state }”. Chỉ làm khi: { $states }.
refusal-no-fix-proven = Chưa có biện pháp nào được chứng minh là có ích. Hãy xem kết quả trước.

wrong-window-long = Quá năm năm. Hãy chọn khoảng ngắn hơn.
wrong-baseline-trigger = Hãy bỏ khoảng thời gian tăng bất thường ra: nó cao một phần do ngẫu nhiên.
wrong-baseline-late = Khoảng trước phải kết thúc trước khi khắc phục và trước khi theo dõi.
wrong-watch-early = Việc theo dõi bắt đầu sau khi khắc phục và sau những ngày bỏ qua.
wrong-implemented = Không khớp với kế hoạch. Hãy chọn thời điểm khác, hoặc khóa kế hoạch khác trước.
wrong-watch-end = Hãy chọn ngày sau khi hết theo dõi.
wrong-share = Hãy ghi một tỷ lệ trong giới hạn, ví dụ 0.5.
wrong-same-person = Hãy chọn người khác: người phụ trách không tự kiểm chứng.
wrong-problem = Hãy chọn một vấn đề trong danh sách.

label-title = Tóm tắt một dòng
label-owner = Người phụ trách
label-verifier = Người kiểm chứng
label-baseline = Khoảng trước
label-watch = Khoảng sau
label-trigger = Khoảng tăng bất thường
label-washout-days = Số ngày bỏ qua sau khi khắc phục
label-exposure = Tính trên
label-target-ratio = Mục tiêu
label-alpha = Mức sai cho phép
label-implemented-at = Áp dụng từ
label-unit-cost = Chi phí mỗi khiếu nại
label-cost = Chi phí

actions-letter = Quý khách đã phản ánh: { $causes }. Chúng tôi đã tìm hiểu vì sao. Từ { $date }, chúng tôi đã thay đổi: { $title }.
actions-letter-effect = Từ đó đến nay, những trường hợp như vậy đã giảm { $percent } %.
actions-letter-thanks = Nếu không có quý khách, chúng tôi đã không biết. Xin cảm ơn quý khách đã cho chúng tôi hay.
