"""Nicknames common in languages other than English and Spanish.

Written by hand from common usage: Portuguese, German, French, Italian, Polish, Russian, Hungarian and
Turkish; all normalized.
"""

from __future__ import annotations

from checkin.rules.nicknames_es import read_nickname_table

_OTHER_NICKNAME_TABLE = """
jose: ze zeca zezinho; francisco: chico chiquinho kiko; sebastiao: tiao bastiao; fernando: nando; eduarda:
duda; eduardo: dudu duda edu; beatriz: bia; gustavo: guga gu; antonio: tonho toninho toni toto; joao:
joaozinho jao; luiz: lula luizinho; isabel: bel belinha; isabela: bela isa; gabriela: gabi bibi; leonardo:
leo; rafael: rafa; mariana: mari; carolina: carol; guilherme: gui; henrique: rique; ricardo: rica cadinho;
pedro: pedrinho; josef: sepp sepperl jupp peppi; joseph: sepp jupp jojo; johannes: hannes hansi hans jo;
johann: hans hannes hansi; friedrich: fritz fiete freddy; wilhelm: willi willy; heinrich: heiner heinz
heini; georg: schorsch jorg; gabriele: gabi lele; ulrich: uli; ulrike: uli rike; theresia: resi; theresa:
resi; katharina: kathi kati nina; elisabeth: lisbeth sissi lisl liesel lili; charlotte: lotte lotti;
margarete: grete gretel gretl; maximilian: max maxi; matthias: hias matze; ludwig: lutz wiggerl; sebastian:
basti wastl; michael: michi michl; andreas: andi; alexander: sascha sasha alex; franziska: franzi; veronika:
vroni; magdalena: leni magda lena; barbara: babsi; georges: jojo; thierry: titi; emmanuel: manu; nicolas:
nico; marguerite: margot; dominique: dodo; jacqueline: jacquotte; bernard: nanard; frederic: fred fredo;
veronique: vero; christophe: kiki titou; guillaume: guigui; giuseppe: beppe peppe pino peppino; luigi: gigi
gino; filippo: pippo; gabriele: lele; raffaele: lele; emanuele: lele manu; alessandro: sandro ale;
francesco: checco ciccio franco; giovanni: gianni nanni vanni; salvatore: toto turi; domenico: mimmo;
vincenzo: enzo; lorenzo: renzo enzo; antonino: nino; margherita: rita; malgorzata: gosia malgosia gocha;
katarzyna: kasia kaska; aleksandra: ola olka; jakub: kuba kubus; zofia: zosia; jan: jas janek jasiek;
stanislaw: stas staszek; wojciech: wojtek; joanna: asia aska; tomasz: tomek; pawel: pawelek; piotr: piotrek
piotrus; krzysztof: krzysiek krzys; michal: michalek; agnieszka: aga agnisia; anna: ania anka anya anechka;
barbara: basia; elzbieta: ela elka; magdalena: magda; maria: marysia maryska masha manya marusya; julia:
julka; hanna: hania; ewa: ewka; grzegorz: grzesiek; andrzej: jedrek andrzejek; mateusz: mati; antoni: antek;
franciszek: franek; aleksander: olek alek; vladimir: vova volodya vovochka; dmitri: dima mitya; dmitry: dima
mitya; dmitriy: dima mitya; ivan: vanya vanka; mikhail: misha mishka; yekaterina: katya katyusha kate;
ekaterina: katya katyusha; yevgeniya: zhenya; yevgeny: zhenya; evgeniy: zhenya; evgenia: zhenya; aleksei:
lyosha alyosha lesha; aleksey: lyosha alyosha lesha; alexey: lyosha alyosha lesha; aleksandr: sasha shura
sanya; alexandra: sasha; aleksandra: sasha; nikolai: kolya; nikolay: kolya; sergei: seryozha serezha;
sergey: seryozha serezha; konstantin: kostya; pavel: pasha; anastasia: nastya; anastasiya: nastya; natalia:
natasha; natalya: natasha; tatiana: tanya; tatyana: tanya; olga: olya; elena: lena alyona; svetlana: sveta;
yuri: yura; yury: yura; anatoly: tolya; pyotr: petya; stepan: styopa; ludmila: lyuda mila; sofia: sonya
zosia; sofya: sonya; galina: galya; maksim: maks; ilya: ilyusha; istvan: pisti pista isti; janos: jancsi
jani; laszlo: laci; gyorgy: gyuri; katalin: kati kata; zsuzsanna: zsuzsi zsuzsa; ferenc: feri; jozsef: joska
jozsi; erzsebet: erzsi bozsi; ilona: ica ili; sandor: sanyi; andras: bandi andris; mihaly: misi; gabor:
gabi; eszter: eszti; ibrahim: ibo ibis; mehmet: memo memis; fatma: fatos; mustafa: musti; huseyin: huso;
suleyman: sulo; emine: emos; mohammed: mo hamoudi hamudi mamad mimo; muhammad: mo hamoudi hamudi mamad;
mohammad: mo mamad; fatima: fatouma fatoumata fati; abdelrahman: abed abdo; abdullah: abdo abood; zeinab:
zuzu zouzou; yousef: joe yoyo; charles: trey chuck; roberto: tato beto; gloria: yoya
"""

OTHER_NICKNAMES = read_nickname_table(_OTHER_NICKNAME_TABLE)
