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
account-nobody-yet = Nobody is at the desk yet. The link to set it up is on the console where Firsthand was started.
account-wait = Too many attempts. Try again in { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}. What you wrote is kept.
account-setup = Set up your desk
account-setup-words = You become the first administrator and invite the others.
account-setup-button = Set up the desk
account-name = Name
account-language = Language
account-new-password = New password
account-again = The same again
account-not-again = The two passwords differ. Type the same twice.
account-password-hint = At least { $count } characters. A sentence is good.
account-short = That is too short. Use at least { $count } characters.
account-long = That is too long. Use at most 128 characters.
account-guessable = This is among the first that are guessed. Leave out names, common words and repetition.
account-invitation = Choose your password
account-invitation-button = Save password
