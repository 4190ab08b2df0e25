# Pénz, kompenzáció és az engedélyezés joga.
money = { $amount } { $code }

award-type-refund = Visszatérítés
award-type-credit = Jóváírás
award-type-replacement = Csere
award-type-redelivery = Újraszállítás
award-type-fee-waiver = Díj elengedése
award-type-voucher = Utalvány
award-type-gift = Ajándék
award-type-apology-visit = Személyes bocsánatkérés
award-type-ex-gratia = Méltányossági kifizetés

basis-liability = felelősségünk alapján
basis-contract = szerződés szerint
basis-statute = jogszabály szerint
basis-goodwill = méltányosságból

award-state-proposed = jóváhagyásra vár
award-state-approved = jóváhagyva
award-state-refused = elutasítva
award-state-withdrawn = visszavonva
award-state-offered = felajánlva az ügyfélnek
award-state-accepted = az ügyfél elfogadta
award-state-declined = az ügyfél nem kérte
award-state-lapsed = nem jött válasz határidőre
award-state-executed = teljesítve
award-state-reversed = visszavéve
award-state-held = felülvizsgálatra megállítva

ratification-ratified = utólag jóváhagyva
ratification-condemned = utólag elutasítva

grant-state-draft = tervezet
grant-state-active = hatályos
grant-state-suspended = felfüggesztve
grant-state-expired = lejárt
grant-state-revoked = visszavonva

limit-per-award = egy kompenzáció
limit-per-case = egy panasz
limit-per-customer = egy ügyfél az időszakban
limit-per-holder = egy jóváhagyó az időszakban
limit-per-unit = egy csoport az időszakban
limit-per-batch = egy esemény
limit-four-eyes-above = második személy nélkül

not-covered-currency = más a pénznem
not-covered-type = más a kompenzáció fajtája
not-covered-basis = más a jogalap
not-covered-scope = más a csoport, a termék, a csatorna vagy az ok
not-covered-not-in-force = most nem hatályos

differs-value = az összeg
differs-payee = a kedvezményezett
differs-record = a rögzített tartalom

who-holder-of-parent = a felsőbb felhatalmazás birtokosa
who-writer = aki írta
who-staff = egy munkatárs

missing-awards-under-way = a kompenzációk teljesítése vagy lezárása

refusal-limit-exceeded = A keret ({ $which }) { $limit }, ebből { $remaining } maradt.
refusal-limit-exceeded-none = Önnek ehhez nincs felhatalmazása.
refusal-limit-exceeded-not-covered = Az Ön felhatalmazása erre nem terjed ki: { $why }.
refusal-limit-exceeded-next = { $words } Kérje: { $next }.
refusal-next-holder = { $name } ({ $limit } összegig)
refusal-self-approval = Ezt Ön kérte vagy módosította. Másnak kell jóváhagynia.
refusal-related-party = Ön érintett ebben, vagy kapcsolatban áll az érintettel. Másnak kell döntenie.
refusal-approved-already = Ezt Ön már jóváhagyta. Még valaki másnak is jóvá kell hagynia.
refusal-another-person-needed = Ekkora összegnél más kéri, más hagyja jóvá és más teljesíti. Kérjen meg egy kollégát.
refusal-award-over = Most nem lehet: a kompenzáció állapota „{ $state }”. Ennek itt a helye: { $states }.
refusal-awards-under-way = Folyamatban lévő kompenzációk: { $count }. Előbb teljesítse vagy zárja le őket.
refusal-remedy-missing = Előbb írja le, mit szeretne az ügyfél, és csak azután ajánljon fel valamit.
refusal-approval-broken = Nem ez lett jóváhagyva: { $differs } eltér. Hagyassa jóvá újra.
refusal-nothing-to-ratify = Itt nincs mit utólag jóváhagyni: nem sürgősségi kompenzáció, vagy már nyilatkoztak róla.
refusal-self-grant = Senki sem adhat felhatalmazást magának, és nem léptetheti hatályba azt, amit ő írt. Kérjen meg egy kollégát.
refusal-grant-over = Most nem lehet: a felhatalmazás állapota „{ $state }”. Ennek itt a helye: { $states }.
refusal-parent-not-in-force = A felsőbb felhatalmazás állapota „{ $state }”. Előbb annak kell hatályosnak lennie.

