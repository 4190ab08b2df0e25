# Signing in, one’s own settings, the people at the desk.
account-sign-in = Đăng nhập
account-email = Email
account-password = Mật khẩu
account-enter = Đăng nhập
account-wrong = Email và mật khẩu không khớp.
account-session-over = Phiên đã hết. Hãy đăng nhập lại; nội dung bạn viết vẫn còn.
account-send-again = Gửi lại?
account-send-again-words = Nội dung này viết trước khi bạn đăng nhập. Chưa mất gì và cũng chưa gửi.
account-send-again-button = Gửi nội dung đã viết
