"""Words that people write if a name is not known, by kind and language. `placeholder_names` uses them.

Latin letters in the form of `name_keys.normalized_words`, without accents. "_" joins words that count
together.
"""

from __future__ import annotations

NEVER_A_NAME = """
baby babies babyboy babygirl babyof bby bb bg bbg bbb newborn
newborns nb nbg nbb nbm nbf neonate infant twin twins
triplet quadruplet nonamed unnamed unknown noname fnu lnu nfn nln notgiven notknown anonymous
neonato neonata infante rn reciennacido reciennacida recien
nacido nacida gemelo gemela mellizo melliza desconocido
desconocida anonimo anonima recemnascido recemnascida recem nascido nascida
nouveaune nourrisson inconnu inconnue anonyme
neugeborenes neugeborener neugeborene saugling saeugling
zwilling drilling unbekannt zuigeling pasgeborene pasgeboren
onbekend
nyfodd nyfodt nyfoedt spadbarn spaedbarn vastasyntynyt noworodek niemowle novorozenec ujszulott csecsemo
lactante lattante nascituro unk unkn unamed unidentified unident fetus foetus feto embryo unborn
stillborn stillbirth
preemie preterm foundling unchristened trillizo trilliza trigemelo gemelar
duplicate duplicates dup dupe duplicado duplicada doublon duplikat duplicaat deleted voided merged
obsolete zztest
trauma disaster
bebek yenidogan isimsiz sanggol novorozhdennyy novorozhdennaya mladenets nawzad nowzad
"""
"""Anything next to one of these is not a name either: "Baby of Mia", "RN de Ana", "Newborn Girl"."""

NO_NAME_ALONE = """
boy boys girl girls male female child children kid kids toddler
son daughter sibling brother sister test testpatient
name none nobody noone na nn nil null xx tbd tba pending idk
dunno dontknow self patient me myself same other someone
somebody anybody secret private anon asdf asdfg asdfgh qwerty abc abcd abcde blah
bebe bebita bebito nino nena nene hijo hija varon hembra
masculino femenino muchacho muchacha criatura nombre nadie
ninguno ninguna paciente
menino menina filho filha crianca ninguem nenhum bambino
bambina bimbo bimba figlio figlia nessuno sconosciuto
sconosciuta paziente
garcon fille fils enfant poupon personne aucun patiente junge
madchen maedchen kind kleinkind sohn tochter niemand
keiner jongen meisje zoon dochter niemand
barn pojke flicka gutt jente dreng pige okand ukjent ukendt vauva poika tytto
dziecko chlopiec dziewczynka syn corka nieznane nieznany
nieznana miminko dite neznamy gyermek bebelus copil baiat
beba rebenok malysh malchik devochka nemovlya dytyna neizvestno
testing tester teste tst prueba prova probe essai example dummy fake demo
unidentificado void delete error emergency abandoned surrogate adopted sn bbygrl beb
grandson granddaughter grandchild grandkid nephew niece cousin stepson stepdaughter stepchild godson
goddaughter
minor infantchild mother father mom mum dad
nieto nieta sobrino sobrina hijastro hijastra ahijado ahijada entenado entenada hermano hermana menor
mujer hombre varoncito sobrinho sobrinha enteado enteada irmao irma menor
petitfils petitefille neveu filleul filleule frere soeur enkel enkelin enkelkind neffe nichte bruder
schwester
nipote nipotino nipotina fratello sorella kleinzoon kleindochter broer zus barnbarn syster
wnuk wnuczka siostrzeniec vnuk vnuchka yegen cucu mjukuu mwana pitit cunug bachcha bachha bachchi
fiu kisfiu kislany lapsi poeg zens meitene berniukas mergaite decak devojcica djecak djevojcica momche
momiche
baiat fetita djal vajze pojken flickan gutten jenta drengen pigen
mr mrs ms miss mister master missus sra srta senor senora senorita herr frau fraulein monsieur
mademoiselle mlle mme
little lil big
first second third fourth primero primera segundo segunda tercero erste erster zweite zweiter dritte premier
deuxieme troisieme eldest oldest youngest
cocuk erkek kiz oglan bayi anak bata mtoto tibebe timoun wiil gabar menyuam
no yes they them theirs him his hers it its myself yourself us we your
ellos ellas usted ustedes nosotros
mommy mommie mummy momma daddy dada dads moms grandma grandmom grandmother grandpa granddad grandfather
grandparent granny auntie aunt aunty uncle wife husband spouse partner parent parents guardian caregiver
stepmom stepmother stepdad stepfather stepsister stepbrother godmother godfather neighbor neighbour babysitter
fiance fiancee siblings relative family
madre padre madres padres mamita papito papaito abuela abuelo abuelita abuelito
padrastro madrastra hermanastro hermanastra madrina padrino tios comadre compadre esposa esposo suegra suegro
cunada cunado yerno nuera bisabuela bisabuelo tutora vecina vecino familiar
mijo mija mijito mijita mihijo mihija gordo gorda gordita gordito flaco flaca chiquita chiquito bebecito
bebecita
babyboo princesse bubba bubs bubby jr sis peanut pumpkin nugget bean boo kiddo cutie pookie munchkin sweetie
sweetheart sweetpea babe chhota chhoti chotu
"""
"""Not names alone or with a letter, but part of some names: "Boy George", "Bebe Ana"."""