wrong-amount = Az összeget a pénznem szokásos tizedeseivel adja meg, például 1250.00.
wrong-amount-small = Adjon meg kisebb összeget.
wrong-amount-none = Adjon meg nullánál nagyobb összeget.
wrong-other-currency = A pénznem eltér. A felhatalmazás vagy a kompenzáció pénznemét használja.
wrong-document = Adja meg az alapul szolgáló dokumentumot vagy a felsőbb felhatalmazást.
wrong-sha256 = Az SHA-256 64 számjegy 0 és f között.
wrong-grant = Válasszon felhatalmazást a listából.
wrong-not-delegable = Ez a felhatalmazás nem adható tovább.
wrong-holder = Válasszon itt dolgozó munkatársat, aki nem ellenőr, vagy egy szerepkört.
wrong-limit = Adjon meg legalább egy keretet.
wrong-causes = Válasszon okokat a listából.
wrong-types = Válasszon legalább egy kompenzációfajtát.
wrong-bases = Válasszon legalább egy jogalapot.
wrong-four-eyes = Adja meg, mekkora összeg felett kell ennyi jóváhagyó.
wrong-levels = Itt már nem adható tovább újabb szintre.
wrong-wider = Ez túlmegy a felsőbb felhatalmazáson.
wrong-remedy = Előbb írja le, mit szeretne az ügyfél, és csak azután adjon valamit.

label-holder = Birtokos
label-types = Kompenzációfajták
label-bases = Jogalapok
label-basis = Jogalap
label-type = Kompenzáció fajtája
label-currency = Pénznem
label-amount = Összeg
label-limits = Keretek
label-per-award = Kompenzációnként
label-per-case = Panaszonként
label-per-customer = Ügyfelenként
label-per-holder = Jóváhagyónként
label-per-unit = Csoportonként
label-per-batch = Eseményenként
label-days = Nap
label-teams = Csoportok
label-products = Termékek
label-channels = Csatornák
label-causes = Okok
label-valid-from = Hatályos ettől
label-valid-until = Hatályos eddig
label-parent = Felsőbb felhatalmazás
label-document = Dokumentum
label-ref = Dokumentum száma
label-sha256 = A dokumentum SHA-256 értéke
label-four-eyes-above = Második személy e felett
label-approvers = Jóváhagyók száma
label-may-subdelegate = Továbbadható
label-max-depth = Szintek alatta
label-payee = Kedvezményezett
label-incident = Esemény
label-staff = Személy

fact-award-proposed = { $who } kompenzációt kér: { $what } ({ $by })
fact-award-amended = { $who } módosította a kompenzációt: { $what }
fact-award-approved = { $who } jóváhagyta a kompenzációt: { $what }
fact-award-approved-in-part = { $who } jóváhagyta a kompenzációt, további jóváhagyás kell: { $what }
fact-award-refused = { $who } elutasította a kompenzációt: { $what }
fact-award-withdrawn = { $who } visszavonta a kompenzációt: { $what }
fact-award-offered = { $who } felajánlotta { $by }: { $what }, válasz eddig: { $when }
fact-award-accepted = Az ügyfél elfogadta { $by }: { $what }. Rögzítette: { $who }
fact-award-declined = Az ügyfél nem kérte { $by }: { $what }. Rögzítette: { $who }
fact-award-lapsed = Az ügyfél nem válaszolt határidőre: { $what }
fact-award-executed = { $who } teljesítette: { $what }
fact-award-reversed = { $who } visszavette: { $what }
fact-award-held = { $who } felülvizsgálatra megállította: { $what }
fact-award-ratified = { $who } utólag jóváhagyta a sürgősségi kompenzációt: { $what }
fact-award-condemned = { $who } utólag elutasította a sürgősségi kompenzációt: { $what }
fact-award-worth = { $type }, { $value }
fact-award-emergency = Sürgősségi
