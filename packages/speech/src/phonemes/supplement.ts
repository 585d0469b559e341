import type { Locale } from '../normalise/index.ts';
import { toPlainLetters } from './plain-letters.ts';

/**
 * Words the dictionaries lack: loan words written with accents, names, and today's products.
 * One a line: spelling, American, British. Names with a capital are those that the dictionaries have wrong.
 */
const lines = `
à ˌɑ ˌɑː
airbnb ˌɛɹbˌiənbˈi ˌɛːbˌiːənbˈiː
andré ˈɑndɹˌA ˈɒndɹA
attaché ˌæɾəʃˈA ətˈaʃA
audi ˈWdi ˈWdi
bebe bˈibi bˈiːbi
beyoncé biˈɑnsA biˈɒnsA
bjork bjˈɔɹk bjˈɔːk
blasé blɑzˈA blˈɑːzA
brr bɹ bɹ
bogotá bˌOɡətˈɑ bˌɒɡətˈɑː
brontë bɹˈɑnti bɹˈɒnti
brûlée bɹulˈA bɹuːlˈA
cancún kænkˈun kankˈuːn
cézanne sAzˈɑn sAzˈan
chloe klˈOi klˈQi
citroen sˈɪtɹOˌɛn sˈɪtɹQən
cliché kliʃˈA klˈiːʃA
communiqué kəmjˌunəkˈA kəmjˈuːnɪkA
consommé kˌɑnsəmˈA kənsˈɒmA
crème kɹˈɛm kɹˈɛm
crêpe kɹˈAp kɹˈɛp
debussy dˌɛbjusˈi dəbjˈuːsi
dvořák dvˈɔɹʒæk dvˈɔːʒak
déjà dˈAʒˌɑ dˈAʒɑː
ebay ˈibˌA ˈiːbA
entrée ˈɑntɹˌA ˈɒntɹA
ethereum əθˈɪɹiəm ɪθˈɪəɹiəm
exposé ˌɛkspOzˈA ɛkspˈQzA
fiancé fˌiɑnsˈA fiˈɒnsA
fiancée fˌiɑnsˈA fiˈɒnsA
françois fɹɑnswˈɑ fɹɒnswˈɑː
frodo fɹˈOdO fɹˈQdQ
fête fˈAt fˈAt
gandalf ɡˈændɑlf ɡˈandalf
garçon ɡɑɹsˈOn ɡˈɑːsɒn
geforce ʤˈifˌɔɹs ʤˈiːfɔːs
github ɡˈɪthˌʌb ɡˈɪthʌb
gruyère ɡɹujˈɛɹ ɡɹˈuːjɛː
grr ɡɹ ɡɹ
haagen hˈɑɡən hˈɑːɡən
hermione həɹmˈIəni hɜːmˈIəni
huawei wˈɑwˌA wˈɑːwA
hyundai hˈʌndˌA hˈIʌndˌI
ikea IkˈiA IkˈiːA
iphone ˈIfˌOn ˈIfQn
jalapeño hˌɑləpˈAnjO hˌaləpˈAnjQ
javascript ʤˈɑvəskɹˌɪpt ʤˈɑːvəskɹˌɪpt
jinping ʤˌɪnpˈɪŋ ʤˌɪnpˈɪŋ
josé hOzˈA hQzˈA
json ʤˈAsən ʤˈAsən
kokoro kəkˈɔɹO kəkˈɔːɹQ
kubernetes kˌubəɹnˈɛɾiz kˌuːbənˈɛtiːz
köln kˈOln kˈɜːln
lait lˈA lˈA
lamé lɑmˈA lˈɑːmA
linkedin lˌɪŋktˈɪn lˌɪŋktˈɪn
lyon liˈOn liˈɒn
macramé mˈækɹəmˌA məkɹˈɑːmA
malmö mˈælmˌO mˈalmQ
marseille mɑɹsˈA mɑːsˈA
maté mˈɑtˌA mˈɑːtA
microsoft mˈIkɹəsˌɔft mˈIkɹəsɒft
müller mˈʌləɹ mˈʊlə
nginx ˌɛnʤənˈɛks ˌɛnʤɪnˈɛks
niamh nˈiv nˈiːv
née nˈA nˈA
nguyen nwˈɪn wˈɪn
olé OlˈA QlˈA
openai ˌOpᵊnˌAˈI ˌQpᵊnˌAˈI
papier pˌɑpjˈA pˈapjA
passé pæsˈA pˈasA
paulo pˈWlO pˈWlQ
paypal pˈApˌæl pˈApal
piñata pinjˈɑtə pɪnjˈɑːtə
pokémon pˈOkimˌɑn pˈQkɪmɒn
postgres pˈOstɡɹɛs pˈQstɡɹɛs
postgresql pˌOstɡɹɛskjˌuˈɛl pˌQstɡɹɛskjˌuːˈɛl
protégé pɹˈOɾəʒˌA pɹˈɒtəʒA
pfft pft pft
psst pst pst
pâté pɑtˈA pˈatA
readme ɹˈidmˌi ɹˈiːdmiː
redis ɹˈɛdɪs ɹˈɛdɪs
rené ɹənˈA ɹənˈA
renée ɹənˈA ɹənˈA
risqué ɹɪskˈA ɹˈɪskA
rosé ɹOzˈA ɹˈQzA
résumé ɹˈɛzəmˌA ɹˈɛzjʊmˌA
saas sˈæs sˈas
samsung sˈæmsˌʌŋ sˈamsʌŋ
saoirse sˈɪɹʃə sˈɪəʃə
sauté sɔtˈA sˈQtA
sean ʃˈɔn ʃˈɔːn
señor sAnjˈɔɹ sɛnjˈɔː
señora sAnjˈɔɹə sɛnjˈɔːɹə
sh ʃ ʃ
shh ʃ ʃ
signup sˈInˌʌp sˈInʌp
siobhan ʃəvˈɔn ʃɪvˈɔːn
škoda skˈOdə skˈQdə
soirée swɑɹˈA swˈɑːɹA
spotify spˈɑɾəfˌI spˈɒtɪfI
são sˈW sˈW
tete tˈAt tˈAt
tiktok tˈɪktˌɑk tˈɪktɒk
touché tuʃˈA tuːʃˈA
typescript tˈIpskɹˌɪpt tˈIpskɹɪpt
tsk tˈɪsk tˈɪsk
uber ˈubəɹ ˈuːbə
usr jˈuzəɹ jˈuːzə
vis vˈiz vˈiːz
voiceflow vˈYsflˌO vˈYsflQ
voldemort vˈOldəmˌɔɹt vˈɒldəmɔː
vu vˈu vˈuː
whatsapp wˈʌtsˌæp wˈɒtsap
wifi wˈIfˌI wˈIfI
xiaomi ʃˈWmi ʃˈWmi
yaml jˈæməl jˈamᵊl
youtube jˈutˌub jˈuːtjuːb
whois hˌuˈɪz hˌuːˈɪz
zelensky zəlˈɛnski zəlˈɛnski
zoe zˈOi zˈQi
zzz z z
chalamet ʃˈæləmˌA ʃˈaləmA
cholmondeley ʧˈʌmli ʧˈʌmli
depardieu dəpɑɹdjˈu dəpˈɑːdjɜː
erdoğan ˈɛɹdəwˌɑn ˈɛːdəwɑːn
gaudí ɡWdˈi ɡˈWdi
goethe ɡˈɜɹtə ɡˈɜːtə
hermès ɛɹmˈɛz ɛːmˈɛz
hollande ɔlˈɑnd ɒlˈɒnd
iaas ˈIæs ˈIas
jürgen jˈɜɹɡən jˈɜːɡən
køge kˈOɡə kˈQɡə
laurent lɔɹˈɑn lɔːɹˈɒn
mig mˈɪɡ mˈɪɡ
nestlé nˈɛslˌA nˈɛslA
paas pˈæs pˈas
postgre pˈOstɡɹɛ pˈQstɡɹɛ
straße ʃtɹˈɑsə ʃtɹˈɑːsə
tchaikovsky ʧIkˈɔfski ʧIkˈɒfski
zelenskyy zəlˈɛnski zəlˈɛnski
Bach bˈɑk bˈɑːk
Beauchamp bˈiʧəm bˈiːʧəm
Beaulieu bjˈuli bjˈuːli
Belvoir bˈivəɹ bˈiːvə
Bicester bˈɪstəɹ bˈɪstə
Camus kæmˈu kamˈuː
Chopin ʃˈOpæn ʃˈQpan
Degas dAɡˈɑ dˈAɡɑː
Djokovic ʤˈOkəvɪʧ ʤˈQkəvɪʧ
Dostoyevsky dˌɔstəjˈɛfski dˌɒstɔjˈɛfski
Holborn hˈObəɹn hˈQbən
Keighley kˈiθli kˈiːθli
Kyiv kˈiv kˈiːv
Manet mænˈA mˈanA
Matisse mætˈis matˈiːs
Moines mˈYn mˈYn
Schuylkill skˈukᵊl skˈuːkᵊl
Southwark sˈʌðəɹk sˈʌðək
Wagner vˈɑɡnəɹ vˈɑːɡnə
Xi ʃˈi ʃˈiː
Xu ʃˈu ʃˈuː
aoife ˈifə ˈiːfə
caoimhe kˈivə kˈiːvə
champs-élysées ʃˌɑnzAlizˈA ʃˌɒnzAlˈiːzA
ciarán kˈɪɹən kˈɪəɹən
chişinău kˌɪʃɪnˈW kˌɪʃɪnˈW
đoković ʤˈOkəvɪʧ ʤˈQkəvɪʧ
eilidh ˈAli ˈAli
ebitda ˌibˈɪtdɑ ˌiːbˈɪtdɑː
eoin ˈOɪn ˈQɪn
ffion fˈiɑn fˈiːɒn
ftse fˈʊtsi fˈʊtsiː
givenchy ʒˌivɑnʃˈi ʒˌiːvɒnʃˈiː
happisburgh hˈAzbəɹə hˈAzbɹə
l'oréal lˌOɹAˈɑl lˌɒɹAˈal
liège liˈɛʒ liˈɛʒ
mbappé əmbɑpˈA əmbapˈA
moschino mɑskˈinO mɒskˈiːnQ
münchen mˈunʃən mˈuːnʃən
oisín ˈʌʃin ˈʌʃiːn
róisín ɹOʃˈin ɹQʃˈiːn
ruaridh ɹˈɔɹi ɹˈɔːɹi
semaglutide sɛmˈæɡlutˌId sɛmˈaɡluːtId
sinéad ʃɪnˈAd ʃɪnˈAd
`;

function readLines(column: 1 | 2): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const line of lines.trim().split('\n')) {
    const fields = line.split(' ');
    const spelling = fields[0] ?? '';
    const phonemes = fields[column] ?? '';
    entries.set(spelling, phonemes);
    entries.set(toPlainLetters(spelling), phonemes);
  }
  return entries;
}

/**
 * By lower-case spelling in Unicode's composed form, with the accents and without: look up an accented
 * word before the dictionaries ("résumé", "rosé"), a plain one behind them. A name with a capital ("Xi",
 * which is no Greek letter) as it is written, before them.
 */
export const supplement: Record<Locale, ReadonlyMap<string, string>> = {
  'en-US': readLines(1),
  'en-GB': readLines(2),
};
