# Saját asztal.
desk-oldest-first = elöl a leghamarabb esedékes
desk-due = eddig: { $time }
desk-late = { $count ->
    [one] Egy ügyfél túl régóta vár.
    [100] Több mint 99 ügyfél túl régóta vár.
   *[other] { $count } ügyfél túl régóta vár.
}
desk-things = { $count ->
    [0] Most nincs teendője.
    [one] Egy teendője van.
    [100] Több mint 99 teendője van.
   *[other] { $count } teendője van.
}
desk-nothing = Most nincs teendője.
desk-nobody-waits = Senki sem vár Önre.
desk-promised = Megígérve, elöl a leghamarabb esedékes
desk-nothing-promised = Nincs teljesítendő ígérete.
desk-to = neki:
desk-from = Tőle:
desk-every-duty = a panasz minden feladata
desk-customer-told = Az ügyfélnek ezt mondtuk:
desk-nothing-offered = Senki sem ajánlott fel Önnek ügyet.
desk-accept = Átveszem
desk-decline = Nem veszem át…
desk-decline-now = Nem veszem át
desk-why-not = Miért nem veszi át?
desk-answer-by = válasz eddig: { $time }
desk-given = Átadva, még nem vették át
desk-given-to = Neki:
desk-ago = ennyi ideje: { $time }
desk-still-responsible = Még nem vették át: továbbra is Ön a felelős.
desk-still-handler = Még nem vették át: továbbra is Ön intézi.
desk-nothing-given = Egyetlen átadott ügye sem vár átvételre.
desk-all = mind ({ $count })
desk-all-given = minden átadott ügy
