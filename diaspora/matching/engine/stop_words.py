"""Function words and small numbers of the three languages: they say nothing about a field of work.

All texts share one list, because people mix languages within a text. So words that carry meaning in
another of the languages are left out: Romanian "care", "sale", "cât", "tale", "era" (English nouns once
accents are gone), "ai" (AI), "ar" (augmented reality), "li" (lithium). Being frequent, they weigh little
anyway.
"""

ENGLISH = """
a about above after again against all also am an and any are as at be because been before being below
between both but by can cannot could did do does doing down during each either else ever every few for
from further had has have having he her here hers herself him himself his how however if in into is it
its itself just least less me more most much must my myself neither no nor not of off often on once only
onto or other our ours ourselves out over own per quite rather same shall she should since so some such
than that the their theirs them themselves then there therefore these they this those through thus to too
toward towards under until up upon us very via was we were what when where whereas whether which while
who whom whose why will with within without would yet you your yours yourself yourselves one two three
four five six seven eight nine ten
"""

ROMANIAN = """
a al ale alt alta altă alte altul am are astfel ați au avea avem avut ca cam când către ce cea cei cel
cele ceva chiar ci cine cu cui cum da dacă dar de deci decât deja deoarece deși din dintr dintre doar
după ea ei el ele erau este eu fără fi fie fiecare fiind foarte fost iar ii îi il îl îmi împotriva în
înainte încă înspre într între însă își îți la le lor lui mă mai mea mei mele meu mi mult multe mulți ne
nici niște noastră noastre noi nostru noștri nu o ori orice oricare pe pentru peste poate precum prin
printr printre până să săi sau său se și spre sub sunt suntem ta tău te toate tot toți totuși tu un una
unde unei unele unii unor unui unul va vă vi voastră voi vom vor voștri vostru vreun acea aceasta această
aceea aceeași acei aceia acel acela același acele acelea acest acesta aceste acestea acestei aceștia
acestor acestui acolo acum aici asta atât atunci despre asupra apoi aproape adică bine două trei patru cinci
șase șapte zece
"""

RUSSIAN = """
а без более больше будет будто будут бы был была были было быть в вам вами вас ваш ваша ваше ваши вдоль
ведь весь во вокруг вот все всего всей всем всеми всему всех вся всё вы где да даже для до его ее её ей
ему если есть еще ещё же за здесь и из изо или им ими их к каждая каждое каждые каждый как какая какие
какой кем ко когда кого кому которая которого которое которой котором которому которые который которым
которых которую кроме кто куда ли либо между меня мне много можно мной мои мой мою моя мы на над надо нам
нами нас наш наша наше наши не него нее неё ней некоторые нем нём нему нет нею ни нибудь ним ними них но
ну о об оба обе однако он она они оно от ото очень перед по под после потом потому при про ради с сам
сама сами само свое своё своей своего своем своём свои своим своих свой свою своя себе себя со собой так
также такая такие такого такое такой таких там те тем теми тех то того тоже той только том тому тот ту
тут ты у уже хотя чего чей чем через что чтобы чья эта эти этим этими этих это этого этой этом этому этот
эту я затем вместе сначала почти два две двух три трёх четыре четырёх пять пяти шесть семь восемь девять
десять двадцать менее
"""

# The lists below serve to recognise a language and count only in texts of that language.
FRENCH = """
à au aux avec ce ces cette dans de des du elle elles en entre est et être eux il ils je la le les leur
leurs lui mais même ne nos notre nous on ont ou où par pas plus pour qu que qui sa sans se ses son sont sous
sur un une vers vos votre vous
"""

ITALIAN = """
a ad agli ai al alla alle anche che chi ci come con da dagli dai dal dalla dalle degli dei del della delle
dell di e è ed gli i il in l la le lo loro ma nei nel nella nelle non o per più quale quali questa questo
si sono su sua sue sui sul sulla suo tra un una uno
"""

GERMAN = """
als am an auch auf aus bei beim bis das dass dem den der des die durch ein eine einem einen einer eines er
es für haben hat ich ihre im in ist kann mit nach nicht noch nur oder sich sie sind so über um und unter
vom von vor werden wie wird wir zu zum zur zwischen
"""
