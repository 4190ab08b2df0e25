# Mely panaszok tartoznak össze.
merge-open = Kapcsolás vagy egyesítés…
merge-of = { $reference }: kapcsolás vagy egyesítés
merge-what-stays = Mi marad az egyesítés után
merge-closes = Ez a panasz lezárul, és a korábbi alatt folytatódik. A korábbi megtartja felelősét, beérkezésének napját és számát.
merge-owed = { $customers ->
    [0] Nincs név szerint ismert ügyfél.
    [one] Egy ügyfél megy vele, és továbbra is saját választ kap.
   *[other] { $customers } ügyfél megy vele, és mindegyik választ kap.
} { $points ->
    [0] Nincs nyitott pont.
    [one] Egy nyitott pont megy vele.
   *[other] { $points } nyitott pont megy vele.
}
merge-undo = A korábbiból visszavonható: akkor ez a panasz ismét ott áll, ahol állt.
merge-same-customer = Ugyanannak az ügyfélnek a nyitott panaszai
merge-none-same = Ennek az ügyfélnek nincs más nyitott panasza, amelyről tudhat.
merge-alike = Nyitott panaszok, amelyek nagyjából ugyanazt mondják
merge-none-alike = Nincs más nyitott panasz, amely nagyjából ugyanezt mondaná.
merge-stays = { $name } marad a felelős, a beérkezés ({ $time }) marad.
merge-reason = Miért egy és ugyanaz
merge-into = Egyesítés ezzel
merge-by-reference = Más panasz a számával adható meg, a panasz lapján az „Egyesítés…” vagy a „Kapcsolás…” gombbal.
merge-keep = Ebből a panaszból maradjon
merge-there = (ott: { $what })
merge-there-nothing = (ott nincs megadva)