NO_NAME_AS_A_WHOLE = """
he_she she_he he_him him_he she_her her_she they_them them_they el_ella ella_el he_or_she
his_her my_love mi_amor mi_vida mi_cielo my_angel mi_rey mi_reina my_princess mi_princesa
do_not_use dont_use no_usar nicht_verwenden ne_pas_utiliser entered_in_error
little_one little_man first_born firstborn primogenito foster_child will_name none_given
no_name_yet no_name_given not_named_yet not_yet_named
not_named to_be_named yet_to_be_named to_be_determined no_one
to_be_announced name_pending name_unknown i_dont_know
i_do_not_know do_not_know dont_know not_sure not_applicable
no_se no_lo_se no_sabe se_desconoce sin_nombre_aun
sin_nombre_todavia todavia_no aun_no no_tiene no_tiene_nombre
no_aplica nao_sei sem_nome non_so senza_nome je_ne_sais_pas
sans_nom pas_de_nom pas_encore weiss_nicht weis_nicht
ich_weiss_nicht keine_ahnung ohne_name ohne_namen kein_name
geen_naam weet_niet bez_imienia bez_imeni bez_jmena
fara_nume nou_nascut nou_nascuta namnlos adi_yok isim_yok bilmiyorum walang_pangalan hindi_alam tidak_tahu
con_so be_so_sinh
be_gai be_trai em_be con_trai con_gai so_sinh tre_so_sinh chua_dat_ten chua_co_ten khong_biet khong_ten
ti_bebe ti_gason ti_fi me_nyuam lub_me_nyuam bebe_fille
john_doe jane_doe jon_doe johnny_doe janie_doe jhon_doe joe_bloggs jane_bloggs john_q_public joe_public
max_mustermann erika_mustermann maxmustermann fulano fulana
fulanito fulanita fulano_de_tal fulana_de_tal zutano
mengano mengana perico_de_los_palotes juan_nadie nomen_nescio jan_modaal piet_puk ola_nordmann kari_nordmann
test_test mickey_mouse donald_duck
"""

CHILD_OF_PHRASES = """
hde h_de cb con_ba con_chi con_me con_san be_cua
boy_of girl_of male_of female_of child_of kid_of son_of daughter_of product_of children_of
boy_to girl_to boy_de girl_de hijo_de hija_de hijo_del hija_del
nino_de nina_de nena_de bebe_de bebe_da bebe_do bebe_of
producto_de varon_de hembra_de child_de son_de daughter_de
filho_de filha_de filho_da filha_da menino_de menina_de figlio_di figlia_di bambino_di bambina_di
fils_de fille_de enfant_de fils_du fille_du enfant_du garcon_de fils_a
sohn_von tochter_von kind_von junge_von madchen_von
maedchen_von kind_der zoon_van dochter_van kind_van jongen_van
meisje_van barn_till barn_av son_till
anak_ni anak_ng anak_dari anak_ke bayi_ny bayi_ibu by_ny anak_ny mtoto_wa con_cua pitit_fi pitit_gason
syn_pani corka_pani dziecko_pani
"""

CHILD_KIN_WORDS = """
boy girl male female child son daughter hijo hija nino nina bebe product producto
"""
OF_WORDS = """
of de del to von du
"""

