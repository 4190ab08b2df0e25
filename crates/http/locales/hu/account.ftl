# Signing in, one’s own settings, the people at the desk.
account-sign-in = Bejelentkezés
account-email = E-mail-cím
account-password = Jelszó
account-enter = Belépés
account-wrong = Az e-mail-cím és a jelszó nem tartozik össze.
account-session-over = A munkamenet lejárt. Lépjen be újra; amit írt, megmaradt.
account-send-again = Elküldi újra?
account-send-again-words = Ezt a bejelentkezés előtt írta. Semmi sem veszett el, és még semmi sem ment el.
account-send-again-button = Elküldöm, amit írtam
