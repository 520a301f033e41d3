"""Spanish names and their nicknames (the English table comes from a package).

Written by hand from common usage in Spain, Mexico and the rest of Latin America; all normalized.
"""

from __future__ import annotations

_SPANISH_NICKNAME_TABLE = """
adalberto: beto; adela: ade adelina adelita deli; adelaida: ade; adelina: lina; adolfo: adolfito dolfo fito
fofo; adrian: adri; adriana: adri; agnes: ines; agueda: agu; agustin: agus gus tin tincho tino; agustina:
agus tina; aida: aidita; alberto: albertito berto beto tito; alejandra: ale alex sandra; alejandro: ale
alejo alex jandro sandro; alexander: alex; alexandra: ale alex; alexis: alex; alfonso: alfo alfon fofo
foncho fonsi fonso poncho; alfredo: alfo alfredito fito fredi fredo fredy; alicia: ali alicita licha;
alvaro: alvarito; amparo: ampa amparin amparito; ana: anita nana; anabel: ana; anastasia: ana; andrea: andi
andre dreita; andres: andi andre andresin andresito andru andy; angel: angelin angelito gelo; angela:
angelita angie gela; angeles: angelines angelita geli; angelica: angie geli; angelina: lina; antonella: anto
nella; antonia: tona toni; antonino: nino; antonio: anto antolin antonito nono toni tonio tonito tono;
armando: armandito mando; arturo: arturito turi; asuncion: asun chona; aurelia: aure yeya; aurelio: aure
aurelito lelo; aurora: auro aurorita; barbara: barbarita barbi barby; bartolome: bartolo tolo; beatriz: bea
beti betty bety ticha; begona: bego begonita; benito: beni; benjamin: beni benja; bernarda: berna; bernardo:
berna nardo; bibiana: vivi; blanca: blanqui blanquita; bonifacio: boni bonifa; bruno: bruni; camila: cami;
camilo: cami milo; candela: cande; candelaria: cande candela candi; candida: candi; carlos: calo carlangas
carlitos charlie charly; carmen: carmelita carmencita carmina mamen melita menchu; carola: caro; carolina:
caritina caro carol lina; casimiro: casi; catalina: cata cati catia lina; cayetana: caye tana; cayetano:
caye tano; cecilia: ceci; celestino: tino; celia: celi; celina: celi; cesar: cesarin; ciriaco: ciri; clara:
clari; clarisa: clari; claudia: clau claudita; claudio: clau; clemente: cleme clemen; clementina: cleme;
concepcion: chon chona conce concha conchi conchita concho; constantino: tino; consuelo: chela chelito chelo
consu; covadonga: cova covi; crescencio: chencho; cristian: cris; cristina: cris cristi tina; cristobal:
cris cristo tobal; dagoberto: beto; damian: dami; daniel: dani danielito danilo dany; daniela: dani dany;
david: davicito davo; delia: deli; demetrio: demo; desiderio: desi; diego: dieguin dieguito; dionisio: nicho
nisio; dolores: dolo lola loles loli lolita lolo; dominga: domi; domingo: domi mingo minguito; dorotea: doro
tea; edith: edi editita; edmundo: mundo; eduarda: edu; eduardo: duardo edu eduardito guayo lalito lalo wayo
yayo; efrain: efra; elena: ele elenita lena leni nelly nena; eleonora: ele; elias: eli; elisa: eli lisa;
elisabet: eli; elizabeth: betty bety eli elisa elsa; eloisa: elo; elvira: elvi elvirita; emanuel: manu
manuel; emilia: emi mila mili; emiliano: emi; emilio: emi emilito millo milo; emma: enma; encarnacion: chona
chonita encarna encarni; enrique: enri kike kiko queto quico quique ricky; enriqueta: queta quiqueta;
epifanio: epi; ernestina: tina; ernesto: ernes netito neto tete tito; esperanza: espe esperancita pera;
esteban: este estebitan; estefania: este estefa fani fanny fany tefi; esther: ester estercita; estibaliz:
esti; eugenia: euge gena quena; eugenio: euge eugin geno queno; eulogio: eulo; eva: evita; evangelina:
vangie; ezequiel: cheque eze; fabian: fabi; fabiana: fabi; fabiola: fabi; facundo: cundo facu; fatima: fati
fatimita; faustino: tino; federica: fede; federico: fede fico kico rico; felicia: feli; feliciana: chana;
feliciano: chano feli felo; felipe: feli felipito pipe pipo; felisa: feli; fernanda: fer nanda; fernando:
fer fernan ferni hernan nando nano; fidel: fidelito; flora: florita; florencia: flor; florentina: tina;
florentino: tino; floriana: flor; francisca: chiqui curra fran kika paca paki pancha paqui paquita quica;
francisco: chicho chisco cisco currito curro farruco fraco fran francho frasco frasquito kiko paco pacorro
panchito pancho paquin paquito quico; gabriel: gabi gabo gabrielito gaby; gabriela: gabi gaby; gemma: gema;
georgina: gina; gerardo: gera lalo yeyo; geronimo: gero; gilberto: berto beto gilito; gloria: glori glorita;
gonzalo: chalo gonchi gonza gonzalito; graciela: chela chelly gracia; gregoria: goya goyi; gregorio: gollo
gori gorio goyito goyo; guadalupe: guada lupe lupillo lupis lupita pita; guillermina: guille mina;
guillermo: guille guillermito guillo memito memo; gustavo: chavo gus gustavito tato tavito tavo; hector:
hectorin tito; helena: elena; heriberto: beto; hernando: nando; hilaria: hila; hilario: hila layo; hipolito:
hipo poli polito; horacio: hora lacho; hugo: hugui huguito; humberto: berto beto; ignacia: ina nacha;
ignacio: iggy inaki inigo nachito nacho; ildefonso: poncho; ines: inesita nesa; inmaculada: inma inmita
macu; inocencio: chencho; irene: ire irenea irenita; isaac: isa; isabel: bela belita betty chabela chabelita
chabelo chavela isa isabelita; isabela: bela isa; isabelo: chabelo; isela: chela; isidoro: doro isi; isidro:
chidro isi; ismael: isma maelo; ivan: ivancito; ivana: iva; jacinta: jaci; jacinto: chinto jaci jacin;
jaime: jaimito jimi; janet: jani; javier: javi javiercito javito javo xavi xavier; jennifer: jeni; jeronimo:
jero; jesica: jesi; jessica: jesi yesi; jesus: chechu chuchin chucho chuchu chus chuy chuyin chuyita jesusin
jesusito suso susu; jimena: jime xime ximena; joaquin: chimo joaco joaquinito juaco quin quincho quino ximo;
joaquina: quima; jonatan: jona joni; jonathan: jona joni; jorge: coco coque jordi jorgin jorgito koke; jose:
cheo chepe chepito jani joseito josele joselito josito pepe pepillo pepin pepito pepo pepon pipo;
joseantonio: josan; josefa: chepa pepa pepita; josefina: chepina fina finita josefa pepa pepita; josemanuel:
josema; josemaria: chema josema; josemiguel: josemi; josue: chosue; juan: johnny juancho juanele juani
juanillo juanin juanito yoni; juana: juani juanita; juanandres: juanan; juanantonio: juanan; juancarlos:
juanca; juanjose: juanjo; juanmanuel: juanma; juanpablo: juanpa juanpi; juanpedro: juanpi; juanramon:
juanra; julia: juli julita lia; julian: juli julianito julin; juliana: juli; julio: julito; karina: kari;
karla: karlita; ladislao: lalo; laura: lau lauri laurita; lautaro: lau; lazaro: lalo lazarito; leandro: leo;
leonardo: leito leo nardo; leonel: leo; leonidas: leo; leonor: leo; leopoldo: leo poldo polo; leticia: leti
lety ticha; lidia: lidi; lilia: lili lily; liliana: lili lily; lisbeth: lis; lorena: lore; lorenza: lore;
lorenzo: chencho lencho loren lorencito; lourdes: lour lulu lurdes; lucas: luquitas; lucia: chia lucha luchi
luci lucita lucy; luciano: chano; lucila: luci; luis: guicho luchito lucho lui luisin luisito luiso wicho;
luisa: lucha luchi luisita; luisfernando: luisfer; luismiguel: luisma luismi; luz: lucecita lucita lulu;
macarena: maca; magdalena: lena magda maida malena nena; manuel: lolo manny manolillo manolin manolito
manolo manu manuelito meme nelo nolito nolo; manuela: manola manoli manu manuelita nela; marcela: chela
marce; marcelino: chelino marce; marcelo: chelo marce marcel; marco: maco; marcos: marquitos; margarita:
maggie mago magui marga margo margot rita tita; maria: chiqui cuca mari marichu mariita mariona mariquita
marucha maruja marujita mary quena; mariaana: marian; mariabelen: belen; mariacarmen: maricarmen;
mariadelacruz: maricruz; mariadelaluz: luz; mariadelapaz: maripaz; mariadelcarmen: mamen maricarmen;
mariadelourdes: lourdes; mariadelpilar: maripili pili; mariadelrosario: rosario; mariadolores: marilo
mariola; mariaelena: malena; mariafernanda: mafe mafer marife; mariaisabel: maribel marisa marisabel;
mariajesus: chus chusa; mariajose: majo mariajo marijose; mariajulia: mariju; marialuisa: malu marilu
marisa; marialuz: malu marilu; mariana: marian marianita nana; mariano: chano marianito nano; mariasol:
marisol; mariasoledad: marisol; mariateresa: maite marite mayte; mariavictoria: marivi; maribel: mari;
mario: marito mayito; marta: marti martita martuca tita; martin: marti tin tincho tino; martina: tina;
mateo: mateito teo; matias: mati; matilde: mati matilda; mauricio: mau mauri; maximiliano: max maxi;
maximino: maxi; maximo: max maxi; melisa: meli; melissa: meli; mercedes: meche mechita merce merceditas
mercha merche merchi; micaela: mica; miguel: maikel maiki micky mico migue miguelin miguelito miguelon mike
mikel; milagros: mila milagritos mili mily; milena: lena; mireya: yeya; moises: moi moy; monica: moni
moniquita; narciso: chicho; natalia: nata natacha nati; natividad: nati; nestor: nesto nestorcito; nicolas:
colas nicho nico nicolasito; nicolasa: nico; nicomedes: nico; nieves: nievitas; norberto: beto; nuria: nuri;
octavio: tavo; olga: olguita; oliver: oli; olivia: oli; oscar: oscarin osqui; pablo: pablin pablito pau;
paola: pao; patricia: pati patri patty paty ticha tricia; patricio: pato; paula: pau pauli paulita; paulina:
pau pauli; paulino: pauli; paz: pacita; pedro: pedrin pedrito pello perico periquito peyo; pelagio: pelayo;
pilar: pilarica pilarin pili piluca; policarpo: poli; prudencio: pruden prudi; rafael: faelo fali falo felo
rafa rafaelito rafi rafita; rafaela: fela rafa rafi; raimundo: mundo; ramon: mon moncho ramoncito ramoni;
ramona: moncha; raul: rauli raulito rulo; refugio: cuca cuco cuquita; regina: gina; remedios: reme remi;
remigio: remi; ricardo: cayo ricardito richi ricky rico riqui; rigoberto: beto rigo; roberto: berto beto
robe rober robertito tito; rocio: chio ro; rodolfo: dolfo fito fofo olo rodo; rodrigo: rigo ro rodri
rodriguito; rogelio: gelio roge; rosa: chita ro ros rosi rosita rosy; rosaana: rosana; rosario: chari
charito charo chayo rosi; ruben: rube rubencito; ruth: ruti; sabina: sabi; sabino: sabi; salvador: chava
chavo salva; samuel: sami samu samuelito; santiago: chago jacobo santi thiago tiago yago; santino: santi;
sara: sari sarita; sarai: sara; saturnino: nino sat satur; sebastian: bastian chano seba sebas; segismundo:
mundo; segundo: cundo; serafina: fina; sergio: chechu checo keko quecho sergi sergito; severiano: seve;
severino: seve; silvia: chivi silvi silvita; simon: simoncito; socorro: coco soco; sofia: chofa chofi sofi;
soledad: chole sole; sonia: sonita; susana: su susanita susi susu; teodoro: doro teo teodo; teofilo: teo;
teresa: chita maytere techi tere teresilla teresita terina tete; tomas: masio tomacito tomasito tomi;
trinidad: trina trini; uriel: uri; valentin: vale valen; valentina: tina vale valen; valentino: tino;
valeria: vale; valerio: vale; vanesa: vane; vanessa: vane; veronica: verito vero; vicente: chente vicen
vicentico; victor: vicko vico victorcito vitin vitito vito; victoria: toria vicky viqui; violeta: viole
violetita; virginia: gina ginia vir virgi; viviana: vivi; wenceslao: wen wences; wendy: wen; ximena: xime;
yesenia: yesi; yolanda: yola yoli yoyi; yuliana: yuli
"""


def read_nickname_table(table: str) -> dict[str, frozenset[str]]:
    """Return the full names that each nickname may stand for."""
    full_names: dict[str, set[str]] = {}
    for entry in table.replace("\n", " ").split(";"):
        full, _, pet_forms = entry.partition(":")
        for pet in pet_forms.split():
            full_names.setdefault(pet, set()).add(full.strip())
    return {pet: frozenset(full) for pet, full in full_names.items()}


SPANISH_NICKNAMES = read_nickname_table(_SPANISH_NICKNAME_TABLE)