OTHER_SCRIPT_WORDS = """
новорожденный новорождённый новорожденная новорождённая
новорожденное младенец ребенок ребёнок малыш малышка мальчик
девочка дитя сын дочь дочка неизвестно неизвестный неизвестная
безымянный безымянная без_имени имени_нет не_знаю никто
аноним пациент пациентка новонароджений новонароджена немовля
дитина хлопчик дівчинка син донька невідомо бебе беба
новородено
μωρό νεογέννητο νεογνό βρέφος παιδί αγόρι κορίτσι άγνωστο άγνωστος
նորածին երեխա ახალშობილი ბავშვი ჩვილი
طفل طفلة رضيع رضيعة مولود مولودة المولود ولد بنت ابن ابنة
غير_معروف غير_متوفر لا_يوجد نامشخص نامعلوم неизвестен не_указано не_указана невідомо
невідомий невідома なし 없음
ابني ابنتي مجهول مجهولة حديث_الولادة بدون_اسم بلا_اسم
لا_اعرف لا_أعرف لا_احد بيبي
نوزاد کودک بچه بچہ بچی پسر دختر نومولود شیرخوار بی_نام بی_اسم ناشناس نمیدانم بیبی بے_بی
תינוק תינוקת יילוד ילוד ילד ילדה פעוט אלמוני אלמונית בן_של בת_של ללא_שם
शिशु नवजात बच्चा बच्ची बालक बालिका बेबी लड़का लड़की अज्ञात
बेनाम শিশু নবজাতক বাচ্চা বেবি অজানা ਬੱਚਾ ਬੱਚੀ ਬੇਬੀ ਨਵਜੰਮਿਆ
બાળક બેબી નવજાત குழந்தை பேபி శిశువు బేబీ ಮಗು ಬೇಬಿ കുഞ്ഞ് ശിശു බබා ළදරුවා
ทารก เด็กชาย เด็กหญิง เด็กทารก ไม่ทราบชื่อ ไม่มีชื่อ ទារក ເດັກນ້ອຍ ကလေး မွေးကင်းစ
ሕፃን ህፃን ልጅ ጨቅላ
婴儿 嬰兒 婴孩 嬰孩 宝宝 寶寶 新生儿 新生兒 幼儿 小孩 孩子 小朋友 男孩
女孩 男婴 女婴 男嬰 女嬰 儿子 兒子 女儿 女兒 我儿子
我女儿 无名 無名 无名氏 無名氏 未命名 未取名 未知 不详 不詳 不知道 没有名字 匿名 本人 张三 張三 李四 双胞胎
赤ちゃん あかちゃん 赤ん坊 ベビー ベイビー 新生児 乳児 男児 女児 男の子
女の子 息子 娘 子供 子ども 名無し 名なし 未定 不明
아기 애기 신생아 영아 유아 아이 남아 여아 아들 딸 무명 미정 이름없음 이름_없음 모름 홍길동
"""

ALONE_IN_OTHER_SCRIPTS = """
长男 長男 次男 三男 四男 长女 長女 次女 三女 四女 大宝 二宝 三宝 小宝 大寶 二寶 小寶 老大 老二 老三 宝贝
寶貝 某某
孙子 孫子 孙女 孫女 外孙 外孫 侄子 姪子 侄女 姪女 外甥 孫 姪 甥 测试 測試 テスト 테스트 첫째 둘째 셋째
막내 손자 손녀 조카
他 她 它 我 你 您 他们 她们 我们 妈妈 媽媽 爸爸 母亲 母親 父亲 父親 奶奶 爷爷 爺爺 外婆 外公 姥姥 姥爷 阿姨
姑姑
姨妈 叔叔 舅舅 伯伯 哥哥 姐姐 姊姊 弟弟 妹妹 丈夫 妻子 老公 老婆 家长 家長
私 僕 俺 彼 彼女 母 父 お母さん お父さん ママ パパ 祖母 祖父 おばあちゃん おじいちゃん おばあさん おじいさん
兄 姉 弟 妹
叔父 叔母 伯父 伯母 おじ おば 夫 妻 保護者
나 너 저 그녀 본인 엄마 아빠 어머니 아버지 할머니 할아버지 외할머니 외할아버지 이모 고모 삼촌 외삼촌 오빠
언니 누나 동생
남편 아내 보호자 부모
هو هي انا أنا هم ماما بابا أمي أبي ام أم أب والدة والد جدة جدتي جدي خالة خالتي عمة عمتي عمي خالي أخ أخت أخي
أختي
زوج زوجة حبيبي حبيبتي او من مادر پدر مامان خاله عمه برادر خواهر مادربزرگ پدربزرگ امی ابو ابا نانی دادی
אמא אבא סבתא סבא דודה אח אחות אחי אחותי הוא היא אני בעל אישה הורה
он она оно они я мы ты вы мама мамочка папа папочка мать отец бабушка дедушка тетя тётя дядя брат сестра муж
жена
родитель солнышко зайка він вона вони тато мати батько бабуся дідусь тітка дядько чоловік дружина
αυτός αυτή εγώ μαμά μπαμπάς μητέρα πατέρας γιαγιά παππούς θεία θείος αδελφός αδελφή
मैं वह हम माँ मां मम्मी पापा पिता माता दादी दादा नानी नाना चाचा चाची मामा मामी मौसी बुआ भाई बहन पति पत्नी नहीं
আমি সে মা বাবা আম্মু আব্বু দাদি নানি ভাই বোন না ਮੈਂ ਮਾਂ ਪਿਤਾ ਮੰਮੀ ਪਾਪਾ
เขา เธอ ฉัน ผม แม่ พ่อ ยาย ย่า ปู่ ลุง ป้า น้า พี่ น้อง
בת נכד נכדה נולד נולדה אחיין אחיינית حفيد حفيدة نوه اختبار тест внук внучка племянник племянница онук онука
ด.ญ. ด.ช. น.ส. หลาน ทดสอบ टेस्ट पोता पोती
"""
"""These are also part of names (בת שבע), so they mean no name only if nothing else is written."""

