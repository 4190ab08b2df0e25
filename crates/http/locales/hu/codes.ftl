# The words for codes: kind, then code.
channel-phone = Telefon
channel-email = E-mail
channel-web = Webes űrlap
channel-counter = Ügyfélszolgálati pult
channel-app = Alkalmazás
channel-chat = Csevegés
channel-social = Közösségi oldal
channel-sms = SMS
channel-letter = Levél
channel-field = Helyszínen

by-phone = telefonon
by-email = e-mailben
by-web = webes űrlapon
by-counter = a pultnál
by-app = az alkalmazásban
by-chat = csevegésben
by-social = közösségi oldalon
by-sms = SMS-ben
by-letter = levélben
by-field = a helyszínen

severity-minor = Kisebb
severity-serious = Súlyos
severity-critical = Kritikus

stage-received = Átvéve
stage-acknowledged = Visszaigazolva
stage-investigating = Kivizsgálás alatt
stage-decided = Eldöntve
stage-replied = Megválaszolva
stage-closed = Lezárva

closure-accepted = Az ügyfél elfogadta
closure-unanswered = Az ügyfél nem volt elérhető
closure-deadlock = Nem jött létre egyezség
closure-withdrawn = Az ügyfél visszavonta
closure-void = Nem panasz
closure-merged = Másikba olvasztva
closure-imported = Lezártként betöltve

role-agent = Ügyintéző
role-lead = Csoportvezető
role-admin = Rendszergazda
role-auditor = Ellenőr

handoff-offered = válaszra vár
handoff-accepted = elfogadva
handoff-declined = elutasítva
handoff-lapsed = lejárt
handoff-recalled = visszavonva

succession-offered = válaszra vár
succession-accepted = elfogadva
succession-declined = elutasítva
succession-recalled = visszavonva

reply-kind-substantive = Érdemi válasz
reply-kind-progress = Tájékoztatás az állásról
reply-kind-holding = Haladékkérés
reply-kind-courtesy = Megerősítés

reply-state-sent = elküldve, nincs visszaigazolva
reply-state-delivered = kézbesítve
reply-state-failed = nem kézbesíthető
reply-state-posted = közzétéve a hivatkozási szám alatt

finding-upheld = Megalapozott
finding-partly-upheld = Részben megalapozott
finding-rejected = Elutasítva

answer-accepted = Elfogadja a választ
answer-disputed = Nem fogadja el
answer-no-answer = Minden megkeresés ellenére nem válaszol

promise-made = nyitott
promise-kept = betartva
promise-broken = megszegve
promise-superseded = módosítva
promise-void = az ügyfél kérésére törölve
promise-kept-late = késve betartva
promise-abandoned = feladva

direction-in = Az ügyféltől
direction-out = Az ügyfélnek

cause-role-primary = Fő ok
cause-role-contributing = Közreható ok
confidence-suspected = feltételezett
confidence-confirmed = megerősített

link-same-as = Ugyanaz az eset
link-related = Kapcsolódó
link-repeat-of = Ismétlődés
link-about-handling = Az ügyintézésről szól

identifier-name = Név
identifier-phone = Telefon
identifier-email = E-mail
identifier-order = Rendelés

who-first-contact = a felelős
who-handler = az ügyintéző
who-lead = a csoportvezető
who-admin = a rendszergazda
who-offerer = a felajánló
who-the-person = az érintett
who-another-administrator = másik rendszergazda

missing-substantive-reply = az ügyfélnek kézbesített érdemi válasz
missing-unanswered-points = válasz minden pontra
missing-open-promises = az ígéretek teljesítése vagy feloldása
missing-primary-cause = a fő ok
missing-customer-answer = az ügyfél véleménye a válaszról
missing-external-body = a külső szerv, amelyről az ügyfelet tájékoztatták
missing-second-decider = egy második döntéshozó határozata
