# Những khiếu nại nào thuộc về nhau.
merge-open = Liên kết hoặc gộp…
merge-of = { $reference }: liên kết hoặc gộp
merge-what-stays = Những gì được giữ khi gộp
merge-closes = Khiếu nại này đóng lại và tiếp tục trong khiếu nại có trước. Khiếu nại có trước giữ nguyên người chịu trách nhiệm, ngày tiếp nhận và số hiệu.
merge-owed = { $customers ->
    [0] Không có khách nào được biết tên.
   *[other] { $customers } khách được chuyển theo và mỗi người vẫn được trả lời.
} { $points ->
    [0] Không còn điểm nào mở.
   *[other] { $points } điểm còn mở được chuyển theo.
}
merge-undo = Có thể hoàn tác từ khiếu nại có trước: khi đó khiếu nại này trở lại như cũ.
merge-same-customer = Khiếu nại đang mở của cùng khách
merge-none-same = Khách này không có khiếu nại đang mở nào khác mà bạn được biết.
merge-alike = Khiếu nại đang mở kể chuyện gần giống
merge-none-alike = Không có khiếu nại đang mở nào khác gần giống.
merge-stays = { $name } vẫn chịu trách nhiệm, ngày tiếp nhận { $time } giữ nguyên.
merge-reason = Vì sao là một
merge-into = Gộp vào khiếu nại này
merge-by-reference = Khiếu nại khác được chọn theo số hiệu, bằng “Gộp…” hoặc “Liên kết…” trên trang khiếu nại.
merge-keep = Giữ lại từ hồ sơ này
merge-there = (bên kia: { $what })
merge-there-nothing = (bên kia chưa ghi)