OTHER_SCRIPT_ENDINGS = """
某 某某
婴儿 嬰兒 宝宝 寶寶 新生儿 新生兒 男婴 女婴 男嬰 女嬰 之子 之女 之婴 之嬰 赤ちゃん ベビー 新生児 아기 신생아
"""
"""Written after the mother's name without a space: 王芳之子, 김아기."""

POSSESSIVE_WORDS = """
my our the this mi mis nuestro nuestra el la mon ma notre his her their your su mein meine unser meu
minha mio mia il moj moja min
"""

WORDS_BESIDE_PLACEHOLDER = """
ii iii iv one two three four uno dos tres of no sin yet name inf man new sex sexo alpha bravo foster
"""
"""Words that say nothing next to such a word. So does any single letter."""

NEGATING_WORDS = """
no not without sin sans ohne kein senza sem bez geen ingen utan uden uten fara ei
"""
WORDS_FOR_NAME = """
name firstname givenname forename nombre prenom vorname vornamen name nome voornaam imie imienia jmena
fornavn fornamn
namn navn nume etunimea
"""
"""Any pair of these: "no first name", "sans prénom"."""

PET_WORD_LIST = """
princess princesa prinzessin prince principe honey buddy bud sissy champ bear bug lovey angel angelito
junior mama mami papa papi baba nana tia tata nan nanny nene rey reina reyna cielo amor babu munna munni
guddu tio prima you
he she her nada nao sin never not nah none nunca rien nichts zero negative khong negativo
"""
"""Pet words, kinship words and words for no that are also given names. As a preferred name they do not say
which child it is, and a family that types one may mean no name. Words that are no name stand elsewhere."""

NO_FAMILY_NAME_LIST = """
unknown unk unkn ukn unkown unknow notknown notgiven unnamed noname none nothing null nil
x xx zz nd ns sd sn nr nn nfn lnu fnu nln tbd tba tbc doe test testing testpatient mustermann
nolastname nosurname nofamilyname nofamily nolast notapplicable notprovided notavailable notstated
notrecorded notspecified notsupplied undisclosed withheld unspecified anonymous anon idk pending
doesnthaveone doesnothaveone same samesurname ditto
desconocido desconocida sinnombre sinapellido sinapellidos noinformado noinformada norefiere nodice
ignorado ignorada sindato sindatos sininformacion nodisponible noconsta seignora elmismo lamisma
prueba
desconhecido desconhecida naoinformado naoinformada naosabe naotem semsobrenome semapelido semdados
naoconsta naoaplicavel mesmo
inconnu inconnue nonrenseigne nonrenseignee nonprecise sansnomdefamille memenom
unbekannt keinnachname ohnenachname nichtbekannt keineangabe keinfamilienname
sconosciuto sconosciuta nonnoto nonnota senzacognome ignoto ignota
onbekend geenachternaam nvt
okand okant ukjent ukendt saknas uppgiftsaknas ingetefternamn tuntematon eitiedossa
nieznany nieznana nieznane nieznanego brakdanych brak neznamy neznama neuvedeno nepoznat nepoznata
ismeretlen nincs necunoscut necunoscuta neizvestno neizvestnyy neizvestnaya
bilinmiyor bilinmeyen soyadiyok tidakdiketahui tidakada tiada khongro khongco walangapelyido
"""
"""Surnames such as Blank, Kind, Child and Son are left out: real people have them."""

PLACEHOLDER_PEOPLE_LIST = """
john_doe jane_doe jon_doe jhon_doe johnny_doe janie_doe
baby_doe joe_bloggs jane_bloggs fred_bloggs joe_public
john_public john_qpublic jane_public max_mustermann
erika_mustermann fulano_detal fulana_detal juan_nadie jan_modaal
piet_puk ola_nordmann kari_nordmann test_patient test_test
mickey_mouse minnie_mouse donald_duck vasya_pupkin
"""
"""Given and family names that together belong to nobody."""
