# Signing in, one’s own settings, the people at the desk.
account-sign-in = Sign in
account-email = E-mail
account-password = Password
account-enter = Sign in
account-wrong = E-mail and password do not fit each other.
account-session-over = Your session is over. Sign in again; what you wrote is kept.
account-send-again = Send it again?
account-send-again-words = This was written before you signed in. Nothing is lost and nothing was sent yet.
account-send-again-button = Send what I wrote
