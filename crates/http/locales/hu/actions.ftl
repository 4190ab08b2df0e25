# Problémák, intézkedések, és hogy segítettek-e.

problem-state-open = Nyitott
problem-state-solved = Megoldott
problem-state-reopened = Újra nyitott

action-state-proposed = Javasolt
action-state-approved = Jóváhagyott
action-state-implementing = Bevezetés alatt
action-state-implemented = Bevezetve, megfigyelés alatt
action-state-effective = Bevált
action-state-partial = Részben vált be
action-state-ineffective = Nem vált be
action-state-worse = Rosszabb lett
action-state-inconclusive = Nem dönthető el
action-state-closed = Lezárva

who-owner = az intézkedés felelőse
who-verifier = az ellenőrzője

refusal-own-action = Ön az intézkedés felelőse. Más hagyja jóvá, és más kérdezi meg, bevált-e.
refusal-action-over = Most nem lehet: az intézkedés állapota „{ $state }”. Ennek itt a helye: { $states }.
refusal-plan-missing = Előbb zárolja az értékelés tervét.
refusal-watch-extended = A megfigyelés egyszer már hosszabb lett. Döntsön: új terv, vagy lezárás.
refusal-problem-over = Most nem lehet: a probléma állapota „{ $state }”. Ennek itt a helye: { $states }.
refusal-no-fix-proven = Még egyik intézkedésről sem derült ki, hogy segít. Előbb kérje le az eredményt.

wrong-window-long = Ez több mint öt év. Válasszon rövidebb időt.
wrong-baseline-trigger = Hagyja ki a kiugró időszakot: részben véletlenül volt magas.
wrong-baseline-late = Az előtte lévő időszaknak a javítás és a megfigyelés előtt kell véget érnie.
wrong-watch-early = A megfigyelés a javítás és a kihagyott napok után kezdődik.
wrong-implemented = Nem illik a tervhez. Válasszon más időpontot, vagy előbb zároljon másik tervet.
wrong-watch-end = Válasszon napot a megfigyelés vége után.
wrong-share = Adjon meg arányt a határokon belül, például 0.5.
wrong-same-person = Válasszon mást: a felelős nem ellenőrzi önmagát.
wrong-problem = Válasszon problémát a listából.

label-title = Egy sorban
label-owner = Felelős
label-verifier = Ellenőrző
label-baseline = Időszak előtte
label-watch = Időszak utána
label-trigger = Kiugró időszak
label-washout-days = Kihagyott napok a javítás után
label-exposure = Mihez mérve
label-target-ratio = Cél
label-alpha = Tévedés kockázata
label-implemented-at = Bevezetve
label-unit-cost = Egy panasz költsége
label-cost = Költség

actions-letter = Ön ezt jelezte nekünk: { $causes }. Megnéztük, miért történik. { $date } óta másképp csináljuk: { $title }.
actions-letter-effect = Azóta ritkább: { $percent } %-kal kevesebb ilyen eset van.
actions-letter-thanks = Ön nélkül nem tudtuk volna meg. Köszönjük, hogy szólt.
