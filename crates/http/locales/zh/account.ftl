# Signing in, one’s own settings, the people at the desk.
account-sign-in = 登录
account-email = 邮箱
account-password = 密码
account-enter = 登录
account-wrong = 邮箱与密码不匹配。
account-session-over = 会话已结束。请重新登录，您写的内容已保留。
account-send-again = 重新发送？
account-send-again-words = 这些内容写于您登录之前。内容未丢失，也尚未发送。
account-send-again-button = 发送所写内容
