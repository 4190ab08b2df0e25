# Bàn làm việc.
desk-oldest-first = việc sắp đến hạn ở trên
desk-due = hạn { $time }
desk-late = { $count ->
    [100] Hơn 99 khách đã chờ quá lâu.
   *[other] { $count } khách đã chờ quá lâu.
}
desk-things = { $count ->
    [0] Hiện không có việc nào cần bạn.
    [100] Hơn 99 việc đang cần bạn.
   *[other] { $count } việc đang cần bạn.
}
desk-nothing = Hiện không có việc nào cần bạn.
desk-nobody-waits = Không có khách nào đang chờ bạn.
desk-promised = Đã hẹn với khách
desk-nothing-promised = Bạn không còn lời hẹn nào phải giữ.
desk-to = với
desk-from = Từ
desk-every-duty = toàn bộ trách nhiệm với khiếu nại này
desk-customer-told = Đã báo với khách:
desk-nothing-offered = Chưa ai nhờ bạn nhận việc.
desk-accept = Nhận việc
desk-decline = Từ chối…
desk-decline-now = Từ chối
desk-why-not = Vì sao bạn không nhận?
desk-answer-by = trả lời trước { $time }
desk-given = Đã bàn giao, chưa ai nhận
desk-given-to = Giao cho
desk-ago = { $time } trước
desk-still-responsible = Chưa ai nhận: bạn vẫn chịu trách nhiệm.
desk-still-handler = Chưa ai nhận: bạn vẫn đang xử lý.
desk-nothing-given = Không có việc bàn giao nào đang chờ nhận.
desk-all = xem cả { $count }
desk-all-given = xem tất cả việc đã bàn giao
