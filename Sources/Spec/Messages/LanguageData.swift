// Number symbols, patterns of dates and currencies, names of months and weekdays, by language. Data only.
//
// Source: Unicode CLDR 47 (numbers, dates and currencies of each locale; minimum grouping digits), Gregorian calendar,
// names as they stand in a date. Copyright Unicode, Inc.; used under the Unicode License V3
// (https://www.unicode.org/license.txt). A tag that has no rows of its own takes those of its language only where CLDR
// has the same values; other regions are not in the table, and their use is an error. Arabic is written with Arabic digits
// in ar-EG and ar-SA, and with European ones in ar and ar-AE, as CLDR has it.

enum LanguageData {
    /// Blocks of a tag, or several, and lines: `n` decimal, group, minus, percent, zero, primary and secondary group,
    /// least digits before a group; `c` the pattern of a currency, `p` of a percentage; `f`, `l`, `m`, `s` dates, full to
    /// short; `M` months, `A` short months, `D` weekdays from Sunday; `$` symbols in the order of `currencies`. A block
    /// that begins with `tag < other` takes what it lacks from the other.
    static let text = """
        en en-US
        n .|,|-|%|0|3|3|1
        c ¤#,##0.00
        p #,##0%
        f EEEE, MMMM d, y
        l MMMM d, y
        m MMM d, y
        s M/d/yy
        M January;February;March;April;May;June;July;August;September;October;November;December
        A Jan;Feb;Mar;Apr;May;Jun;Jul;Aug;Sep;Oct;Nov;Dec
        D Sunday;Monday;Tuesday;Wednesday;Thursday;Friday;Saturday
        $ €;$;£;¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        en-GB < en
        f EEEE, d MMMM y
        l d MMMM y
        m d MMM y
        s dd/MM/y
        A Jan;Feb;Mar;Apr;May;Jun;Jul;Aug;Sept;Oct;Nov;Dec
        $ €;US$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        en-AU < en
        f EEEE, d MMMM y
        l d MMMM y
        m d MMM y
        s d/M/yy
        A Jan;Feb;Mar;Apr;May;Jun;Jul;Aug;Sept;Oct;Nov;Dec
        $ EUR;USD;GBP;JPY;CHF;CNY;INR;KRW;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;BRL;CAD;$;ILS;SAR;AED;EGP;MXN
        en-CA < en
        s y-MM-dd
        $ €;US$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;$;A$;₪;SAR;AED;EGP;MX$
        en-IE < en
        f EEEE d MMMM y
        l d MMMM y
        m d MMM y
        s dd/MM/y
        A Jan;Feb;Mar;Apr;May;Jun;Jul;Aug;Sept;Oct;Nov;Dec
        $ €;US$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        en-IN < en
        n .|,|-|%|0|3|2|1
        c ¤#,##,##0.00
        p #,##,##0%
        f EEEE, d MMMM y
        l d MMMM y
        m d MMM y
        s dd/MM/yy
        A Jan;Feb;Mar;Apr;May;Jun;Jul;Aug;Sept;Oct;Nov;Dec
        $ €;$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        de de-DE
        n ,|.|-|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE, d. MMMM y
        l d. MMMM y
        m dd.MM.y
        s dd.MM.yy
        M Januar;Februar;März;April;Mai;Juni;Juli;August;September;Oktober;November;Dezember
        A Jan.;Feb.;März;Apr.;Mai;Juni;Juli;Aug.;Sept.;Okt.;Nov.;Dez.
        D Sonntag;Montag;Dienstag;Mittwoch;Donnerstag;Freitag;Samstag
        $ €;$;£;¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        de-AT < de
        c ¤\u{a0}#,##0.00
        M Jänner;Februar;März;April;Mai;Juni;Juli;August;September;Oktober;November;Dezember
        A Jän.;Feb.;März;Apr.;Mai;Juni;Juli;Aug.;Sep.;Okt.;Nov.;Dez.
        de-CH < de
        n .|’|-|%|0|3|3|1
        c ¤\u{a0}#,##0.00;¤-#,##0.00
        p #,##0%
        $ EUR;$;£;¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        fr fr-FR
        n ,|\u{202f}|-|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE d MMMM y
        l d MMMM y
        m d MMM y
        s dd/MM/y
        M janvier;février;mars;avril;mai;juin;juillet;août;septembre;octobre;novembre;décembre
        A janv.;févr.;mars;avr.;mai;juin;juil.;août;sept.;oct.;nov.;déc.
        D dimanche;lundi;mardi;mercredi;jeudi;vendredi;samedi
        $ €;$US;£GB;JPY;CHF;CNY;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;$CA;$AU;₪;SAR;AED;EGP;$MX
        fr-BE < fr
        s d/MM/yy
        fr-CA < fr
        n ,|\u{a0}|-|%|0|3|3|1
        s y-MM-dd
        A janv.;févr.;mars;avr.;mai;juin;juill.;août;sept.;oct.;nov.;déc.
        $ €;$\u{a0}US;£;¥;CHF;CN¥;INR;KRW;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;$;$\u{a0}AU;ILS;SAR;AED;EGP;MXN
        es es-ES
        n ,|.|-|%|0|3|3|2
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE, d 'de' MMMM 'de' y
        l d 'de' MMMM 'de' y
        m d MMM y
        s d/M/yy
        M enero;febrero;marzo;abril;mayo;junio;julio;agosto;septiembre;octubre;noviembre;diciembre
        A ene;feb;mar;abr;may;jun;jul;ago;sept;oct;nov;dic
        D domingo;lunes;martes;miércoles;jueves;viernes;sábado
        $ €;US$;GBP;JPY;CHF;CNY;INR;KRW;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;BRL;CAD;AUD;ILS;SAR;AED;EGP;MXN
        es-MX < es
        n .|,|-|%|0|3|3|1
        c ¤#,##0.00
        p #,##0%
        s dd/MM/yy
        A ene;feb;mar;abr;may;jun;jul;ago;sep;oct;nov;dic
        $ EUR;USD;GBP;JPY;CHF;CNY;INR;KRW;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;BRL;CAD;AUD;ILS;SAR;AED;EGP;$
        it it-IT
        n ,|.|-|%|0|3|3|2
        c #,##0.00\u{a0}¤
        p #,##0%
        f EEEE d MMMM y
        l d MMMM y
        m d MMM y
        s dd/MM/yy
        M gennaio;febbraio;marzo;aprile;maggio;giugno;luglio;agosto;settembre;ottobre;novembre;dicembre
        A gen;feb;mar;apr;mag;giu;lug;ago;set;ott;nov;dic
        D domenica;lunedì;martedì;mercoledì;giovedì;venerdì;sabato
        $ €;USD;£;JPY;CHF;CN¥;INR;KRW;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;BRL;CA$;A$;₪;SAR;AED;EGP;MXN
        pt pt-BR
        n ,|.|-|%|0|3|3|1
        c ¤\u{a0}#,##0.00
        p #,##0%
        f EEEE, d 'de' MMMM 'de' y
        l d 'de' MMMM 'de' y
        m d 'de' MMM 'de' y
        s dd/MM/y
        M janeiro;fevereiro;março;abril;maio;junho;julho;agosto;setembro;outubro;novembro;dezembro
        A jan.;fev.;mar.;abr.;mai.;jun.;jul.;ago.;set.;out.;nov.;dez.
        D domingo;segunda-feira;terça-feira;quarta-feira;quinta-feira;sexta-feira;sábado
        $ €;US$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        pt-PT < pt
        n ,|\u{a0}|-|%|0|3|3|2
        c #,##0.00\u{a0}¤
        m dd/MM/y
        s dd/MM/yy
        nl nl-NL
        n ,|.|-|%|0|3|3|1
        c ¤\u{a0}#,##0.00;¤\u{a0}-#,##0.00
        p #,##0%
        f EEEE d MMMM y
        l d MMMM y
        m d MMM y
        s dd-MM-y
        M januari;februari;maart;april;mei;juni;juli;augustus;september;oktober;november;december
        A jan;feb;mrt;apr;mei;jun;jul;aug;sep;okt;nov;dec
        D zondag;maandag;dinsdag;woensdag;donderdag;vrijdag;zaterdag
        $ €;US$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;C$;AU$;₪;SAR;AED;EGP;MX$
        nl-BE < nl
        s d/MM/y
        sv sv-SE
        n ,|\u{a0}|−|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE d MMMM y
        l d MMMM y
        m d MMM y
        s y-MM-dd
        M januari;februari;mars;april;maj;juni;juli;augusti;september;oktober;november;december
        A jan.;feb.;mars;apr.;maj;juni;juli;aug.;sep.;okt.;nov.;dec.
        D söndag;måndag;tisdag;onsdag;torsdag;fredag;lördag
        $ €;US$;GBP;JPY;CHF;CNY;INR;KRW;RUB;UAH;PLN;CZK;kr;Nkr;Dkr;TRY;BR$;CA$;AUD;₪;SAR;AED;EG£;MX$
        da da-DK
        n ,|.|-|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE 'den' d. MMMM y
        l d. MMMM y
        m d. MMM y
        s dd.MM.y
        M januar;februar;marts;april;maj;juni;juli;august;september;oktober;november;december
        A jan.;feb.;mar.;apr.;maj;jun.;jul.;aug.;sep.;okt.;nov.;dec.
        D søndag;mandag;tirsdag;onsdag;torsdag;fredag;lørdag
        $ €;USD;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;kr.;TRY;R$;CAD;AU$;₪;SAR;AED;EGP;MX$
        nb nb-NO no
        n ,|\u{a0}|−|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE d. MMMM y
        l d. MMMM y
        m d. MMM y
        s dd.MM.y
        M januar;februar;mars;april;mai;juni;juli;august;september;oktober;november;desember
        A jan.;feb.;mars;apr.;mai;juni;juli;aug.;sep.;okt.;nov.;des.
        D søndag;mandag;tirsdag;onsdag;torsdag;fredag;lørdag
        $ €;USD;£;JPY;CHF;CNY;INR;KRW;RUB;UAH;PLN;CZK;SEK;kr;DKK;TRY;BRL;CAD;AUD;ILS;SAR;AED;EGP;MXN
        fi fi-FI
        n ,|\u{a0}|−|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f cccc d. MMMM y
        l d. MMMM y
        m d.M.y
        s d.M.y
        M tammikuuta;helmikuuta;maaliskuuta;huhtikuuta;toukokuuta;kesäkuuta;heinäkuuta;elokuuta;syyskuuta;lokakuuta;\
        marraskuuta;joulukuuta
        A tammi;helmi;maalis;huhti;touko;kesä;heinä;elo;syys;loka;marras;joulu
        D sunnuntai;maanantai;tiistai;keskiviikko;torstai;perjantai;lauantai
        $ €;$;£;¥;CHF;CNY;INR;KRW;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;BRL;CAD;AUD;ILS;SAR;AED;EGP;MXN
        pl pl-PL
        n ,|\u{a0}|-|%|0|3|3|2
        c #,##0.00\u{a0}¤
        p #,##0%
        f EEEE, d MMMM y
        l d MMMM y
        m d MMM y
        s d.MM.y
        M stycznia;lutego;marca;kwietnia;maja;czerwca;lipca;sierpnia;września;października;listopada;grudnia
        A sty;lut;mar;kwi;maj;cze;lip;sie;wrz;paź;lis;gru
        D niedziela;poniedziałek;wtorek;środa;czwartek;piątek;sobota
        $ €;USD;GBP;JPY;CHF;CNY;INR;KRW;RUB;UAH;zł;CZK;SEK;NOK;DKK;TRY;R$;CAD;AUD;ILS;SAR;AED;EGP;MXN
        cs cs-CZ
        n ,|\u{a0}|-|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE d. MMMM y
        l d. MMMM y
        m d. M. y
        s dd.MM.yy
        M ledna;února;března;dubna;května;června;července;srpna;září;října;listopadu;prosince
        A led;úno;bře;dub;kvě;čvn;čvc;srp;zář;říj;lis;pro
        D neděle;pondělí;úterý;středa;čtvrtek;pátek;sobota
        $ €;US$;£;JP¥;CHF;CN¥;INR;₩;RUB;UAH;PLN;Kč;SEK;NOK;DKK;TRY;R$;CA$;AU$;ILS;SAR;AED;EGP;MX$
        ru ru-RU
        n ,|\u{a0}|-|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0\u{a0}%
        f EEEE, d MMMM y\u{202f}'г'.
        l d MMMM y\u{202f}'г'.
        m d MMM y\u{202f}'г'.
        s dd.MM.y
        M января;февраля;марта;апреля;мая;июня;июля;августа;сентября;октября;ноября;декабря
        A янв.;февр.;мар.;апр.;мая;июн.;июл.;авг.;сент.;окт.;нояб.;дек.
        D воскресенье;понедельник;вторник;среда;четверг;пятница;суббота
        $ €;$;£;¥;CHF;CN¥;₹;₩;₽;₴;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        uk uk-UA
        n ,|\u{a0}|-|%|0|3|3|1
        c #,##0.00\u{a0}¤
        p #,##0%
        f EEEE, d MMMM y\u{202f}'р'.
        l d MMMM y\u{202f}'р'.
        m d MMM y\u{202f}'р'.
        s dd.MM.yy
        M січня;лютого;березня;квітня;травня;червня;липня;серпня;вересня;жовтня;листопада;грудня
        A січ.;лют.;бер.;квіт.;трав.;черв.;лип.;серп.;вер.;жовт.;лист.;груд.
        D неділя;понеділок;вівторок;середа;четвер;п\u{2bc}ятниця;субота
        $ EUR;USD;GBP;¥;CHF;CNY;INR;KRW;RUB;₴;PLN;CZK;SEK;NOK;DKK;TRY;BRL;CAD;AUD;ILS;SAR;AED;EGP;MXN
        ar ar-AE
        n .|,|\u{200e}-|\u{200e}%\u{200e}|0|3|3|1
        c \u{200f}#,##0.00\u{a0}¤;\u{200f}-#,##0.00\u{a0}¤
        p #,##0%
        f EEEE، d MMMM y
        l d MMMM y
        m dd\u{200f}/MM\u{200f}/y
        s d\u{200f}/M\u{200f}/y
        M يناير;فبراير;مارس;أبريل;مايو;يونيو;يوليو;أغسطس;سبتمبر;أكتوبر;نوفمبر;ديسمبر
        A يناير;فبراير;مارس;أبريل;مايو;يونيو;يوليو;أغسطس;سبتمبر;أكتوبر;نوفمبر;ديسمبر
        D الأحد;الاثنين;الثلاثاء;الأربعاء;الخميس;الجمعة;السبت
        $ €;US$;UK£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;ر.س.\u{200f};د.إ.\u{200f};\
        ج.م.\u{200f};MX$
        ar-EG ar-SA < ar
        n ٫|٬|\u{61c}-|٪\u{61c}|٠|3|3|1
        he he-IL
        n .|,|\u{200e}-|%|0|3|3|1
        c \u{200f}#,##0.00\u{a0}\u{200f}¤;\u{200f}-#,##0.00\u{a0}\u{200f}¤
        p #,##0%
        f EEEE, d בMMMM y
        l d בMMMM y
        m d בMMM y
        s d.M.y
        M ינואר;פברואר;מרץ;אפריל;מאי;יוני;יולי;אוגוסט;ספטמבר;אוקטובר;נובמבר;דצמבר
        A ינו׳;פבר׳;מרץ;אפר׳;מאי;יוני;יולי;אוג׳;ספט׳;אוק׳;נוב׳;דצמ׳
        D יום ראשון;יום שני;יום שלישי;יום רביעי;יום חמישי;יום שישי;יום שבת
        $ €;$;£;¥;CHF;\u{200e}CN¥\u{200e};₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        tr tr-TR
        n ,|.|-|%|0|3|3|1
        c ¤#,##0.00
        p %#,##0
        f d MMMM y EEEE
        l d MMMM y
        m d MMM y
        s d.MM.y
        M Ocak;Şubat;Mart;Nisan;Mayıs;Haziran;Temmuz;Ağustos;Eylül;Ekim;Kasım;Aralık
        A Oca;Şub;Mar;Nis;May;Haz;Tem;Ağu;Eyl;Eki;Kas;Ara
        D Pazar;Pazartesi;Salı;Çarşamba;Perşembe;Cuma;Cumartesi
        $ €;$;£;¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;₺;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        ja ja-JP
        n .|,|-|%|0|3|3|1
        c ¤#,##0.00
        p #,##0%
        f y年M月d日EEEE
        l y年M月d日
        m y/MM/dd
        s y/MM/dd
        M 1月;2月;3月;4月;5月;6月;7月;8月;9月;10月;11月;12月
        A 1月;2月;3月;4月;5月;6月;7月;8月;9月;10月;11月;12月
        D 日曜日;月曜日;火曜日;水曜日;木曜日;金曜日;土曜日
        $ €;$;£;￥;CHF;元;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        ko ko-KR
        n .|,|-|%|0|3|3|1
        c ¤#,##0.00
        p #,##0%
        f y년 MMMM d일 EEEE
        l y년 MMMM d일
        m y. M. d.
        s yy. M. d.
        M 1월;2월;3월;4월;5월;6월;7월;8월;9월;10월;11월;12월
        A 1월;2월;3월;4월;5월;6월;7월;8월;9월;10월;11월;12월
        D 일요일;월요일;화요일;수요일;목요일;금요일;토요일
        $ €;US$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        zh zh-Hans zh-CN
        n .|,|-|%|0|3|3|1
        c ¤#,##0.00
        p #,##0%
        f y年M月d日EEEE
        l y年M月d日
        m y年M月d日
        s y/M/d
        M 一月;二月;三月;四月;五月;六月;七月;八月;九月;十月;十一月;十二月
        A 1月;2月;3月;4月;5月;6月;7月;8月;9月;10月;11月;12月
        D 星期日;星期一;星期二;星期三;星期四;星期五;星期六
        $ €;US$;£;JP¥;CHF;¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        zh-Hant zh-TW < zh
        f y年M月d日 EEEE
        M 1月;2月;3月;4月;5月;6月;7月;8月;9月;10月;11月;12月
        $ €;US$;£;¥;CHF;CN¥;₹;￦;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        zh-HK < zh
        s d/M/y
        M 1月;2月;3月;4月;5月;6月;7月;8月;9月;10月;11月;12月
        $ €;US$;£;¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;AU$;₪;SAR;AED;EGP;MX$
        hi hi-IN
        n .|,|-|%|0|3|2|1
        c ¤#,##,##0.00
        p #,##,##0%
        f EEEE, d MMMM y
        l d MMMM y
        m d MMM y
        s d/M/yy
        M जनवरी;फ़रवरी;मार्च;अप्रैल;मई;जून;जुलाई;अगस्त;सितंबर;अक्टूबर;नवंबर;दिसंबर
        A जन॰;फ़र॰;मार्च;अप्रैल;मई;जून;जुल॰;अग॰;सित॰;अक्टू॰;नव॰;दिस॰
        D रविवार;सोमवार;मंगलवार;बुधवार;गुरुवार;शुक्रवार;शनिवार
        $ €;$;£;JP¥;CHF;CN¥;₹;₩;RUB;UAH;PLN;CZK;SEK;NOK;DKK;TRY;R$;CA$;A$;₪;SAR;AED;EGP;MX$
        """

    static let currencies = [
        "EUR", "USD", "GBP", "JPY", "CHF", "CNY", "INR", "KRW", "RUB", "UAH", "PLN", "CZK", "SEK", "NOK",
        "DKK", "TRY", "BRL", "CAD", "AUD", "ILS", "SAR", "AED", "EGP", "MXN",
    ]

    /// Decimals of currencies that do not have two (ISO 4217).
    static let decimals = [
        "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
        "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3,
        "OMR": 3, "TND": 3, "CLF": 4,
    ]
}
