"""Words of everybody: they say nothing about a field of work, so nobody needs to translate them.

Beside the engine's stop words (which are left out of every score) these count in scores, but as they are in
all kinds of texts they weigh little. They are kept out of cards and of the list of what the glossary lacks.
"""

from functools import cache

from diaspora.matching.engine.stems import terms_in

ENGLISH = """ cent per hour day week fortnight month year decade monday january february march april may
june july august september october november december morning evening night today yesterday tomorrow eleven
twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy
eighty ninety hundred thousand million half third quarter fifth first second last next twice total full
whole many several enough little more fewer larger longer smaller better best worse great good bad poor
modest alone together mostly usually often seldom rarely never always ever again already still even though
although instead otherwise however around about among across along near beside beyond outside inside abroad
according actually nearly almost later late early earlier soon show look see find found make made take took
taken give given gave get got keep kept leave left come came become became begin began begun bring brought
build built carry choose chose close complete contain continue decide describe deliver drop even exceed
expect explain fall fell feel follow go went gone grow grew happen have help hold held ignore include
involve join know known learn lead let like live look lose lost love mean meet met move need offer open pass
point promise propose prove provide put reach read receive recover rely remain repeat reveal rest run say
said send sent serve set share show speak spoke spend spent stand stay stop suggest suit take talk teach
taught tell told think thought treat try turn understand use vary visit wait want wish work write wrote
written accept agree answer argue ask assign assume attribute confirm distinguish maintain handle identify
verify previous other another others nobody everybody somebody something everything nothing thing ones
people man woman child person colleague friend eastern western northern southern east west north south euro
dollar amount length number lists note third ability able ready expensive inexpensive cheap new old young
big small large high low long short gladly honest frequent individual known born bare uniform wide deep
fully largely roughly ago away back down everywhere here there
"""

ROMANIAN = """
ar care cât era par sale tale plus util
oră zi săptămână săptămânal lună lunan anual anii ani deceniu ianuarie februarie martie aprilie mai iunie
iulie august septembrie octombrie noiembrie decembrie dimineața seara noaptea azi astăzi ieri mâine amiaza
primăvară vară toamnă iarnă unsprezece doisprezece douăsprezece treisprezece paisprezece cincisprezece
șaisprezece șaptesprezece optsprezece nouăsprezece douăzeci treizeci patruzeci cincizeci șaizeci șaptezeci
optzeci nouăzeci sută sute mie mii milion jumătate treime sfert primul prima ultima ultimul următor câțiva
câteva puțin puține destul complet întreg ambele ambii diferite diferit celor ceea fiindcă privind împreună
alături singur mereu adesea rareori niciodată aproximativ aproape acasă aici acolo străinătate nord nordul
sud sudul est estul vest vestul om oameni oamenii persoană coleg colegi prieten lucru lucruri fel felul mod
moduri caz cazuri simplu corect clar mare mic nou vechi bun rău lung scurt mijlociu obișnuit potrivit ieftin
scump folosi folosire folosirea folosesc folosit ajuta ajut ajută ajunge ales alege aduce aduc aduci afla
aflați avea veți începe început face făcut fac merge merg mers duce duc dus pune pun pus ține țin ținut lua
luat da dat dau spune spun spus scrie scriu scris scrise citi citesc citire citirea vedea văd văzut revedea
ști știu știe știut vrea vreau vrei dori doresc dorește putea poată pot poți lucra lucrez lucrează petrece
petrec petrecut pleca plecat plecare plecarea veni vin venit sta stau stat rămâne rămas crește crescut
reduce redus încerca încerc interesa interesează cunoaște cunosc cunoscut conduce condus urma urmat urmează
absolvi absolvit termina terminat sfârși sfârșit susține susținut prezenta prezintă descrie descris explica
explic verifica verific măsura măsoare porni pornind însoți însoțesc îndruma îndrum invita invităm merita
merită respecta respecte lipsi lipsește păstra păstrează funcționa funcționează dovedi dovedit proveni
provin grupa grupate depune depuse dumneavoastră noastră voastră membru membri stăpâni deprinde deprind
confrunta contesta instrui înțeles înțelesul plan planuri propune propuneri urmă urme
"""

RUSSIAN = """
час день дни неделя неделю недели месяц месяца полгода год лет десятилетие январь февраль март апрель май
июнь июль август сентябрь октябрь ноябрь декабрь утро вечер ночь сегодня вчера завтра весна лето осень зима
одном один одна одного двух трех четырех пяти шести семи восьми девяти десяти одиннадцать двенадцать
двенадцати тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать
тридцать сорок сорока пятьдесят шестьдесят шестидесяти семьдесят восемьдесят девяносто сто сотня тысяча
тысяч миллион половина треть четверть первый второй третий третьего последний следующий несколько сколько
достаточно мало немного небольшой большой маленький новый старый хороший плохой длинный короткий полный
целый отдельный отдельных обычный обычные правильно понятный понятная любой любая каждом самими моим нашими
другой друг коллега коллегами сотрудник сотрудников человек люди около вместе всегда часто редко никогда
почти поскольку уверенный уверенная север юг восток запад дома здесь там работать работаю поработать делать
делал сделать готов готова готовить готовлю подготовить хотеть хотел хотела хочу знать знаю уметь умею
умение мочь могу могла помочь поможет помогать писать пишу написать читать читаю прочитать вести веду вела
провести провела проводить проведете отвечать отвечаю показать показываю покажете получить получила получил
собрать собирать собираю занимать занимает остаться остается составить составила оказаться оказался считать
считается участвовать участвовала учиться училась учился учатся учить обучить обучать преподавать преподаю
руководить руковожу окончить окончила окончил уехать уехала уехал приехать приезжать предложить предложен
предлагаем предлагать приглашать приглашаем требовать требует разобрать разобранная проверить проверяла
проверена оценить измерить измеряли понимать понимаем поставить поддерживать поддерживается посвятить
посвящена описать описанных передать передаются изучать изучаемом начать начинать стоить стоит просить
просит осваивать осваивают настроить настроите рассчитать рассчитанный будете быть знакомство владение
уровень уровня запись записи
"""

BY_LANGUAGE = {"en": ENGLISH, "ro": ROMANIAN, "ru": RUSSIAN}


@cache
def terms() -> frozenset[str]:
    """All of them as the engine compares words: language and stem, such as "ro:saptaman"."""
    return frozenset(
        term for language, text in BY_LANGUAGE.items() for _written, term in terms_in(text, language)
    )


def is_everyday(word: str, language: str) -> bool:
    """Whether a word of this language explains nothing to anybody."""
    return any(term in terms() for _written, term in terms_in(word, language))
